package backend_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// good is a valid node with every part that it can have.
func good() backend.Config {
	return backend.Config{
		Name:     "api",
		Workers:  64,
		Service:  backend.Service{Mean: 100 * time.Millisecond, Distribution: backend.Lognormal, Sigma: 1, Work: backend.Burned},
		Queue:    backend.Queue{Limit: 20000, Discipline: backend.LIFO},
		Slowdown: &backend.Slowdown{Above: 300, Times: 10, Measure: backend.Arrivals},
		Shed:     &backend.Shed{Queue: new(10000), RetryAfter: 5 * time.Second},
		CPUs:     0.5,
		Memory:   256 << 20,
	}
}

// steps makes a slowdown of pairs of a bound and what applies above it.
func steps(pairs ...float64) *backend.Slowdown {
	s := &backend.Slowdown{Steps: []backend.Step{}}
	for i := 0; i < len(pairs); i += 2 {
		s.Steps = append(s.Steps, backend.Step{Above: pairs[i], Times: pairs[i+1]})
	}
	return s
}

// paths gives where err finds fault; nil if nowhere.
func paths(t *testing.T, err error) []string {
	var list field.List
	if err != nil && !errors.As(err, &list) {
		t.Fatalf("%v is no field.List", err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Path)
	}
	return out
}

func TestValidateNamesTheWrongField(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*backend.Config)
		want   []string
	}{
		"nothing":           {func(*backend.Config) {}, nil},
		"zeros by default":  {func(c *backend.Config) { c.Queue.Limit, c.Service.Sigma, c.CPUs, c.Memory, c.Shed = 0, 0, 0, 0, nil }, nil},
		"no slowdown":       {func(c *backend.Config) { c.Slowdown = nil }, nil},
		"unbounded queue":   {func(c *backend.Config) { c.Queue.Limit = field.Unbounded }, nil},
		"no retry after":    {func(c *backend.Config) { c.Shed.RetryAfter = 0 }, nil},
		"no name":           {func(c *backend.Config) { c.Name = "" }, []string{"name"}},
		"name with a slash": {func(c *backend.Config) { c.Name = "../api" }, []string{"name"}},
		"no worker":         {func(c *backend.Config) { c.Workers = 0 }, []string{"workers"}},
		"workers below 0":   {func(c *backend.Config) { c.Workers = -1 }, []string{"workers"}},
		"no mean":           {func(c *backend.Config) { c.Service.Mean = 0 }, []string{"service.mean"}},
		"a day's service":   {func(c *backend.Config) { c.Service.Mean = 24 * time.Hour }, []string{"service.mean"}},
		"sigma below 0":     {func(c *backend.Config) { c.Service.Sigma = -1 }, []string{"service.sigma"}},
		"sigma not finite":  {func(c *backend.Config) { c.Service.Sigma = math.Inf(1) }, []string{"service.sigma"}},
		"alien sigma":       {func(c *backend.Config) { c.Service.Distribution = backend.Constant }, []string{"service.sigma"}},
		"limit below 0":     {func(c *backend.Config) { c.Queue.Limit = -2 }, []string{"queue.limit"}},
		"slow above 0":      {func(c *backend.Config) { c.Slowdown.Above = 0 }, []string{"slowdown.above"}},
		"slow above NaN":    {func(c *backend.Config) { c.Slowdown.Above = math.NaN() }, []string{"slowdown.above"}},
		"slow but as usual": {func(c *backend.Config) { c.Slowdown.Times = 1 }, []string{"slowdown.times"}},
		"sheds at 0":        {func(c *backend.Config) { c.Shed.Queue = new(0) }, nil},
		"no limit to wait":  {func(c *backend.Config) { c.Queue.Limit, c.Shed.Queue = field.None, new(0) }, nil},
		"sheds at no bound": {func(c *backend.Config) { c.Shed.Queue = nil }, []string{"shed.queue"}},
		"sheds below 0":     {func(c *backend.Config) { c.Shed.Queue = new(-1) }, []string{"shed.queue"}},
		"sheds of nobody":   {func(c *backend.Config) { c.Workers = field.Unbounded }, []string{"shed.queue"}},
		"drops with advice": {func(c *backend.Config) { c.Shed.Refusal = backend.Dropping }, []string{"shed.retryAfter"}},
		"drops":             {func(c *backend.Config) { c.Shed.Refusal, c.Shed.RetryAfter = backend.Dropping, 0 }, nil},
		"unbounded workers": {func(c *backend.Config) { c.Workers, c.Shed = field.Unbounded, nil }, nil},
		"a slope":           {func(c *backend.Config) { c.Slowdown = &backend.Slowdown{PerRequest: 0.01} }, nil},
		"a slope above 9":   {func(c *backend.Config) { c.Slowdown = &backend.Slowdown{PerRequest: 0.01, Above: 9} }, nil},
		"a slope down":      {func(c *backend.Config) { c.Slowdown = &backend.Slowdown{PerRequest: -1} }, []string{"slowdown.perRequest"}},
		"a slope NaN":       {func(c *backend.Config) { c.Slowdown = &backend.Slowdown{PerRequest: math.NaN()} }, []string{"slowdown.perRequest"}},
		"a slope above -1":  {func(c *backend.Config) { c.Slowdown = &backend.Slowdown{PerRequest: 1, Above: -1} }, []string{"slowdown.above"}},
		"two forms":         {func(c *backend.Config) { c.Slowdown.PerRequest = 1 }, []string{"slowdown"}},
		"steps":             {func(c *backend.Config) { c.Slowdown = steps(3, 2, 5, 9) }, nil},
		"steps that fall":   {func(c *backend.Config) { c.Slowdown = steps(3, 2, 3, 9) }, []string{"slowdown.steps[1].above"}},
		"no steps":          {func(c *backend.Config) { c.Slowdown = steps() }, []string{"slowdown.steps"}},
		"steps above 0":     {func(c *backend.Config) { c.Slowdown = steps(0, 1) }, []string{"slowdown.steps[0].above", "slowdown.steps[0].times"}},
		"steps above above": {func(c *backend.Config) { c.Slowdown = steps(3, 2); c.Slowdown.Above = 1 }, []string{"slowdown.above"}},
		"never sheds":       {func(c *backend.Config) { c.Shed.Queue = new(20001) }, []string{"shed.queue"}},
		"never sheds at the default limit": {func(c *backend.Config) { c.Queue.Limit, c.Shed.Queue = 0, new(1001) },
			[]string{"shed.queue"}},
		"half a second": {func(c *backend.Config) { c.Shed.RetryAfter = 500 * time.Millisecond }, []string{"shed.retryAfter"}},
		"earlier":       {func(c *backend.Config) { c.Shed.RetryAfter = -time.Second }, []string{"shed.retryAfter"}},
		"cpus below 0":  {func(c *backend.Config) { c.CPUs = -1 }, []string{"cpus"}},
		"cpus NaN":      {func(c *backend.Config) { c.CPUs = math.NaN() }, []string{"cpus"}},
		"1 MiB":         {func(c *backend.Config) { c.Memory = 1 << 20 }, []string{"memory"}},
	} {
		t.Run(name, func(t *testing.T) {
			node := good()
			c.change(&node)
			if diff := cmp.Diff(c.want, paths(t, node.Validate())); diff != "" {
				t.Errorf("wrong fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateFindsEverythingAtOnceAndChangesNothing(t *testing.T) {
	bad := func() backend.Config {
		return backend.Config{
			Workers:     -1,
			Service:     backend.Service{Sigma: 6, Distribution: 9, Work: 9},
			Queue:       backend.Queue{Limit: -5, Discipline: 9, Overflow: 9},
			Slowdown:    &backend.Slowdown{Measure: 9},
			Abandoned:   9,
			Shed:        &backend.Shed{RetryAfter: 1500 * time.Millisecond, Refusal: 9},
			Idempotency: 9,
			CPUs:        -1,
			Memory:      1,
		}
	}
	c := bad()
	want := []string{
		"name", "workers", "service.mean", "service.distribution", "service.sigma", "service.work",
		"queue.limit", "queue.discipline", "queue.overflow", "slowdown", "slowdown.measure",
		"abandoned", "shed.queue", "shed.retryAfter", "shed.refusal", "idempotency", "cpus", "memory",
	}
	if diff := cmp.Diff(want, paths(t, c.Validate())); diff != "" {
		t.Errorf("wrong fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(bad(), c); diff != "" {
		t.Errorf("Validate changed the node (-before +after):\n%s", diff)
	}
}

func TestValidateSaysWhatWouldBeRight(t *testing.T) {
	c := good()
	c.Shed.RetryAfter, c.Abandoned = time.Millisecond, 7
	want := "abandoned: is not known; write one of 'continue', 'stop'\n" +
		"shed.retryAfter: must be whole seconds, such as '5s', as HTTP knows no parts; leave it out for none"
	if diff := cmp.Diff(want, c.Validate().Error()); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestWithDefaultsFillsOnlyWhatIsMissing(t *testing.T) {
	c := backend.Config{Service: backend.Service{Distribution: backend.Lognormal}}
	full := c.WithDefaults()
	if full.Queue.Limit != 1000 || full.Service.Sigma != 0.5 {
		t.Errorf("limit %d and sigma %v, want 1000 and 0.5", full.Queue.Limit, full.Service.Sigma)
	}
	if c.Queue.Limit != 0 || c.Service.Sigma != 0 {
		t.Errorf("WithDefaults changed its receiver: %+v", c)
	}
	if diff := cmp.Diff(good(), good().WithDefaults()); diff != "" {
		t.Errorf("declared fields changed (-want +got):\n%s", diff)
	}
	plain := backend.Config{Name: "db", Workers: 1, Service: backend.Service{Mean: time.Second}}
	if err := plain.WithDefaults().Validate(); err != nil {
		t.Errorf("the defaults are not valid: %v", err)
	}
}
