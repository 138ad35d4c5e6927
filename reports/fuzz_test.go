package reports

import (
	"bytes"
	"testing"
)

// What can be read is written so that it reads back the same.
func FuzzRead(f *testing.F) {
	for _, r := range results() {
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	// What a result may hold at least, and a few things that fit but are odd.
	f.Add([]byte(`{"schema":"retrystorm.result/v1","scenario":"\u0000","engine":"","seed":18446744073709551615,"versions":{"":""},"passed":false,"variants":[],"later":[1,-0,1e308,1e999,{"\"":[]}]}`))
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
