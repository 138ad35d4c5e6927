package k6x

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettingsAreReadFromTheEnvironment(t *testing.T) {
	plain := settings{engine: "auto", runs: 1, seed: 1}
	with := func(change func(*settings)) settings {
		s := plain
		change(&s)
		return s
	}
	tests := map[string]struct {
		env  map[string]string
		want settings
		err  string
	}{
		"none":           {nil, plain, ""},
		"empty ones":     {map[string]string{EngineVar: "", RunsVar: "", SeedVar: ""}, plain, ""},
		"engine":         {map[string]string{EngineVar: "docker"}, with(func(s *settings) { s.engine = "docker" }), ""},
		"variant":        {map[string]string{VariantVar: "client 4.4.2"}, with(func(s *settings) { s.variant = "client 4.4.2" }), ""},
		"directory":      {map[string]string{OutVar: "out"}, with(func(s *settings) { s.out = "out" }), ""},
		"trace":          {map[string]string{TraceVar: "t.jsonl"}, with(func(s *settings) { s.trace = "t.jsonl" }), ""},
		"runs":           {map[string]string{RunsVar: "10000"}, with(func(s *settings) { s.runs = 10000 }), ""},
		"seed 0":         {map[string]string{SeedVar: "0"}, with(func(s *settings) { s.seed = 0 }), ""},
		"largest seed":   {map[string]string{SeedVar: "18446744073709551615"}, with(func(s *settings) { s.seed = 1<<64 - 1 }), ""},
		"progress":       {map[string]string{ProgressVar: "yes"}, with(func(s *settings) { s.progress = true }), ""},
		"quiet":          {map[string]string{QuietVar: "1"}, with(func(s *settings) { s.quiet = true }), ""},
		"no runs":        {map[string]string{RunsVar: "0"}, settings{}, `runs: "0" is not how often to run each variant; write a whole number from 1 to 10000`},
		"negative runs":  {map[string]string{RunsVar: "-1"}, settings{}, `runs: "-1" is not how often to run each variant; write a whole number from 1 to 10000`},
		"too many runs":  {map[string]string{RunsVar: "10001"}, settings{}, `runs: "10001" is not how often to run each variant; write a whole number from 1 to 10000`},
		"half a run":     {map[string]string{RunsVar: "1.5"}, settings{}, `runs: "1.5" is not how often to run each variant; write a whole number from 1 to 10000`},
		"seed too large": {map[string]string{SeedVar: "18446744073709551616"}, settings{}, `seed: "18446744073709551616" is not a seed; write a whole number from 0`},
		"two at once": {map[string]string{RunsVar: "x", SeedVar: "-1"}, settings{},
			"runs: \"x\" is not how often to run each variant; write a whole number from 1 to 10000\nseed: \"-1\" is not a seed; write a whole number from 0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := readSettings(load(t, New(), 0, test.env).VU)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("error is %v, want %s", err, test.err)
				}
				return
			}
			if d := cmp.Diff(test.want, got, cmp.AllowUnexported(settings{})); d != "" || err != nil {
				t.Errorf("%v\n%s", err, d)
			}
		})
	}
}

func TestWhatTheUserGivesByNameOutweighsTheSystem(t *testing.T) {
	s := load(t, New(), 0, map[string]string{EngineVar: "local"})
	s.VU.InitEnvField.LookupEnv = func(key string) (string, bool) {
		return map[string]string{EngineVar: "docker", SeedVar: "7"}[key], true
	}
	got, err := readSettings(s.VU)
	if want := (settings{engine: "local", runs: 1, seed: 7}); err != nil || got != want {
		t.Errorf("settings are %+v, %v, want %+v", got, err, want)
	}
}
