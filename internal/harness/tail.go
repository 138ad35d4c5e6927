package harness

import (
	"strings"
	"sync"
)

// tail keeps the end of what is written to it. The zero value is ready to use.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// most is how many bytes a tail keeps.
const most = 4096

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if len(t.text) > 2*most {
		t.text = append(t.text[:0], t.text[len(t.text)-most:]...)
	}
	return len(b), nil
}

// String gives the last whole lines.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.ToValidUTF8(string(t.text), "")
	if len(text) > most {
		text = text[len(text)-most:]
		text = text[strings.IndexByte(text, '\n')+1:]
	}
	return strings.TrimSpace(text)
}
