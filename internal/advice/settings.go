package advice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// settings makes plans of a variant with strengths chosen.
type settings struct {
	declaration *experiment.Declaration
	variant     string
	room        emergency
	plan0       *experiment.Plan              // without any change
	timeline    []json.RawMessage             // as declared
	made        map[string]experiment.Variant // by key; looked up, never gone through
}

func newSettings(d *experiment.Declaration, variant string) (*settings, error) {
	v, err := d.Experiment().Variant(variant)
	if err != nil {
		return nil, err
	}
	s := &settings{declaration: d, variant: variant, plan0: &v.Plan, made: map[string]experiment.Variant{}}
	s.room, _ = emergencyOf(&v.Plan)
	f, err := d.Field(variant, "timeline")
	if err != nil {
		return nil, err
	}
	if f.Value != nil {
		if err := json.Unmarshal(f.Value, &s.timeline); err != nil {
			return nil, fmt.Errorf("timeline: %w", err)
		}
	}
	return s, nil
}

// scene is what happens in a run in place of the declared timeline; nil for that.
type scene struct {
	name     string
	timeline []json.RawMessage
}

// plan gives what a run of these strengths needs, or what is wrong with them.
func (s *settings) plan(in *scene, chosen ...Strength) (experiment.Variant, error) {
	return s.with(s.changes(in, chosen))
}

// with gives the plan with changes made, each one once.
func (s *settings) with(changes []experiment.Change) (experiment.Variant, error) {
	key := keyOf(changes)
	if v, ok := s.made[key]; ok {
		return v, nil
	}
	v, err := s.declaration.With(s.variant, changes...)
	if err == nil {
		s.made[key] = v
	}
	return v, err
}

// changes gives those that make the strengths in a scene: the orders of all of them
// come after what is on the timeline, and the horizon is later by as much.
func (s *settings) changes(in *scene, chosen []Strength) []experiment.Change {
	var out []experiment.Change
	timeline := s.timeline
	if in != nil {
		timeline = in.timeline
	}
	timeline = slices.Clip(timeline)
	horizon := s.plan0.Horizon
	ordered := false
	for _, c := range chosen {
		out = append(out, c.edits...)
		for _, o := range c.orders {
			ordered = true
			timeline = append(timeline, o.event)
			horizon = max(horizon, o.end+s.room.room)
		}
	}
	if ordered || in != nil {
		out = append(out, set("timeline", listOf(timeline)))
	}
	if horizon > s.plan0.Horizon {
		out = append(out, set("horizon", span(horizon)))
	}
	return out
}

// unchanged gives the changes of a run that differs from one with these strengths in
// nothing but them: in the same scene and up to the same horizon.
func (s *settings) unchanged(in *scene, chosen []Strength) []experiment.Change {
	var out []experiment.Change
	for _, c := range s.changes(in, chosen) {
		if c.Path == "horizon" || c.Path == "timeline" && in != nil {
			out = append(out, c)
		}
	}
	for i := range out {
		if out[i].Path == "timeline" {
			out[i] = set("timeline", listOf(in.timeline))
		}
	}
	return out
}

func listOf(items []json.RawMessage) json.RawMessage {
	if len(items) == 0 {
		return json.RawMessage("[]")
	}
	out, _ := json.Marshal(items) // of valid JSON
	return out
}

// keyOf names a plan among those of a search.
func keyOf(changes []experiment.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "%s=%s;", c.Path, c.Value)
	}
	return b.String()
}
