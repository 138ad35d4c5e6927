package markdown

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	dom "golang.org/x/net/html"
)

// page is what a reader sees of a document.
type page struct {
	headings, paragraphs, items []string
	tables                      [][][]string // rows of cells, the head first
}

// fataler is what a test of any sort can do.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// elements are all that a document has; anything else came from outside.
var elements = []string{
	"html", "head", "body", "h2", "h3", "p", "ul", "li", "strong", "code", "pre",
	"table", "thead", "tbody", "tr", "th", "td", "details", "summary",
}

// acted is what GitHub and GitLab look for in the text of a page, outside code.
var acted = regexp.MustCompile(`@|#|://|(?i:www\.)|(?i:GH-\d)|:[a-z+_-]\w*:|!\d|%\w|&\w|~\w|\$|\[`)

// parse reads a document as GitHub does: with tables, tasks, footnotes, bare
// addresses and raw HTML. It fails the test if it holds anything but what this
// package writes.
func parse(t fataler, text string) *page {
	t.Helper()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))
	var out bytes.Buffer
	if err := md.Convert([]byte(text), &out); err != nil {
		t.Fatalf("%v", err)
	}
	root, err := dom.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	p := &page{}
	for n := range root.Descendants() {
		switch n.Type {
		case dom.ElementNode:
			sound(t, n)
			p.add(n)
		case dom.TextNode:
			if in := n.Parent.Data; in != "code" && acted.MatchString(n.Data) {
				t.Fatalf("%q would be acted upon, in %s", n.Data, in)
			}
		case dom.CommentNode:
			t.Fatalf("a comment: %q", n.Data)
		}
	}
	return p
}

func sound(t fataler, n *dom.Node) {
	t.Helper()
	if !slices.Contains(elements, n.Data) {
		t.Fatalf("an element <%s>: %q", n.Data, content(n))
	}
	for _, a := range n.Attr {
		if !slices.Contains([]string{"align", "style", "class", "id"}, a.Key) {
			t.Fatalf("an attribute %s=%q of <%s>", a.Key, a.Val, n.Data)
		}
	}
}

func (p *page) add(n *dom.Node) {
	switch n.Data {
	case "h2", "h3":
		p.headings = append(p.headings, content(n))
	case "p":
		p.paragraphs = append(p.paragraphs, content(n))
	case "li":
		p.items = append(p.items, strings.TrimSpace(content(n)))
	case "table":
		p.tables = append(p.tables, nil)
	case "tr":
		last := &p.tables[len(p.tables)-1]
		*last = append(*last, nil)
	case "th", "td":
		rows := p.tables[len(p.tables)-1]
		rows[len(rows)-1] = append(rows[len(rows)-1], content(n))
	}
}

// content is the text of a node, with all that is in it.
func content(n *dom.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == dom.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
