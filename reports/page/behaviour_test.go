package page

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// One browser for all: to start it takes longer than all that is asked of it.
func TestPageInABrowser(t *testing.T) {
	wild := sample.Friday()
	wild.Scenario = sample.Hostile[7]
	for _, evil := range sample.Hostile {
		wild.Add(sample.Of(evil, experiment.Expect{}, verdict.Collapsed, verdict.Invalid))
	}
	b := open(t, map[string]string{"/friday": written(t, sample.Friday()), "/gated": written(t, gated()), "/wild": written(t, wild), "/layered": written(t, sample.Layered())})
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser)
	}{
		{"nothing is wrong and nothing is fetched", complainsOfNothing},
		{"the mouse reads all charts of a moment", readsByMouse},
		{"the keyboard does, too, and it is spoken", readsByKeyboard},
		{"a variant can be hidden", hidesAVariant},
		{"nothing is wider than the window", fitsTheWindow},
		{"every text can be read, by day and by night", hasContrast},
		{"without JavaScript all is there", needsNoScript},
		{"it prints on pages", prints},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.t = t
			test.run(t, b)
		})
	}
}

func complainsOfNothing(t *testing.T, b *browser) {
	for _, path := range []string{"/friday", "/gated", "/wild", "/layered"} {
		b.visit(path, 1280)
		if got := ask[[]string](b, `performance.getEntriesByType("resource").map((r) => r.name)`); len(got) > 0 {
			t.Errorf("%s fetches %q", path, got)
		}
		if said := b.complained(); said != "" {
			t.Errorf("%s: the browser says:\n%s", path, said)
		}
	}
	// What would be noticed if it happened:
	ask[bool](b, `document.body.insertAdjacentHTML("beforeend", "<p style='color: red'><img src=x>"), true`)
	b.do(chromedp.Poll(`document.images.length > 0 && document.images[0].complete`, nil))
	if said := b.complained(); !strings.Contains(said, "Content Security Policy") {
		t.Errorf("the policy let markup through; the browser says:\n%s", said)
	}
}

// shown is what the charts say of a moment, chart by chart, and what the tables
// behind them do.
const shown = `[...document.querySelectorAll("figure")].map((f) => {
	const row = [...document.querySelectorAll("#figures-" + f.dataset.v + " tbody tr")]
		.find((r) => "at " + r.cells[0].textContent === f.querySelector(".when").textContent);
	return [...f.querySelectorAll(".at")].map((at) =>
		at.textContent + (row && row.cells[Number(at.dataset.c) + 1].textContent === at.textContent ? "" : " is not what the table says")).join(", ");
})`

func readsByMouse(t *testing.T, b *browser) {
	for path, charts := range map[string]int{"/friday": 12, "/layered": 18} {
		readsChartsByMouse(t, b, path, charts)
	}
}

func readsChartsByMouse(t *testing.T, b *browser, path string, charts int) {
	t.Helper()
	b.visit(path, 1280)
	before := ask[[]string](b, shown)
	at := ask[[]float64](b, `(() => { const c = document.querySelector(".cross"); c.scrollIntoView({block: "nearest"});
		const r = c.getBoundingClientRect(); return [r.left + r.width * 42.5 / 95, r.top + r.height / 2]; })()`)
	b.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	if when := ask[[]string](b, `[...new Set([...document.querySelectorAll(".when")].map((w) => w.textContent))]`); len(when) != 1 || when[0] != "at 00:42" {
		t.Errorf("the charts stand %q", when)
	}
	got := ask[[]string](b, shown)
	if len(got) != charts {
		t.Errorf("%s: %d charts", path, len(got))
	}
	for _, said := range got {
		if strings.Contains(said, "not what") {
			t.Errorf("a chart says %s", said)
		}
	}
	hairs := ask[[]float64](b, `[...document.querySelectorAll(".cross i")].map((i) => Math.round(parseFloat(i.style.left)))`)
	for _, x := range hairs {
		if x != 45 {
			t.Errorf("the crosshairs stand at %v %%", hairs)
			break
		}
	}
	b.do(chromedp.MouseEvent("mouseMoved", 5, 5))
	if diff := cmp.Diff(before, ask[[]string](b, shown)); diff != "" {
		t.Errorf("after the mouse has left (-before +after):\n%s", diff)
	}
}

func readsByKeyboard(t *testing.T, b *browser) {
	b.visit("/friday", 1280)
	b.do(chromedp.Focus(".cross", chromedp.ByQuery), chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft))
	spoken := ask[string](b, `document.getElementById("spoken").textContent`)
	for _, want := range []string{"as it happened at 01:32: goodput 0/s, attempts ", "queue ", "p99 –", "timeout "} {
		if !strings.Contains(spoken, want) {
			t.Errorf("spoken is %q, without %q", spoken, want)
		}
	}
	if now := ask[string](b, `document.activeElement.getAttribute("aria-valuetext")`); now != "01:32" {
		t.Errorf("the crosshair says it is at %s", now)
	}
	if got := ask[[]string](b, shown); strings.Contains(got[0], "not what") || strings.Contains(got[11], "not what") {
		t.Errorf("the charts say %q", got)
	}
	if outline := ask[string](b, `getComputedStyle(document.activeElement).outlineStyle`); outline != "solid" {
		t.Errorf("the focus shows as %q", outline)
	}
	b.do(chromedp.KeyEvent(kb.Escape))
	if when := ask[string](b, `document.querySelector(".when").textContent`); when != "" {
		t.Errorf("after Escape the chart still stands %s", when)
	}
}

func hidesAVariant(t *testing.T, b *browser) {
	b.visit("/friday", 1280)
	const seen = `[...document.querySelectorAll("[data-v='%d']")].filter((e) => e.getClientRects().length > 0).length`
	both := ask[int](b, fmt.Sprintf(seen, 1))
	b.do(chromedp.Click(`input[value="1"]`, chromedp.ByQuery))
	if one, two := ask[int](b, fmt.Sprintf(seen, 1)), ask[int](b, fmt.Sprintf(seen, 2)); one != 0 || two != both || both < 12 {
		t.Errorf("of %d parts of each variant, %d and %d are seen", both, one, two)
	}
	b.do(chromedp.Click(`input[value="1"]`, chromedp.ByQuery))
	if again := ask[int](b, fmt.Sprintf(seen, 1)); again != both {
		t.Errorf("%d of %d parts come back", again, both)
	}
}

// overflow names what reaches beyond the window and cannot be scrolled on its
// own.
const overflow = `[...document.body.querySelectorAll("*")].filter((e) =>
	!e.closest(".wide") && !e.closest(".unseen") && !e.closest(".skip") && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
	.map((e) => e.tagName + "." + e.getAttribute("class") + ": " + e.textContent.slice(0, 40))`

func fitsTheWindow(t *testing.T, b *browser) {
	for _, path := range []string{"/friday", "/gated", "/wild", "/layered"} {
		b.visit(path, 1280)
		ask[bool](b, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`)
		for _, width := range []int64{1280, 360, 320} {
			b.do(chromedp.EmulateViewport(width, 900))
			if got := ask[[]string](b, overflow); len(got) > 0 {
				t.Errorf("%s, %d px: %d parts are too wide: %q", path, width, len(got), got[0])
			}
			if wide := ask[int64](b, `document.documentElement.scrollWidth`); wide > width {
				t.Errorf("%s, %d px: the page is %d px wide", path, width, wide)
			}
		}
	}
}

// contrasts gives each text with less contrast than WCAG 2.2 asks of AA (4.5 to
// 1), and each line with less than 3 to 1, against the page.
const contrasts = `(() => {
	const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
	const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.length === 3) return c; } return [255, 255, 255]; };
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const poor = [];
	let checked = 0;
	for (const e of document.body.querySelectorAll("*")) {
		const style = getComputedStyle(e);
		const drawn = e.matches("svg text");
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
		const stroke = e.matches("path.line");
		if (!(own || stroke) || e.matches("script, style, title, desc") || e.getClientRects().length === 0) continue;
		const r = ratio(colour(stroke ? style.stroke : drawn ? style.fill : style.color), behind(e));
		checked++;
		if (r < (stroke ? 3 : 4.5)) poor.push(r.toFixed(2) + " " + e.tagName + "." + e.getAttribute("class") + ": " + e.textContent.slice(0, 30));
	}
	return [String(checked), ...poor];
})()`

func hasContrast(t *testing.T, b *browser) {
	for _, scheme := range []string{"light", "dark"} {
		b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		for _, path := range []string{"/friday", "/gated", "/layered"} {
			b.visit(path, 1280)
			got := ask[[]string](b, contrasts)
			if len(got[0]) < 3 {
				t.Errorf("%s: only %s texts were found", path, got[0])
			}
			for _, poor := range got[1:] {
				t.Errorf("%s, %s: contrast %s", path, scheme, poor)
			}
		}
		paper := ask[string](b, `getComputedStyle(document.body).backgroundColor`)
		if (paper == "rgb(255, 255, 255)") != (scheme == "light") {
			t.Errorf("%s: the paper is %s", scheme, paper)
		}
	}
	b.do(emulation.SetEmulatedMedia())
}

func needsNoScript(t *testing.T, b *browser) {
	b.do(emulation.SetScriptExecutionDisabled(true))
	defer b.do(emulation.SetScriptExecutionDisabled(false))
	b.visit("/gated", 1280)
	if n := ask[int](b, `document.querySelectorAll(".cross").length`); n > 0 {
		t.Fatal("the script runs")
	}
	unseen := ask[[]string](b, `[...document.querySelectorAll("h1, h2:not(.unseen), h3, .told, figure, svg.chart, summary, .sides tbody tr, pre")]
		.filter((e) => e.getClientRects().length === 0 && !e.closest("details:not([open])")).map((e) => e.tagName + ": " + e.textContent.slice(0, 40))`)
	if len(unseen) > 0 {
		t.Errorf("without the script these do not show: %q", unseen)
	}
	if shows := ask[bool](b, `document.getElementById("choices").getClientRects().length > 0`); shows {
		t.Error("choices show that cannot be made without the script")
	}
	b.do(chromedp.Click("details summary", chromedp.ByQuery))
	if !ask[bool](b, `document.querySelector("details").open`) {
		t.Error("what is folded away cannot be opened without the script")
	}
}

func prints(t *testing.T, b *browser) {
	const a4 = 8.27 // inches wide
	b.do(emulation.SetEmulatedMedia().WithMedia("print"))
	defer b.do(emulation.SetEmulatedMedia())
	for _, path := range []string{"/friday", "/gated", "/layered"} {
		b.visit(path, 690) // A4 without its margins
		if got := ask[[]string](b, overflow); len(got) > 0 {
			t.Errorf("%s: too wide for paper: %q", path, got)
		}
		if cut := ask[int](b, `[...document.querySelectorAll("figure")].filter((f) => getComputedStyle(f).breakInside !== "avoid").length`); cut > 0 {
			t.Errorf("%s: %d charts may be cut", path, cut)
		}
		var pdf []byte
		b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
			pdf, _, err = page.PrintToPDF().WithPaperWidth(a4).WithPaperHeight(a4 * 1.414).WithPrintBackground(false).Do(ctx)
			return err
		}))
		pages := strings.Count(string(pdf), "/Type /Page\n") + strings.Count(string(pdf), "/Type/Page\n")
		if pages < 3 || pages > 20 {
			t.Errorf("%s prints on %d pages", path, pages)
		}
	}
}
