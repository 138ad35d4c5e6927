package experiment

import (
	"errors"
	"reflect"
	"strconv"

	"github.com/retrystorm/retrystorm/internal/field"
)

// AsDeclared is the name of the one variant of a scenario that declares none.
const AsDeclared = "as declared"

// document is the JSON object that a script gives.
type document struct {
	Name string `json:"name"`
	Plan
	Variants patches `json:"variants"`
}

// Decode reads a declaration, which is the JSON of what a script declares, and
// validates each of its variants. A variant is a merge patch (RFC 7396) over
// the rest. The error is a field.List of everything that is wrong: a field of
// the base once, however many variants share it, and a variant's own fields,
// or what its fields make wrong in the base, with the variant in their path.
func Decode(data []byte) (*Experiment, error) {
	d, err := Open(data)
	if err != nil {
		return nil, err
	}
	return d.experiment, nil
}

// draft is a plan with what is wrong with it: fields that could not be read,
// and rules that are broken.
type draft struct {
	Plan
	unread, broken field.List
}

func decodePlan(n *node) draft {
	d := newDecoder()
	var p Plan
	d.value("", n, reflect.ValueOf(&p).Elem())
	return d.plan(p)
}

// plan judges a plan and fills in what it leaves open. Names come first, since
// the timeline may refer to a default one.
func (d *decoder) plan(p Plan) draft {
	for i := range p.Backend.Nodes {
		if n := &p.Backend.Nodes[i]; n.Name == "" && !d.hides(field.At("backend.nodes", i)+".name") {
			n.Name = theNode
		}
	}
	out := draft{Plan: p, unread: d.problems}
	out.broken = d.judge(p.parts())
	if !d.unread("backend") && !d.unread("fleet") && !d.unread("timeline") { // who is reached is not known
		out.broken = append(out.broken, d.judge(p.graph())...)
	}
	if len(out.broken) == 0 && len(out.unread) == 0 {
		out.Plan = p.withDefaults()
		out.broken = d.judge(out.CheckTime(0))
	}
	return out
}

// patch is what one variant declares of its own.
type patch struct {
	name string
	tree *node
}

// patches are the variants, in the order declared.
type patches []patch

func (ps *patches) decodeNode(d *decoder, path string, n *node) {
	if n.shape != object {
		d.fail(path, "%s is not an object; write { 'name': { … }, … }", n.show())
		return
	}
	if len(n.members) > MaxList {
		d.fail(path, "has %d variants; at most %d are supported", len(n.members), MaxList)
		return
	}
	for _, m := range n.members {
		here := path + "[" + strconv.Quote(cut(m.name)) + "]"
		if problem := labelProblem(m.name); problem != "" {
			d.fail(here, "%s", problem)
		}
		if m.value.shape != object {
			d.fail(here, "%s is not an object; write what differs from the base, or {}", m.value.show())
			continue
		}
		*ps = append(*ps, patch{name: m.name, tree: m.value})
	}
}

// over decodes each variant over the base and says what is wrong: first what
// comes from the base, then each variant's own.
func (ps patches) over(body *node, base draft) ([]Variant, field.List) {
	known := map[field.Error]bool{} // what is wrong with the base, and whether a variant shows it
	for _, e := range append(base.unread[:len(base.unread):len(base.unread)], base.broken...) {
		known[*e] = false
	}
	var out []Variant
	var own field.List
	for _, p := range ps {
		if len(base.unread)+len(own) >= maxProblems {
			break // nobody reads more of it, and each variant would repeat it
		}
		got := decodePlan(merge(body, p.tree))
		out = append(out, Variant{Name: p.name, Plan: got.Plan})
		prefix := variantPath(p.name)
		for _, e := range append(got.unread, got.broken...) {
			if _, fromBase := known[*e]; fromBase && !p.tree.overrides(body, e.Path) {
				known[*e] = true
			} else {
				own = append(own, &field.Error{Path: field.Join(prefix, e.Path), Problem: e.Problem})
			}
		}
	}
	var shared field.List
	for _, e := range base.broken {
		if known[*e] {
			shared = append(shared, e)
		}
	}
	return out, append(shared, own...)
}

// variantPath is where a variant stands in the declaration.
func variantPath(name string) string { return "variants[" + strconv.Quote(cut(name)) + "]" }

func asList(err error, list *field.List) bool { return errors.As(err, list) }

// bounded cuts a list that nobody reads to its end.
func bounded(l field.List) field.List {
	if len(l) <= maxProblems {
		return l
	}
	more := &field.Error{Problem: strconv.Itoa(len(l)-maxProblems) + " more fields are wrong"}
	return append(l[:maxProblems:maxProblems], more)
}
