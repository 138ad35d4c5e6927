package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/fakes"
)

// builder is held from the look for an image to the end of its build: of two
// builds of one tag the first would be left without a name.
var builder sync.Mutex

// image gives the tag of the backend's image; it builds the image if the
// daemon does not have it. Nothing is pulled. To tag it anew is what tells other
// programs that it is about to be used.
func (e docker) image(ctx context.Context) (string, error) {
	tag, err := e.tag()
	if err != nil {
		return "", err
	}
	builder.Lock()
	defer builder.Unlock()
	_, err = e.daemon.ImageTag(ctx, client.ImageTagOptions{Source: tag, Target: tag})
	if errdefs.IsNotFound(err) {
		err = e.build(ctx, tag)
	}
	if err != nil {
		return "", fmt.Errorf("image %s: %w", tag, err)
	}
	return tag, nil
}

// missing says that an image has gone, as another program may have removed it
// at the very moment.
func (e docker) missing(ctx context.Context, tag string) bool {
	_, err := e.daemon.ImageInspect(ctx, tag)
	return errdefs.IsNotFound(err)
}

// building is how long the daemon may take to build the image; it takes under
// a second where nothing is wrong.
const building = time.Minute

func (e docker) build(ctx context.Context, tag string) error {
	ctx, cancel := context.WithTimeout(ctx, building)
	defer cancel()
	tar, err := fakes.Context(e.binary)
	if err != nil {
		return fmt.Errorf("make the build context: %w", err)
	}
	built, err := e.daemon.ImageBuild(ctx, tar, client.ImageBuildOptions{
		Tags: []string{tag}, Remove: true, ForceRemove: true, Labels: map[string]string{ImageLabel: e.family()},
	})
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	defer built.Body.Close()
	return outcome(built.Body)
}

// errVanished says that an image was removed before its build had named it.
var errVanished = errors.New("the image was removed while it was built")

// vanished are the words in which the daemon says so, which has no code for it.
var vanished = []string{"failed to get digest", "unable to find image"}

// outcome reads the daemon's account of a build; a build that fails still
// answers with success and says so only here.
func outcome(body io.Reader) error {
	said := &tail{}
	messages := json.NewDecoder(body)
	for {
		var m jsonstream.Message
		err := messages.Decode(&m)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the build's progress: %w", err)
		case m.Error != nil && slices.ContainsFunc(vanished, func(words string) bool { return strings.Contains(m.Error.Message, words) }):
			return fmt.Errorf("build: %w: %w", errVanished, m.Error)
		case m.Error != nil:
			return fmt.Errorf("build: %w; the build had said:\n%s", m.Error, said)
		}
		_, _ = io.WriteString(said, m.Stream) // a tail takes everything
	}
}
