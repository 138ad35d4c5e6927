package harness

import (
	"context"
	"errors"
	"time"
)

// thing names something of this daemon's.
func (d daemon) thing(k kind, name string) thing {
	return thing{Kind: k, Name: name, Host: d.DaemonHost()}
}

// remove takes things away, and tells the reaper so. Where the order to make one was
// interrupted, which makes it unsure whether there will be one, it may reach the
// daemon late. So then it is looked for a while longer; if it comes later still, the
// reaper removes it, which is not told that it is gone.
func (d daemon) remove(ctx context.Context, unsure bool, things ...thing) error {
	const late = time.Second
	until := time.Now()
	if unsure {
		until = until.Add(late)
	}
	for {
		left, err := d.discard(ctx, things...)
		if !left && err == nil && !time.Now().Before(until) {
			break
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(between):
		}
	}
	if !unsure {
		renounce(things...)
	}
	return nil
}

// discard orders things to be removed, and says whether any was there.
func (d daemon) discard(ctx context.Context, things ...thing) (left bool, err error) {
	for _, t := range things {
		found, failed := discard(ctx, d.Client, t)
		left, err = left || found, errors.Join(err, failed)
	}
	return left, err
}
