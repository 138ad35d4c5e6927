package reports

import (
	"bytes"
	"testing"
	"time"
)

// What can be read is written so that it reads back the same.
func FuzzRead(f *testing.F) {
	for _, r := range []*Result{friday(), New("s", "sim", 1, time.Time{})} {
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"schema":"retrystorm.result/v1","variants":[{"runs":[{"totals":{"sales":-1,"amplification":-1e300,"wasted_work_s":1e308}}],"probability":{"invalid":1}}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		first := written(t, r)
		again, err := Read(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written twice:\n%s\n%s", first, second)
		}
	})
}
