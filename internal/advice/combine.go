package advice

import "context"

func (a *advisor) sets(ctx context.Context) error { return nil }
