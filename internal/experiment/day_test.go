package experiment

import (
	"strings"
	"testing"
)

// What is wrong with a plan whose day has a declared length is told by its path.
func TestTimesOfDayLieWithinTheDeclaredDay(t *testing.T) {
	plan := func(fields, cohort string) string {
		return `{"name": "x", ` + fields + ` "horizon": "3m", "judge": {"window": "20s"}, "fleet": [{"cohort": "c", "terminals": 1, "sale": {"every": "1s"}, "timeout": "1s"` + cohort +
			`}], "backend": {"nodes": [{"workers": 1, "service": {"mean": "1ms"}}]}}`
	}
	tests := []struct{ name, fields, cohort, want string }{
		{"a short day", `"day": "40s", "starts": "39s",`, `, "hours": {"open": "10s", "close": "40s"}, "zones": ["+39s"]`, ""},
		{"the shortest", `"day": "10s",`, ``, ""},
		{"a day that is too short", `"day": "9s",`, ``, "day: must be how long a day lasts"},
		{"a day that is too long", `"day": "25h",`, ``, "day: must be how long a day lasts"},
		{"a start after it", `"day": "40s", "starts": "40s",`, ``, "starts: must be the time of day"},
		{"hours after it", `"day": "40s",`, `, "hours": {"open": "40s", "close": "41s"}`, "fleet[0].hours.open: must be"},
		{"a closing after it", `"day": "40s",`, `, "hours": {"open": "1s", "close": "41s"}`, "fleet[0].hours.close: must be"},
		{"demand after it", `"day": "40s",`, `, "demand": [{"at": "40s", "times": 1}]`, "fleet[0].demand[0].at: must be"},
		{"a zone as far away as it is long", `"day": "40s",`, `, "zones": ["-40s"]`, "fleet[0].zones[0]: is -40s"},
		{"none declared", `"starts": "23h59m",`, `, "hours": {"open": "23h", "close": "24h"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Decode([]byte(plan(tt.fields, tt.cohort)))
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("%v, want %q", err, tt.want)
			case err == nil && s.Variants[0].Fleet[0].Day != s.Variants[0].Day:
				t.Errorf("the cohort's day lasts %v", s.Variants[0].Fleet[0].Day)
			}
		})
	}
}
