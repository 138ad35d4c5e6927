package field

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPartsErrorsStandUnderItsPath(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want List
	}{
		{"nothing", nil, nil},
		{"a list", List{{"a", "is wrong"}, {"[1].b", "too"}}, List{{"part.a", "is wrong"}, {"part[1].b", "too"}}},
		{"one field", &Error{"a", "is wrong"}, List{{"part.a", "is wrong"}}},
		{"one field without a path", &Error{"", "is wrong"}, List{{"part", "is wrong"}}},
		{"a wrapped list", fmt.Errorf("bad: %w", List{{"a", "is wrong"}}), List{{"part.a", "is wrong"}}},
		{"a plain error", errors.New("100% wrong"), List{{"part", "100% wrong"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var errs Errors
			errs.Within("part", tt.err)
			var got List
			if err := errs.Err(); err != nil && !errors.As(err, &got) {
				t.Fatalf("%v is no List", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("gathered (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingWrongIsNoError(t *testing.T) {
	var errs Errors
	if err := errs.Err(); err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

func TestAListGivesALineAField(t *testing.T) {
	var errs Errors
	errs.Add("a", "is %d%%", 3)
	errs.Add("", "as a whole")
	if diff := cmp.Diff("a: is 3%\nas a whole", errs.Err().Error()); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestPathsAreJoined(t *testing.T) {
	tests := []struct{ path, name, want string }{
		{"", "a", "a"}, {"a", "", "a"}, {"a", "b", "a.b"}, {"a", "[0].b", "a[0].b"}, {"", "", ""}, {"", At("", 2), "[2]"},
		{At("fleet", 0), "timeout", "fleet[0].timeout"},
	}
	for _, tt := range tests {
		if got := Join(tt.path, tt.name); got != tt.want {
			t.Errorf("Join(%q, %q) is %q, want %q", tt.path, tt.name, got, tt.want)
		}
	}
}
