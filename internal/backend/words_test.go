package backend_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
)

func TestConfigReadsBackFromItsJSON(t *testing.T) {
	first := backend.Config{Name: "db"}
	last := good()
	last.Abandoned, last.Idempotency = backend.Stop, backend.NoKey
	for _, want := range []backend.Config{first, last} {
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got backend.Config
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	}
}

func TestUnknownWordIsAnError(t *testing.T) {
	for _, text := range []string{
		`{"service":{"distribution":"normal"}}`, `{"service":{"work":"slept"}}`, `{"queue":{"discipline":"filo"}}`,
		`{"slowdown":{"measure":"cpu"}}`, `{"abandoned":"ignore"}`, `{"idempotency":"maybe"}`,
	} {
		var c backend.Config
		if err := json.Unmarshal([]byte(text), &c); err == nil {
			t.Errorf("%s was read as %+v", text, c)
		}
	}
}

func TestCapacityIsWorkersByMeanAndNoMoreThanProcessorsBurn(t *testing.T) {
	c := backend.Config{Workers: 8, CPUs: 0.5, Service: backend.Service{Mean: 100 * time.Millisecond}}
	if got := c.Capacity(); got != 80 {
		t.Errorf("%v/s waited, want 80", got)
	}
	c.Service.Work = backend.Burned
	if got := c.Capacity(); got != 5 {
		t.Errorf("%v/s burned on half a processor, want 5", got)
	}
	c.CPUs = 0
	if got := c.Capacity(); got != 80 {
		t.Errorf("%v/s burned without a bound, want 80", got)
	}
}
