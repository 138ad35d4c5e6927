package house

import (
	"os"
	"regexp"
	"testing"
)

// typings is the declaration of the JavaScript API.
const typings = root + "/index.d.ts"

var (
	comments    = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)
	aliasDecl   = regexp.MustCompile(`export type (\w+) =([^;]*);`)
	typeDecl    = regexp.MustCompile(`(?s)export interface (\w+)[^{]*\{(.*?)\n  \}`)
	memberDecl  = regexp.MustCompile(`(?m)^\s*(\w+)\??: ([^;]*);`)
	wordsInText = regexp.MustCompile(`'([^']*)'`)
)

// api is what index.d.ts declares: the members of each interface with their
// types, and what short names stand for.
type api struct {
	members map[string]map[string]string
	aliases map[string]string
}

func readAPI(text string) api {
	a := api{members: map[string]map[string]string{}, aliases: map[string]string{}}
	text = comments.ReplaceAllString(text, "")
	for _, m := range aliasDecl.FindAllStringSubmatch(text, -1) {
		a.aliases[m[1]] = m[2]
	}
	for _, m := range typeDecl.FindAllStringSubmatch(text, -1) {
		fields := map[string]string{}
		for _, f := range memberDecl.FindAllStringSubmatch(m[2], -1) {
			fields[f[1]] = f[2]
		}
		a.members[m[1]] = fields
	}
	return a
}

func loadAPI(t *testing.T, name string) api {
	t.Helper()
	return readAPI(textOf(t, name))
}

func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// words gives the literals of a type: one written out, or one with a name.
func (a api) words(written string) []string {
	if alias, ok := a.aliases[written]; ok {
		written = alias
	}
	var words []string
	for _, m := range wordsInText.FindAllStringSubmatch(written, -1) {
		words = append(words, m[1])
	}
	return words
}

// orphaned finds the lines of a text without comments that look like one's, or end
// one: the beginning of theirs was lost.
var orphaned = regexp.MustCompile(`(?m)^ *\*.*$|\*/`)

func TestCommentsOfTheTypingsHaveABeginning(t *testing.T) {
	text, err := os.ReadFile(typings)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		want int
	}{{string(text), 0}, {"  /** a */\n  to?: string;\n     * How many.\n     */\n", 2}} {
		if got := orphaned.FindAllString(comments.ReplaceAllString(c.text, ""), -1); len(got) != c.want {
			t.Errorf("%d lines of comments without a beginning, want %d: %q", len(got), c.want, got)
		}
	}
}
