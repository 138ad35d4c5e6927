package history

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fill puts anything into every field of a value. What is unexported is none of
// a history's but in its histograms, which are filled by adding.
func fill(t *rapid.T, v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *Histogram:
		*x = filled(rapid.SliceOfN(rapid.Custom(anyDuration), 0, 5).Draw(t, "durations"))
		return
	case *string:
		*x = rapid.String().Draw(t, "text")
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Slice:
		if n := rapid.IntRange(0, 3).Draw(t, "length"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			fill(t, v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case reflect.Float64:
		v.SetFloat(rapid.Float64().Draw(t, "figure"))
	case reflect.Int, reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, "count"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "number"))
	default:
		panic(fmt.Sprintf("nothing to put into a %s", v.Type()))
	}
}

func written(t interface {
	Helper()
	Fatal(...any)
}, h *History) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, h); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHistoryReadsBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want History
		fill(t, reflect.ValueOf(&want).Elem())
		text := written(t, &want)
		got, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, got, cmp.AllowUnexported(Histogram{})); diff != "" {
			t.Fatal(diff)
		}
		if written(t, got) != text {
			t.Fatal("written twice, it differs")
		}
	})
}

func TestWrittenHistoryIsWhatTheDocumentationSays(t *testing.T) {
	h := History{
		Bucket: time.Second, Horizon: 2 * time.Second, Buckets: make([]Bucket, 2), Demand: 0.5,
		Nodes: []Node{{Name: "api", Buckets: []NodeBucket{{Arrived: 3, Blind: true}}}},
		Links: []Link{{From: Fleet, To: "api", Buckets: []LinkBucket{{Calls: 1, Attempts: 2}}}},
	}
	h.Buckets[0].Latency.Add(time.Millisecond)
	h.Buckets[0].Latency.Add(time.Microsecond)
	h.Links[0].Buckets[0].Outcomes[1] = 2
	want := `{"version":"retrystorm.history/v1","history":{"bucket":1000000000,"horizon":2000000000,"nodes":[{"name":"api"}],"links":[{"from":"fleet","to":"api"}],"demand":0.5},"buckets":2,"nodes":[1],"links":[1]}
{"latency":{"max":1000000,"counts":[[1,1],[190,1]]}}
{}
{"arrived":3,"blind":true}
{"calls":1,"attempts":2,"outcomes":{"timeout":2}}
`
	if diff := cmp.Diff(want, written(t, &h)); diff != "" {
		t.Error(diff)
	}
}

func TestWriteRefusesWhatNoReaderCouldRead(t *testing.T) {
	if err := Write(&bytes.Buffer{}, &History{Demand: math.NaN()}); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Error(err)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReportsAWriterThatFails(t *testing.T) {
	for _, n := range []int{1, 100_000} {
		if err := Write(fullDisk{}, &History{Buckets: make([]Bucket, n)}); !errors.Is(err, errFull) {
			t.Errorf("%d buckets: error %v", n, err)
		}
	}
}
