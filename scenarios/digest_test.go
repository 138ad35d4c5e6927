package scenarios_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gotest.tools/v3/golden"
)

// recorded is where the digests of the results are kept, a file for each run: the
// digest, then every field that it covers. A field that is added to the result
// later is not covered, so that it changes no digest.
var recorded = filepath.Join("..", "testdata", "golden", "results")

// sameAsBefore compares what a run in virtual time gave with what it gave when its
// digest was recorded.
func sameAsBefore(t *testing.T, args []string, result []byte) {
	t.Helper()
	name := filepath.Join(recorded, strings.NewReplacer(" ", "_", "=", "-").Replace(strings.Join(args, " "))+".txt")
	var doc any
	dec := json.NewDecoder(bytes.NewReader(result))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if golden.FlagUpdate() {
		d := newDigest(nil)
		d.value("", doc)
		text := d.String() + "\n" + strings.Join(slices.Sorted(maps.Keys(d.seen)), "\n") + "\n"
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Fields(string(text))
	d := newDigest(want[1:])
	d.value("", doc)
	for _, path := range want[1:] {
		if !d.seen[path] {
			t.Errorf("the result no longer has %s", path)
		}
	}
	if d.String() != want[0] {
		t.Errorf("the result is no longer the one recorded in %s; if it should differ, say why and run the test with -update", name)
	}
}

// digest is the digest of the fields of a document.
type digest struct {
	hash.Hash
	covered map[string]bool // nil covers every field
	seen    map[string]bool
}

func newDigest(paths []string) *digest {
	d := &digest{Hash: sha256.New(), seen: map[string]bool{}}
	if paths != nil {
		d.covered = map[string]bool{}
		for _, p := range paths {
			d.covered[p] = true
		}
	}
	return d
}

func (d *digest) String() string { return fmt.Sprintf("%x", d.Sum(nil)) }

// value takes in a value; all elements of a list have the path of the list.
func (d *digest) value(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if path != "" || key != "versions" {
				d.value(path+"."+key, v[key])
			}
		}
	case []any:
		d.leaf(path+"[]", len(v))
		for _, e := range v {
			d.value(path, e)
		}
	default:
		d.leaf(path, v)
	}
}

func (d *digest) leaf(path string, v any) {
	path = strings.Join(strings.Fields(path), "·") // a line of the file is one path
	if d.covered == nil || d.covered[path] {
		d.seen[path] = true
		fmt.Fprintf(d, "%s=%v\n", path, v)
	}
}
