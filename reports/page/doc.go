// Package page draws a result as one HTML page for people: the verdict in an
// owner's words, the evidence under it, charts over time, and all that it takes
// to run the same again. The page needs no network, and no JavaScript to be
// read; a small script adds a crosshair and lets variants be hidden. It is laid
// out by html/template from page.html.tmpl, page.css and page.js.
//
// Its policy (a Content-Security-Policy in a meta element) lets nothing run but
// that script and that style sheet, each by its hash. So nothing on the page
// has a style attribute, and what is drawn has classes instead of colours: the
// same drawing is right in light, in dark and in print.
//
// The charts are drawn by gonum.org/v1/plot (BSD), which is kept by the Gonum
// authors, has releases each year and was among k6's modules already. It lays
// out axes and takes plotters of one's own, for bands and gaps. Its own SVG
// writes style attributes, so a canvas of this package takes what it draws. It
// makes the program 7 MB larger, 12%: 4.4 MB of that are the fonts that it
// measures texts with, and 1.7 MB are formats that the build tag "minimal"
// leaves out. Libraries that draw in the browser (ECharts, uPlot) show nothing
// where scripts are blocked, and go-chart is archived.
//
// A line has at most 160 points, each the mean of its buckets, or the median of
// a percentile. Behind it lies an area from the lowest to the highest bucket of
// each column of the chart, so that no extreme is lost. The table behind the
// charts has the points of the lines; the crosshair reads it and has no figures
// of its own.
//
// The same charts make the picture that stands alone, an SVG with a style sheet of
// its own; see picture.go.
//
// It may import the standard library, gonum.org/v1/plot, reports,
// reports/phrase, reports/summary and internal/verdict. It takes nothing but a
// result: no clock, no files, no other format.
package page
