package page

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a headless Chromium with one tab, and what it complained of.
type browser struct {
	t   *testing.T
	tab context.Context
	url string

	mu         sync.Mutex
	complaints []string
}

// open starts a Chromium where there is one, and serves it pages by their path.
func open(t *testing.T, pages map[string]string) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("NO CHROMIUM HERE: how the page behaves in a browser is NOT tested; install the package chromium")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(page))
	}))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.UserDataDir(profile(t)), chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	const bound = 90 * time.Second // a tenth of it is enough on a machine with nothing else to do
	bounded, cancel := context.WithTimeout(t.Context(), bound)
	t.Cleanup(cancel)
	started, stop := chromedp.NewExecAllocator(bounded, options...)
	t.Cleanup(stop)
	tab, closed := chromedp.NewContext(started, chromedp.WithErrorf(func(string, ...any) {})) // it knows older Chromiums' events only
	t.Cleanup(func() {
		if err := chromedp.Cancel(tab); err != nil {
			closed()
		}
	})
	b := &browser{t: t, tab: tab, url: server.URL}
	chromedp.ListenTarget(tab, b.listen)
	b.do(log.Enable())
	return b
}

// profile is a directory for Chromium's files. Its helper processes may outlive
// it for a moment and still write, so that one removal may not be enough.
func profile(t *testing.T) string {
	dir, err := os.MkdirTemp("", "retrystorm-page-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remove(t, dir) })
	return dir
}

// remove tries to remove a directory until nobody writes to it any more.
func remove(t *testing.T, dir string) {
	retry := time.NewTicker(100 * time.Millisecond)
	defer retry.Stop()
	bound := time.After(20 * time.Second)
	for err := os.RemoveAll(dir); err != nil; err = os.RemoveAll(dir) {
		select {
		case <-retry.C:
		case <-bound:
			t.Error(err)
			return
		}
	}
}

func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Source)+": "+e.Entry.Text)
	case *cdpruntime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Error())
	case *cdpruntime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console: "+string(e.Type))
	}
}

// complained gives what the browser complained of since it was last asked.
func (b *browser) complained() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := strings.Join(b.complaints, "\n")
	b.complaints = nil
	return all
}

func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.tab, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// visit opens a page at a width.
func (b *browser) visit(path string, width int64) {
	b.t.Helper()
	const height = 900
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(b.url+path))
}

// ask gives the value of an expression of JavaScript.
func ask[T any](b *browser, expression string) T {
	b.t.Helper()
	var out T
	b.do(chromedp.Evaluate(expression, &out))
	return out
}
