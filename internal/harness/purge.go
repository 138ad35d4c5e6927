package harness

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
)

// ImageLabel is the label of every image of the harness; its value is "backend".
const ImageLabel = "retrystorm.image"

const (
	// fresh is how long an image is spared after it was tagged: another program
	// may be about to make a container of it. It tags it before each start.
	fresh = time.Minute
	// purging is how long all the removals may take.
	purging = 5 * time.Second
)

// family is the value of the images' label.
func (e docker) family() string {
	if e.relatives != "" {
		return e.relatives
	}
	return "backend"
}

// purge removes the images that other builds of this program have left: those
// with the label, under the name of the backend or none, that were not tagged
// for a while and that no container uses, be it stopped. Whatever cannot be
// removed stays, as a run does not depend on it.
func (e docker) purge(ctx context.Context, spared time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, purging)
	defer cancel()
	e.purgeNetworks(ctx, RunLabel, max(spared, fresh))
	own, err := e.tag()
	if err != nil {
		return
	}
	all, err := e.daemon.ImageList(ctx, client.ImageListOptions{
		Filters: make(client.Filters).Add("label", ImageLabel+"="+e.family()),
	})
	if err != nil {
		return
	}
	for _, one := range all.Items {
		if slices.Contains(one.RepoTags, own) || e.young(ctx, one, spared) {
			continue
		}
		for _, name := range e.names(ctx, one) {
			// Without force the daemon refuses to remove what a container uses.
			_, _ = e.daemon.ImageRemove(ctx, name, client.ImageRemoveOptions{PruneChildren: true})
		}
	}
}

// young says whether an image was tagged, or made, a moment ago.
func (e docker) young(ctx context.Context, one image.Summary, spared time.Duration) bool {
	found, err := e.daemon.ImageInspect(ctx, one.ID)
	if err != nil {
		return true // nothing is known of it
	}
	last := found.Metadata.LastTagTime
	if made := time.Unix(one.Created, 0); made.After(last) {
		last = made
	}
	return time.Since(last) < spared
}

// names gives the names to remove of an image. It may have others, which are
// somebody else's. One without any was built twice at once; one that somebody
// built on top of ours inherits the label, and has more layers than the one.
func (e docker) names(ctx context.Context, one image.Summary) []string {
	const nameless = "<none>:<none>"
	var ours []string
	for _, name := range one.RepoTags {
		if strings.HasPrefix(name, fakes.Name+":") {
			ours = append(ours, name)
		}
	}
	if len(one.RepoTags) > 0 && one.RepoTags[0] != nameless || len(one.RepoDigests) > 0 && one.RepoDigests[0] != "<none>@<none>" {
		return ours
	}
	if found, err := e.daemon.ImageInspect(ctx, one.ID); err == nil && len(found.RootFS.Layers) == 1 {
		return []string{one.ID}
	}
	return nil
}
