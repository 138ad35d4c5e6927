package network

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

const (
	m = time.Minute
	h = time.Hour
)

// pos is a name with orders that have it stand for one node after the other.
func pos(cache *Cache, orders ...fault.Event) *Names {
	others := []fault.Event{{Kind: fault.Crash, At: m, For: m, Node: "primary"}}
	return NewNames(7, []Name{{Name: "shop", Node: "web"}, {Name: "pos", Node: "primary", Cache: cache}}, append(others, of(orders)...))
}

// of makes orders those of the name.
func of(orders []fault.Event) []fault.Event {
	for i := range orders {
		orders[i].Name = "pos"
	}
	return orders
}

func to(node string, at time.Duration) fault.Event {
	return fault.Event{Kind: fault.Failover, At: at, To: node}
}

// seen gives the nodes that an asker has at some times.
func seen(n *Names, who Asker, at ...time.Duration) []string {
	var all []string
	for _, t := range at {
		all = append(all, n.Nodes(1)[n.Resolve(1, who, t).Node])
	}
	return all
}

func TestANameStandsForWhatTheLastOrderSays(t *testing.T) {
	constant := func(d time.Duration) *Cache { return &Cache{From: d} }
	for name, c := range map[string]struct {
		names *Names
		at    []time.Duration
		want  []string
	}{
		"no order":        {pos(nil), []time.Duration{0, h}, []string{"primary", "primary"}},
		"at once":         {pos(nil, to("backup", h)), []time.Duration{h - 1, h}, []string{"primary", "backup"}},
		"there and back":  {pos(nil, to("backup", h), to("primary", 2*h)), []time.Duration{h, 2*h - 1, 2 * h}, []string{"backup", "backup", "primary"}},
		"after a while":   {pos(constant(5*m), to("backup", h)), []time.Duration{h + 5*m - 1, h + 5*m}, []string{"primary", "backup"}},
		"a later order":   {pos(constant(5*m), to("backup", h), to("third", h+2*m)), []time.Duration{h + 5*m - 1, h + 5*m, 2 * h}, []string{"primary", "third", "third"}},
		"never seen":      {pos(constant(h), to("backup", h), to("primary", h+m)), []time.Duration{h, 2 * h, 3 * h}, []string{"primary", "primary", "primary"}},
		"orders unsorted": {pos(nil, to("third", 2*h), to("backup", h)), []time.Duration{h, 2 * h}, []string{"backup", "third"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, seen(c.names, Asker{Tenant: 3, Resolver: 3}, c.at...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnAnswerNamesTheOrderThatMadeItSo(t *testing.T) {
	n := pos(nil, to("backup", h), to("primary", 2*h))
	for at, want := range map[time.Duration]Answer{0: {0, -1}, h: {1, 1}, 2 * h: {0, 2}} {
		if got := n.Resolve(1, Asker{}, at); got != want {
			t.Errorf("at %v the answer is %+v, want %+v", at, got, want)
		}
	}
	if got := n.Nodes(1); !cmp.Equal(got, []string{"primary", "backup"}) {
		t.Errorf("it stands for %v", got)
	}
	if n.Index("pos") != 1 || n.Index("nobody") != -1 {
		t.Errorf("its index is %d, and of no name %d", n.Index("pos"), n.Index("nobody"))
	}
}

func TestAMigrationMovesTheShareOfEachStage(t *testing.T) {
	n := pos(nil, fault.Event{Kind: fault.Migrate, At: h, To: "eu", Stages: []fault.Stage{{At: 2 * h, Share: 0.3}, {At: 3 * h, Share: 0.97}}})
	const tenants = 20_000
	share := func(at time.Duration) float64 {
		moved := 0
		for i := range uint32(tenants) {
			moved += n.Resolve(1, Asker{Tenant: i}, at).Node
		}
		return float64(moved) / tenants
	}
	for at, want := range map[time.Duration]float64{h: 0, 2*h - 1: 0, 2 * h: 0.3, 3*h - 1: 0.3, 3 * h: 0.97, 9 * h: 0.97} {
		// Five standard deviations of a binomial count.
		if got := share(at); math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/tenants) {
			t.Errorf("at %v %g of the tenants have moved, want %g", at, got, want)
		}
	}
}

// TestEveryoneSwitchesOncePerChange takes changes so far apart that every cache
// expires in between.
func TestEveryoneSwitchesOncePerChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := time.Duration(rapid.Int64Range(1, int64(h)).Draw(t, "from"))
		c := &Cache{Distribution: rapid.SampledFrom([]Distribution{Constant, Uniform, Loguniform}).Draw(t, "law"), From: from}
		if c.Distribution != Constant {
			c.To = from + time.Duration(rapid.Int64Range(0, int64(24*h)).Draw(t, "more"))
		}
		var orders []fault.Event
		var at []time.Duration
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			next := time.Duration(rapid.Int64Range(1, int64(h)).Draw(t, "gap"))
			if len(at) > 0 {
				next += at[len(at)-1] + c.Longest()
			}
			at = append(at, next)
			orders = append(orders, to([]string{"backup", "primary"}[(len(at)-1)%2], next))
		}
		n := NewNames(rapid.Uint64().Draw(t, "seed"), []Name{{}, {Name: "pos", Node: "primary", Cache: c}}, of(orders))
		who := Asker{Resolver: rapid.Uint64().Draw(t, "resolver")}
		for k, begun := range at {
			if got := n.Resolve(1, who, begun-1); got.Order != k-1 {
				t.Fatalf("just before change %d the answer is that of %d", k, got.Order)
			}
			if got := n.Resolve(1, who, begun+c.From-1); got.Order != k-1 {
				t.Fatalf("change %d is seen before the shortest time", k)
			}
			if got := n.Resolve(1, who, begun+c.Longest()); got.Order != k {
				t.Fatalf("change %d is not seen after the longest time: %d", k, got.Order)
			}
			last := k - 1
			for step := range time.Duration(20) {
				got := n.Resolve(1, who, begun+c.Longest()*step/20)
				if got.Order < last {
					t.Fatalf("change %d is taken back", k)
				}
				last = got.Order
			}
		}
	})
}

// TestDelaysFollowTheLaw compares the mean over many resolvers with that of the law:
// (a+b)/2 of a uniform one, (b−a)/ln(b/a) of a loguniform one.
func TestDelaysFollowTheLaw(t *testing.T) {
	a, b := 5*m, 24*h
	for law, want := range map[Distribution]float64{
		Uniform:    float64(a+b) / 2,
		Loguniform: float64(b-a) / math.Log(float64(b)/float64(a)),
	} {
		n := pos(&Cache{Distribution: law, From: a, To: b}, to("backup", h))
		const resolvers = 20_000
		var sum, squares float64
		for i := range uint64(resolvers) {
			d := float64(n.names[1].Cache.delay(n.draw(&n.names[1], 0, i, expiry)))
			sum += d
			squares += d * d
		}
		mean := sum / resolvers
		if off := math.Sqrt((squares/resolvers - mean*mean) / resolvers); math.Abs(mean-want) > 5*off {
			t.Errorf("%v: the mean is %v, want %v", law, time.Duration(mean), time.Duration(want))
		}
	}
}

func TestDrawsOfTwoChangesAndOfTwoNamesAreTheirOwn(t *testing.T) {
	n := pos(&Cache{Distribution: Uniform, To: h}, to("backup", h), to("primary", 9*h))
	u := &n.names[1]
	first, second, place := n.draw(u, 0, 5, expiry), n.draw(u, 1, 5, expiry), n.draw(u, 0, 5, order)
	other := n.draw(&n.names[0], 0, 5, expiry)
	if first == second || first == place || first == other || first == n.draw(u, 0, 6, expiry) {
		t.Errorf("drew %v, %v, %v and %v", first, second, place, other)
	}
	if ResolverOf("gateway") == ResolverOf("api") || ResolverOf("gateway") < 1<<63 {
		t.Error("the caches of nodes are those of others")
	}
}

func TestWrongNamesAreToldByPath(t *testing.T) {
	for _, c := range []struct {
		name Name
		want string
	}{
		{Name{Name: "pos", Node: "a", Cache: &Cache{Distribution: Loguniform, From: 5 * m, To: 24 * h}}, ""},
		{Name{Name: "p o s"}, "name node "},
		{Name{Name: "pos", Node: "a", Cache: &Cache{}}, "cache.from "},
		{Name{Name: "pos", Node: "a", Cache: &Cache{From: m, To: m}}, "cache.to "},
		{Name{Name: "pos", Node: "a", Cache: &Cache{Distribution: Loguniform}}, "cache.from cache.to "},
		{Name{Name: "pos", Node: "a", Cache: &Cache{Distribution: Uniform, From: 2 * m, To: m}}, "cache.to "},
		{Name{Name: "pos", Node: "a", Cache: &Cache{Distribution: Uniform, From: -1, To: 366 * 24 * h}}, "cache.from cache.to "},
	} {
		var all field.List
		errors.As(c.name.Validate(), &all)
		got := ""
		for _, e := range all {
			got += e.Path + " "
		}
		if got != c.want {
			t.Errorf("%+v: %q is wrong, want %q", c.name, got, c.want)
		}
	}
}

func TestDistributionsAreReadAsTheyAreWritten(t *testing.T) {
	for _, d := range []Distribution{Constant, Uniform, Loguniform} {
		text, _ := d.MarshalText()
		var got Distribution
		if err := got.UnmarshalText(text); err != nil || got != d {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
}
