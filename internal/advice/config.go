package advice

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/probe"
)

// Class says who makes a change.
type Class uint8

// The classes.
const (
	Client   Class = iota // a release of the client
	Server                // a release, or a setting, of a node and its links
	Operator              // an order while the incident is on
)

var classes = []string{"client", "server", "operator"}

func (c Class) String() string { return classes[c] }

// MarshalText gives the word that UnmarshalText reads.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a class by its name.
func (c *Class) UnmarshalText(text []byte) error { return field.Word(c, text, classes) }

// Config is what is asked. Declaration, Variant and Prober must be there.
type Config struct {
	Declaration *experiment.Declaration
	Variant     string
	Prober      probe.Prober
	// Seed is the seed of the first run of the search; those of all others follow from it.
	Seed uint64
	// AtLeast is the probability with which the variant is to come back; 0.95 if zero.
	AtLeast float64
	// Allow are the classes of changes that may be made; all if empty.
	Allow []Class
	// Forbid are paths that may not be changed, nor anything below them: *
	// stands for any step, and nodes and cohorts are found by their names too.
	Forbid []string
	// Price is what a change of a path costs, by paths like those of Forbid; the dearest
	// counts where several are meant. A change that has none costs 1.
	Price map[string]float64
	// Changes is the most changes that are made together, up to 3; 3 if zero.
	Changes int
	// All looks for larger sets of changes even where smaller ones suffice.
	All bool
	// Most is the most runs; 2000 if zero.
	Most int
	// Progress is told how many runs have been made, and about how many are to come. It
	// may be nil.
	Progress func(made, left int)
}

// The defaults, and the bound of Changes.
const (
	defaultAtLeast = 0.95
	defaultMost    = 2000
	mostChanges    = 3
)

// Validate says all that is wrong, as a field.List. A variant that does not exist is
// one of it.
func (c *Config) Validate() error {
	var errs field.Errors
	if c.Declaration == nil || c.Prober == nil {
		errs.Add("", "a declaration and something that makes runs are needed")
		return errs.Err()
	}
	if _, err := c.Declaration.Experiment().Variant(c.Variant); err != nil {
		errs.Add("variant", "%v", err)
	}
	if a := c.AtLeast; a != 0 && !(a > 0.5 && a <= 0.999) {
		errs.Add("atLeast", "is %v; write a probability above 0.5 and up to 0.999, such as 0.95", a)
	}
	if c.Changes < 0 || c.Changes > mostChanges {
		errs.Add("changes", "is %d; write the most changes that are made together, from 1 to %d", c.Changes, mostChanges)
	}
	if c.Most < 0 {
		errs.Add("most", "is %d; write the most runs, such as %d", c.Most, defaultMost)
	}
	for i, p := range c.Forbid {
		if strings.TrimSpace(p) == "" {
			errs.Add(field.At("forbid", i), "is empty; write a path such as 'fleet.*.timeout'")
		}
	}
	for _, p := range sortedKeys(c.Price) {
		if price := c.Price[p]; !(price >= 0 && price <= math.MaxInt32) {
			errs.Add(fmt.Sprintf("price[%q]", p), "is %v; write what a change there costs, from 0, where any other costs 1", price)
		}
	}
	return errs.Err()
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	if c.AtLeast == 0 {
		c.AtLeast = defaultAtLeast
	}
	if c.Changes == 0 {
		c.Changes = mostChanges
	}
	if c.Most == 0 {
		c.Most = defaultMost
	}
	return c
}

// allows says whether changes of a class may be made.
func (c *Config) allows(class Class) bool {
	return len(c.Allow) == 0 || slices.Contains(c.Allow, class)
}
