package fault

import (
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Target is what an event of the timeline is done to.
type Target uint8

// The targets.
const (
	OnFleet Target = iota // the terminals and their customers
	OnNode                // one node
	OnDisk                // the disk of one node
	OnLink                // the link from one node, or the fleet, to another node
	OnName                // what a name stands for
	OnFault               // the faults of a node that have no end of their own
)

// definition is what is known of a kind of event.
type definition struct {
	word   string
	target Target
	fields []string // those of its own that must be declared
	may    []string // those of its own that may be
	moment bool     // it is done at once and has no for
}

// catalogue has every kind of event, by its number less one.
var catalogue = []definition{
	{word: "spike", target: OnFleet, fields: []string{"times"}, may: []string{"cohort"}},
	{word: "crash", target: OnNode, may: []string{"unsynced"}},
	{word: "freeze", target: OnNode},
	{word: "cpu", target: OnNode, fields: []string{"cpus"}},
	{word: "shed", target: OnNode, fields: []string{"share"}},
	{word: "retriesOff", target: OnFleet},
	{word: "rollout", target: OnFleet, fields: []string{"from", "to"}, may: []string{"share"}},
	{word: "cut", target: OnLink, may: []string{"how", "way"}},
	{word: "latency", target: OnLink, fields: []string{"latency"}, may: []string{"jitter", "way"}},
	{word: "loss", target: OnLink, fields: []string{"share"}, may: []string{"way"}},
	{word: "bandwidth", target: OnLink, fields: []string{"rate"}, may: []string{"way"}},
	{word: "reset", target: OnLink, fields: []string{"share"}, may: []string{"way"}},
	{word: "diskSlow", target: OnDisk, fields: []string{"latency"}},
	{word: "diskErrors", target: OnDisk, fields: []string{"share"}, may: []string{"of"}},
	{word: "diskFull", target: OnDisk},
	{word: "diskReadOnly", target: OnDisk},
	{word: "diskDegraded", target: OnDisk, fields: []string{"times"}},
	{word: "cold", target: OnNode},
	{word: "memory", target: OnNode},
	{word: "failover", target: OnName, fields: []string{"name", "to"}, may: []string{"promote"}, moment: true},
	{word: "failback", target: OnName, fields: []string{"name", "to"}, may: []string{"merge"}, moment: true},
	{word: "migrate", target: OnName, fields: []string{"name", "to", "stages"}, moment: true},
	{word: "remount", target: OnFault, moment: true},
	{word: "replace", target: OnFault, moment: true},
	{word: "restore", target: OnFault, fields: []string{"data", "rate"}, moment: true},
}

// property is a field that only some kinds of events have.
type property struct {
	name string
	set  func(*Event) bool
	// problem says what is wrong with the value of an event that must have one, or
	// has one; empty if nothing is.
	problem func(*Event) string
}

// properties are the fields of an event that not every kind has, in the order in
// which their errors are told.
var properties = append([]property{
	{"times", func(e *Event) bool { return e.Times != 0 }, func(e *Event) string {
		if e.Kind == DiskDegraded {
			return unless(e.Times > 1 && e.Times <= mostTimes, "must be a multiple of the usual time of an operation above 1 and up to 1000, such as 4")
		}
		return unless(e.Times > 0 && e.Times <= mostTimes, "must be a multiple of the usual demand above 0 and up to 1000, such as 3")
	}},
	{"of", func(e *Event) bool { return e.Of != store.Writes }, nil},
	{"unsynced", func(e *Event) bool { return e.Unsynced != Kept }, nil},
	{"cohort", func(e *Event) bool { return e.Cohort != "" }, nil},
	{"node", func(e *Event) bool { return e.Node != "" }, nil},
	{"region", func(e *Event) bool { return e.Region != "" }, func(e *Event) string {
		return unless(e.Node == "", "stands beside node; write one of them")
	}},
	{"cpus", func(e *Event) bool { return e.CPUs != 0 }, func(e *Event) string {
		return unless(e.CPUs > 0 && e.CPUs <= mostCPUs, "must be the processors left to the node, above 0 and up to 1024, such as 0.2")
	}},
	{"share", func(e *Event) bool { return e.Share != 0 }, func(e *Event) string {
		return unless(e.Share > 0 && e.Share <= 1, "must be a share above 0 and up to 1, such as 0.5 or '50%'")
	}},
	{"from", func(e *Event) bool { return e.From != "" }, func(e *Event) string {
		return unless(e.From != "", "is missing; write the name of the cohort whose terminals are updated")
	}},
	{"name", func(e *Event) bool { return e.Name != "" }, func(e *Event) string {
		return unless(e.Name != "", "is missing; write one of backend.names")
	}},
	{"to", func(e *Event) bool { return e.To != "" }, func(e *Event) string {
		if e.Kind == Rollout {
			return unless(e.To != "", "is missing; write the name of the cohort whose client they get")
		}
		return unless(e.To != "", "is missing; write the node that the name is to stand for")
	}},
	{"data", func(e *Event) bool { return e.Data != 0 }, func(e *Event) string {
		return unless(e.Data > 0, "must be how much is restored, such as '200GB'")
	}},
	{"promote", func(e *Event) bool { return e.Promote }, nil},
	{"merge", func(e *Event) bool { return e.Merge }, nil},
	{"stages", func(e *Event) bool { return e.Stages != nil }, func(e *Event) string {
		return unless(len(e.Stages) > 0, "are missing; write at least one, such as { at: '17h', share: '97%' }")
	}},
}, linkProperties...)

// unless gives the problem where a value is not right.
func unless(right bool, problem string) string {
	if right {
		return ""
	}
	return problem
}

// kinds are the words of all kinds.
var kinds = func() []string {
	words := make([]string, len(catalogue))
	for i := range catalogue {
		words[i] = catalogue[i].word
	}
	return words
}()

// known says whether there is such a kind.
func (k Kind) known() bool { return k != 0 && int(k) <= len(catalogue) }

// Momentary says whether the trigger is done at once, as an order that changes a name
// is, and has no duration of its own.
func (k Kind) Momentary() bool { return k.known() && catalogue[k-1].moment }

// Target gives what a known kind is done to.
func (k Kind) Target() Target { return catalogue[k-1].target }

// has says whether a kind of event has the field, and whether it must.
func (d *definition) has(name string) (may, must bool) {
	must = slices.Contains(d.fields, name)
	switch name {
	case "node", "region":
		may = d.target == OnNode || d.target == OnDisk || d.target == OnFault
	case "from", "to":
		may = d.target == OnLink
	}
	return may || must || slices.Contains(d.may, name), must
}

// own reports fields that the kind of the event must have and that are wrong, or
// that it does not have.
func (e *Event) own(errs *field.Errors) {
	d := &catalogue[e.Kind-1]
	for _, p := range properties {
		may, must := d.has(p.name)
		if (must || may && p.set(e)) && p.problem != nil {
			if problem := p.problem(e); problem != "" {
				errs.Add(p.name, "%s", problem)
			}
		}
	}
	for _, p := range properties {
		if may, _ := d.has(p.name); !may && p.set(e) {
			errs.Add(p.name, "%s", alien(p.name, d.word))
		}
	}
}

// alien says that a field does not belong to a kind of event, and to which it does.
func alien(name, kind string) string {
	var owners []string
	for i := range catalogue {
		if may, _ := catalogue[i].has(name); may {
			owners = append(owners, catalogue[i].word)
		}
	}
	if slices.Contains([]string{"node", "region", "from", "to", "way"}, name) {
		return "has no meaning for a " + kind + "; leave it out"
	}
	return "belongs to a " + strings.Join(owners, " or a ") + ", not to a " + kind + "; leave it out"
}
