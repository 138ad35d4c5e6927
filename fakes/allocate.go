package fakes

import (
	"net/http"
	"os"
	"strconv"
	"sync"
)

// hoard is memory that the backend has been told to take.
type hoard struct {
	mu     sync.Mutex
	blocks [][]byte
}

// block is how much is taken at once.
const block = 1 << 20

// take takes memory until it is so many bytes. Each page is written to, since the kernel
// gives a process none that it has not used.
func (h *hoard) take(bytes int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for int64(len(h.blocks))*block < bytes {
		b := make([]byte, block)
		for i := 0; i < len(b); i += os.Getpagesize() {
			b[i] = 1
		}
		h.blocks = append(h.blocks, b)
	}
}

// allocate takes the order to take memory.
func (in *instance) allocate(w http.ResponseWriter, r *http.Request) {
	bytes, err := strconv.ParseInt(r.URL.Query().Get("bytes"), 10, 64)
	if err != nil || bytes < 0 {
		http.Error(w, "bytes must be how much memory to take", http.StatusBadRequest)
		return
	}
	in.hoard.take(bytes)
}
