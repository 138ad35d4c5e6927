package field

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheNearestNameIsFound(t *testing.T) {
	names := []string{"timeout", "terminals", "at", "client 4.4.2", "b", "timeouts"}
	tests := []struct{ name, want string }{
		{"timeuot", "timeout"}, {"Timeout", "timeout"}, {"timeoust", "timeout"}, {"terminal", "terminals"},
		{"ta", "at"}, {"client 4.4.1", "client 4.4.2"}, {"colour", ""}, {"", ""}, {"x", ""}, {"B", "b"},
		{strings.Repeat("timeout", 10), ""}, {"timeou", "timeout"}, {"timexxx", ""}, {"timeoxx", "timeout"},
	}
	for _, tt := range tests {
		if got := Nearest(tt.name, names); got != tt.want {
			t.Errorf("nearest to %q is %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestANameIsNearestToItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9]{1,12}`), 1, 8, rapid.ID).Draw(t, "names")
		name := rapid.SampledFrom(names).Draw(t, "name")
		if got := Nearest(strings.ToUpper(name), names); got != name {
			t.Fatalf("nearest to %q of %q is %q", name, names, got)
		}
	})
}
