package history

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// small is a history with something of everything.
func small() *History {
	h := &History{
		Bucket: time.Second, Horizon: 2 * time.Second, Buckets: make([]Bucket, 2),
		Nodes: []Node{{Name: "api", Buckets: make([]NodeBucket, 2)}},
		Links: []Link{{From: Fleet, To: "api", Buckets: make([]LinkBucket, 1)}},
	}
	h.Generator.Lag.Add(time.Millisecond)
	h.Links[0].Buckets[0].Outcomes[0] = 5
	return h
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	text := written(t, small())
	for name, tc := range map[string]struct {
		old, with string
		is        error
		says      string
	}{
		"another version":            {`history/v1`, `history/v9`, ErrVersion, `"retrystorm.history/v9", where "retrystorm.history/v1" can be read`},
		"a result":                   {text, `{"schema":"retrystorm.result/v1"}` + "\n", ErrVersion, `""`},
		"no history":                 {`"history":{`, `"history":null,"was":{`, ErrForm, `unknown field "was"`},
		"none at all":                {text, `{"version":"retrystorm.history/v1"}` + "\n", ErrForm, "line 1 has no history"},
		"nothing":                    {text, "", ErrCutShort, "line 1"},
		"half a line":                {text, text[:60], ErrCutShort, "line 1"},
		"a line taken out":           {`{"outcomes":{"ok":5}}` + "\n", "", ErrCutShort, "line 6"},
		"a line put in":              {"{}\n", "{}\n{}\n", ErrForm, "something follows line 6"},
		"lines behind":               {text, text + "{}\n", ErrForm, "something follows line 6"},
		"two values":                 {"{}\n", "{} {}\n", ErrForm, "line 2 goes on"},
		"null":                       {"{}\n", "null\n", ErrForm, "line 2 is no object"},
		"an empty line":              {"{}\n", "\n", ErrForm, "line 2 is no object"},
		"a field of a later version": {"{}\n", `{"later":1}` + "\n", ErrForm, `line 2: json: unknown field "later"`},
		"a text for a count":         {"{}\n", `{"demand":"1"}` + "\n", ErrForm, "line 2: json: cannot unmarshal string"},
		"a fraction":                 {"{}\n", `{"demand":1.5}` + "\n", ErrForm, "line 2: json: cannot unmarshal number 1.5"},
		"an unknown cause":           {`{"ok":5}`, `{"bored":5}`, ErrForm, `"bored", which is no cause`},
		"buckets in the header":      {`"horizon":`, `"buckets":[{}],"horizon":`, ErrForm, "line 1 must count"},
		"buckets of a node there":    {`{"name":"api"}`, `{"name":"api","buckets":[]}`, ErrForm, "line 1 must count"},
		"a node not counted":         {`"nodes":[2]`, `"nodes":[]`, ErrForm, "line 1 must count"},
		"a negative count":           {`"nodes":[2]`, `"nodes":[-2]`, ErrTooLarge, "-2 buckets"},
		"endless buckets":            {`"buckets":2`, `"buckets":2000000000`, ErrTooLarge, "2000000000 buckets, where at most 4194304"},
		"an endless line":            {"{}\n", `{"x":"` + strings.Repeat("x", maxLine), ErrTooLarge, "line 2"},
		"a histogram out of order":   {`[[190,1]]`, `[[190,1],[5,1]]`, ErrForm, "is no histogram"},
		"twice the same":             {`[[190,1]]`, `[[190,1],[190,1]]`, ErrForm, "is no histogram"},
		"beyond the last":            {`[[190,1]]`, `[[1056,1]]`, ErrForm, "is no histogram"},
		"below the first":            {`[[190,1]]`, `[[-1,1],[190,1]]`, ErrForm, "is no histogram"},
		"an empty bucket":            {`[[190,1]]`, `[[3,0],[190,1]]`, ErrForm, "is no histogram"},
		"more than fits":             {`[[190,1]]`, `[[190,4294967296]]`, ErrForm, "is no histogram"},
		"another maximum":            {`"max":1000000`, `"max":9000000`, ErrForm, "is no histogram"},
		"a maximum of nothing":       {`[[190,1]]`, `[]`, ErrForm, "is no histogram"},
		"a negative maximum":         {`"max":1000000,"counts":[[190,1]]`, `"max":-1,"counts":[[0,1]]`, ErrForm, "is no histogram"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, tc.old) {
				t.Fatalf("%q is not there to be edited", tc.old)
			}
			h, err := Read(strings.NewReader(strings.Replace(text, tc.old, tc.with, 1)))
			if h != nil || !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("error %v, want %v with %q", err, tc.is, tc.says)
			}
		})
	}
}

func TestReadReportsAReaderThatFails(t *testing.T) {
	text := written(t, small())
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader(text[:len(text)/2]), iotest.ErrReader(broken))
	if _, err := Read(in); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// An index at the top takes 4 kB of memory for a few bytes of text.
func TestReadBoundsTheMemoryOfHistograms(t *testing.T) {
	d := decoder{size: MaxSize - 8000}
	d.in = bufio.NewReader(strings.NewReader(strings.Repeat(`{"latency":{"max":9223372036854775807,"counts":[[1055,1]]}}`+"\n", 3)))
	if _, err := rows(&d, 3, bucketSize); !errors.Is(err, ErrTooLarge) || d.line != 2 {
		t.Errorf("line %d: %v", d.line, err)
	}
}

// Whatever is read is written so that it reads back the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(written(f, small())))
	f.Add([]byte(written(f, &History{})))
	f.Add([]byte(`{"version":"retrystorm.history/v1","history":{"faults":[{}],"disturbed":[""],"capacity":-0},"buckets":1}` + "\n" + `{"attempt":{"max":0,"counts":[[0,7]]},"queue":-5}` + "\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		h, err := Read(strings.NewReader(string(in)))
		if err != nil {
			return
		}
		text := written(t, h)
		again, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if written(t, again) != text {
			t.Errorf("written twice, it differs:\n%s", text)
		}
	})
}
