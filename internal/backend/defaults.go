package backend

import "github.com/retrystorm/retrystorm/internal/field"

// What a field means that was not declared.
const (
	defaultLimit field.Limit = 1000
	defaultSigma float64     = 0.5
)

// WithDefaults gives the node with every default in the place of the zero that
// stands for it. It leaves c as it is.
func (c Config) WithDefaults() Config {
	if c.Queue.Limit == 0 {
		c.Queue.Limit = defaultLimit
	}
	if c.Service.Distribution == Lognormal && c.Service.Sigma == 0 {
		c.Service.Sigma = defaultSigma
	}
	return c
}
