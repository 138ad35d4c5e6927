package page

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/retrystorm/retrystorm/reports/sample"
)

// allowed are the elements of a page and their attributes. What is not here
// came out of a text.
var allowed = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "id", "link": "rel href", "style": "", "script": "",
	"body": "", "header": "", "main": "id tabindex", "footer": "", "nav": "aria-label", "section": "aria-labelledby id", "article": "class",
	"a": "class href", "h1": "", "h2": "id class", "h3": "id", "p": "class aria-hidden", "strong": "", "span": "class aria-hidden data-c",
	"ul": "class", "li": "", "div": "class role aria-label tabindex id aria-live data-v data-from data-to data-left data-right data-top data-bottom",
	"table": "class id data-who", "caption": "", "thead": "", "tbody": "", "tr": "data-v data-t", "th": "scope data-v", "td": "data-v class",
	"details": "class data-v", "summary": "", "pre": "", "form": "id hidden", "fieldset": "", "legend": "", "label": "", "input": "type checked value",
	"figure": "data-v", "figcaption": "", "svg": "class viewBox width height role aria-hidden aria-labelledby", "desc": "id", "path": "class d", "text": "class x y",
}

// sound checks what holds of every page, whatever the result.
func sound(t fatal, page string) {
	t.Helper()
	if len(page) > mostBytes {
		t.Fatal(fmt.Sprintf("has %d bytes", len(page)))
	}
	nodes := parsed(t, page)
	ids := map[string]bool{}
	level, titles := 0, 0
	for _, n := range nodes {
		if n.Type == html.CommentNode {
			t.Fatal("a comment: " + n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		ours(t, n)
		if id, ok := attribute(n, "id"); ok {
			if ids[id] {
				t.Fatal("two elements have the id " + id)
			}
			ids[id] = true
		}
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			next := int(n.Data[1] - '0')
			if next > level+1 {
				t.Fatal(fmt.Sprintf("%s %q follows level %d", n.Data, textOf(n), level))
			}
			if level = next; level == 1 {
				titles++
			}
		}
	}
	if titles != 1 {
		t.Fatal(fmt.Sprintf("%d titles", titles))
	}
	for _, n := range nodes {
		refers(t, n, ids)
		described(t, n)
	}
	guarded(t, nodes)
}

// ours checks that an element and its attributes are of the page's own making.
func ours(t fatal, n *html.Node) {
	t.Helper()
	attributes, ok := allowed[n.Data]
	if !ok {
		t.Fatal("there is an element " + n.Data)
	}
	for _, a := range n.Attr {
		if !slices.Contains(strings.Fields(attributes), a.Key) {
			t.Fatal(fmt.Sprintf("there is an attribute %s=%q of %s", a.Key, a.Val, n.Data))
		}
	}
}

// refers checks that an element points at nothing but parts of the page.
func refers(t fatal, n *html.Node, ids map[string]bool) {
	t.Helper()
	if href, ok := attribute(n, "href"); ok && href != "data:," && !ids[strings.TrimPrefix(href, "#")] {
		t.Fatal("a reference to " + href)
	}
	if by, ok := attribute(n, "aria-labelledby"); ok {
		for _, id := range strings.Fields(by) {
			if !ids[id] {
				t.Fatal("labelled by nothing: " + id)
			}
		}
	}
}

// described checks that what is no text has one beside it: a chart its title
// and description, a table its caption and the scopes of its headers.
func described(t fatal, n *html.Node) {
	t.Helper()
	role, _ := attribute(n, "role")
	switch {
	case n.Data == "svg" && role == "img":
		inside := slices.Collect(n.Descendants())
		for _, part := range []string{"title", "desc"} {
			if found := all(inside, part); len(found) != 1 || part == "title" && textOf(found[0]) == "" {
				t.Fatal("a chart without " + part)
			}
		}
	case n.Data == "svg":
		if hidden, _ := attribute(n, "aria-hidden"); hidden != "true" {
			t.Fatal("an image without a text")
		}
	case n.Data == "table":
		inside := slices.Collect(n.Descendants())
		parent, _ := attribute(n.Parent, "aria-label")
		if parent == "" && len(all(inside, "caption")) == 0 {
			t.Fatal("a table without a name")
		}
		wide := len(all(slices.Collect(all(inside, "tr")[0].Descendants()), "th")) + len(all(slices.Collect(all(inside, "tr")[0].Descendants()), "td"))
		for _, row := range all(inside, "tr") {
			cells := slices.Collect(row.Descendants())
			if got := len(all(cells, "th")) + len(all(cells, "td")); got != wide {
				t.Fatal(fmt.Sprintf("a row of %d cells in a table of %d: %s", got, wide, textOf(row)))
			}
		}
	case n.Data == "th":
		if scope, _ := attribute(n, "scope"); scope != "row" && scope != "col" {
			t.Fatal("a header without a scope: " + textOf(n))
		}
	}
}

// guarded checks that the page's policy names its style sheet and its script,
// as they stand in it, and nothing else.
func guarded(t fatal, nodes []*html.Node) {
	t.Helper()
	styles, scripts := all(nodes, "style"), all(nodes, "script")
	if len(styles) != 1 || len(scripts) != 1 {
		t.Fatal(fmt.Sprintf("%d style sheets, %d scripts", len(styles), len(scripts)))
	}
	want := "default-src 'none'; style-src " + hash(textOf(styles[0])) + "; script-src " + hash(textOf(scripts[0])) + "; img-src data:; base-uri 'none'; form-action 'none'"
	for _, n := range all(nodes, "meta") {
		if _, ok := attribute(n, "http-equiv"); ok {
			if got, _ := attribute(n, "content"); got != want {
				t.Fatal("the policy is\n" + got + "\nwant\n" + want)
			}
			return
		}
	}
	t.Fatal("no policy")
}

func TestPageIsSound(t *testing.T) {
	sound(t, written(t, sample.Friday()))
	sound(t, written(t, gated()))
}

func TestStyleSheetAndScriptFetchNothing(t *testing.T) {
	for name, text := range map[string]string{"style sheet": style, "script": script, "template": markup} {
		if at := regexp.MustCompile(`(?i)https?:|//[a-z]|url\(|@import|fetch\(|XMLHttp|import\(|WebSocket|eval\(|innerHTML`).FindString(text); at != "" {
			t.Errorf("the %s has %q", name, at)
		}
	}
}

func TestEachClassThatIsDrawnHasAStyle(t *testing.T) {
	used := map[string]bool{}
	for _, page := range []string{written(t, sample.Friday()), written(t, gated())} {
		for _, n := range parsed(t, page) {
			if class, ok := attribute(n, "class"); ok && (n.Data == "path" || n.Data == "text") {
				for _, c := range strings.Fields(class) {
					used[c] = true
				}
			}
		}
	}
	for _, m := range measures([]string{"timeout", "rejected", "failed", "refused", "reset", "another"}) {
		for _, l := range m.lines {
			used[l.class] = true
		}
	}
	for _, c := range slices.Sorted(maps.Keys(used)) {
		if !regexp.MustCompile(`\.` + c + `[ ,{.]`).MatchString(style) {
			t.Errorf("the style sheet knows nothing of %q", c)
		}
	}
}
