package plan

import (
	"errors"
	"io"

	"github.com/retrystorm/retrystorm/reports"
)

// The names under which Save writes a plan.
const (
	FileName = "plan.json"
	PageName = "plan.html"
	CSVName  = "plan.csv"
)

// Save writes a plan into a directory as JSON, as a page and as CSV, making the
// directory where it is missing. Each file is there whole or not at all. An error of
// plan.json keeps the others from being tried, for they would stand for nothing.
func Save(dir string, p *Plan) error {
	if err := reports.SaveFile(dir, FileName, p.WriteJSON); err != nil {
		return err
	}
	return errors.Join(
		reports.SaveFile(dir, PageName, func(w io.Writer) error { return WritePage(w, p) }),
		reports.SaveFile(dir, CSVName, func(w io.Writer) error { return WriteCSV(w, p) }),
	)
}
