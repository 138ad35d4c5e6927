package capacity

import "context"

func (p *planner) drawMap(context.Context) error { return nil }
