package harness

import (
	"context"
	"fmt"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Choose gives the engine for the word on the command line, and one sentence
// about which it is and why. For "auto" that is docker where it can be used,
// else local; the error for "docker" where it cannot be used wraps
// [ErrNoDocker], and the one for an unknown word is a [field.List].
func Choose(ctx context.Context, word string, options ...Option) (Engine, string, error) {
	const right = "write one of 'auto', 'docker', 'local', 'sim'"
	var errs field.Errors
	switch word {
	case "local":
		return Local(options...), "engine local: as asked for", nil
	case "docker", "auto":
		return dockerOr(ctx, word == "auto", options)
	default:
		errs.Add("--engine", "%s is not known; %s", field.Show(word), right)
	}
	return nil, "", errs.Err()
}

func dockerOr(ctx context.Context, orLocal bool, options []Option) (Engine, string, error) {
	e, err := Docker(ctx, options...)
	switch {
	case err == nil:
		return e, "engine docker: Docker " + e.(docker).daemon.version, nil
	case orLocal && ctx.Err() == nil:
		return Local(options...), fmt.Sprintf("engine local: %v", err), nil
	}
	return nil, "", err
}
