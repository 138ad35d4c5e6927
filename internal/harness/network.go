package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

// ErrNoNetwork says that the Docker daemon has no addresses left for one more
// network.
var ErrNoNetwork = errors.New("this Docker daemon has no range of addresses left for the network of the run; " +
	"remove networks that nobody uses ('docker network prune'), or give the daemon more in default-address-pools, or use --engine local")

// exhausted are the words in which daemons say so, which have no code for it.
var exhausted = []string{"could not find an available, non-overlapping", "address pools have been fully subnetted"}

// privateNetwork makes a network for the nodes of a run, and gives its name and what
// takes it away again. No other container is on it.
func (e docker) privateNetwork(ctx context.Context, mark string) (name string, away func(context.Context) error, err error) {
	name = "retrystorm-" + mark
	t := e.daemon.thing(aNetwork, name)
	if err := announce(t); err != nil {
		return "", nil, err
	}
	_, err = e.daemon.NetworkCreate(ctx, name, client.NetworkCreateOptions{
		Driver: "bridge", Labels: map[string]string{RunLabel: mark},
	})
	unsure := err != nil && ctx.Err() != nil
	away = func(ctx context.Context) error {
		if err := e.daemon.remove(ctx, unsure, t); err != nil {
			return fmt.Errorf("harness: remove network %s: %w", name, err)
		}
		return nil
	}
	if err == nil {
		return name, away, nil
	}
	after, cancel := leaving(ctx, farewell)
	defer cancel()
	return "", nil, errors.Join(fmt.Errorf("harness: make the network %s: %w", name, explained(err)), away(after))
}

// explained wraps an error in ErrNoNetwork if that is what it means.
func explained(err error) error {
	if slices.ContainsFunc(exhausted, func(words string) bool { return strings.Contains(err.Error(), words) }) {
		return fmt.Errorf("%w (%w)", ErrNoNetwork, err)
	}
	return err
}

// purgeNetworks removes the networks that killed runs have left, if even their reaper
// was killed: those with the label that no container uses and that are not new. A
// daemon has addresses for few.
func (e docker) purgeNetworks(ctx context.Context, label string, spared time.Duration) {
	all, err := e.daemon.NetworkList(ctx, client.NetworkListOptions{Filters: make(client.Filters).Add("label", label)})
	if err != nil {
		return
	}
	for _, one := range all.Items {
		if time.Since(one.Created) > spared {
			// The daemon refuses to remove one that a running container is on.
			_, _ = e.daemon.NetworkRemove(ctx, one.ID, client.NetworkRemoveOptions{})
		}
	}
}
