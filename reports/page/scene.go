package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// scene is the scenario as it was run.
type scene struct {
	Text string // indented JSON; empty if there is none
	More string // what there was no room for
}

func sceneOf(r *reports.Result, most int) scene {
	var out bytes.Buffer
	if len(r.Declaration) == 0 || json.Indent(&out, r.Declaration, "", "  ") != nil {
		return scene{}
	}
	text := []rune(phrase.Lines(out.String()))
	if len(text) <= most {
		return scene{Text: string(text)}
	}
	return scene{string(text[:most]) + " …", phrase.Count(int64(len(text)-most)) + " more characters are left out here; result.json has them."}
}

// versions is what made the result.
func versions(r *reports.Result, most int) []table {
	t := table{Caption: "Versions", Head: cells("what", "version")}
	names := slices.Sorted(maps.Keys(r.Versions))
	for _, n := range names[:min(len(names), most)] {
		t.add(0, plain(n, longestName), plain(r.Versions[n], longestText))
	}
	t.cut(0, len(names)-most)
	t.add(0, "engine", plain(r.Engine, longestName))
	t.add(0, "seed of the first run", fmt.Sprint(r.Seed))
	t.add(0, "schema", plain(r.Schema, longestName))
	return []table{t}
}

// replay is how to run the same again.
type replay struct {
	Possible bool
	All      string // the command for the whole result
	One      []command
}

type command struct {
	Of        int
	Who, Line string
}

const replayAll = "retrystorm replay result.json"

// replayOf gives the commands as the program takes them: without flags it
// takes engine, seed and number of runs from the result.
func replayOf(r *reports.Result) replay {
	out := replay{Possible: len(r.Declaration) > 0, All: replayAll}
	const mostCommands = 12
	for i := range r.Variants[:min(len(r.Variants), mostCommands)] {
		v := &r.Variants[i]
		run, ok := v.Typical()
		name, sayable := phrase.Quoted(v.Name)
		if !ok || !sayable {
			continue
		}
		out.One = append(out.One, command{i + 1, phrase.Name(v.Name), fmt.Sprintf("%s --variant %s --runs 1 --seed %d", replayAll, name, run.Seed)})
	}
	return out
}
