package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

func (b *dockerContainer) excuse() { b.record.excuse() }

// disturbed asks the daemon what has happened, and how the container is now.
func (b *dockerContainer) disturbed(ctx context.Context) []Disturbance {
	name := "container " + b.name
	err := b.record.ask(ctx, b.daemon.Client)
	if odd := b.record.odd(); len(odd) > 0 {
		return told(name, odd)
	}
	if err != nil {
		return cannotSay(name, err)
	}
	odd := b.daemon.changed(ctx, name, b.name, &b.record)
	if b.sandbox != nil && len(odd) == 0 {
		odd = b.daemon.changed(ctx, "sandbox "+b.sandbox.name, b.sandbox.name, &b.sandbox.record)
	}
	return odd
}

func cannotSay(name string, err error) []Disturbance {
	return []Disturbance{{At: time.Now(), What: fmt.Sprintf("the daemon cannot say what happened to %s: %v", name, err)}}
}

// changed words what is otherwise about a container now than it is to be.
func (d daemon) changed(ctx context.Context, words, name string, r *record) []Disturbance {
	changed, err := d.change(ctx, name, r)
	switch {
	case err != nil:
		return cannotSay(words, err)
	case changed != "":
		return []Disturbance{{At: time.Now(), What: words + " " + changed + ", which nobody ordered"}}
	}
	return nil
}

// change says what is otherwise about a container than it is to be.
func (d daemon) change(ctx context.Context, name string, r *record) (string, error) {
	found, err := d.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
	if errdefs.IsNotFound(err) {
		return "is not there any more", nil
	}
	if err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch state := found.Container.State; {
	case found.Container.ID != r.id:
		return "is another one of the same name", nil
	case state.Running != r.up && !r.doomed:
		return "is " + string(state.Status), nil
	case state.Paused != r.still:
		return "is " + string(state.Status), nil
	case r.up && state.StartedAt != r.started:
		return "was started at " + state.StartedAt, nil
	}
	return "", nil
}
