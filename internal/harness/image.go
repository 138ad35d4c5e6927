package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
// daemon does not have it. Nothing is pulled.
func (e docker) image(ctx context.Context) (string, error) {
	tag, err := e.tag()
	if err != nil {
		return "", err
	}
	builder.Lock()
	defer builder.Unlock()
	_, err = e.daemon.ImageInspect(ctx, tag)
	if errdefs.IsNotFound(err) {
		err = e.build(ctx, tag)
	}
	if err != nil {
		return "", fmt.Errorf("image %s: %w", tag, err)
	}
	return tag, nil
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
		Tags: []string{tag}, Remove: true, ForceRemove: true,
	})
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	defer built.Body.Close()
	return outcome(built.Body)
}

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
		case m.Error != nil:
			return fmt.Errorf("build: %w; the build had said:\n%s", m.Error, said)
		}
		_, _ = io.WriteString(said, m.Stream) // a tail takes everything
	}
}
