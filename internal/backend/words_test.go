package backend_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

func TestConfigReadsBackFromItsJSON(t *testing.T) {
	first := backend.Config{Name: "db"}
	last := good()
	last.Abandoned, last.Idempotency = backend.Stop, backend.NoKey
	loss := good()
	loss.Workers, loss.Queue, loss.Slowdown = field.Unbounded, backend.Queue{Limit: field.None, Overflow: backend.Dropping}, steps(3, 2)
	loss.Shed = &backend.Shed{Queue: new(0), Refusal: backend.Dropping}
	for _, want := range []backend.Config{first, last, loss} {
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
		`{"slowdown":{"measure":"cpu"}}`, `{"abandoned":"ignore"}`, `{"idempotency":"maybe"}`, `{"queue":{"overflow":"lose"}}`,
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
	if c.Workers = field.Unbounded; c.Capacity() != 0 {
		t.Errorf("%v/s burned without any bound, want 0 for unknown", c.Capacity())
	}
	if c.CPUs = 2; c.Capacity() != 20 {
		t.Errorf("%v/s burned by any number on two processors, want 20", c.Capacity())
	}
	if c.Service.Work = backend.Waited; c.Capacity() != 0 {
		t.Errorf("%v/s waited by any number, want 0 for unknown", c.Capacity())
	}
}
