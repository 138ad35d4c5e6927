package render

import (
	"errors"
	"io"
	"os"

	"github.com/retrystorm/retrystorm/reports"
)

// Save writes a result into a directory in every format that has a file there,
// making the directory where it is missing. Each file is there whole or not at
// all. The first error is of result.json, without which the others would stand
// for nothing and are not tried; the second names every report that could not
// be written, of which one that fails keeps no other from being tried.
func Save(dir string, r *reports.Result) (result, others error) {
	if err := r.Save(dir); err != nil {
		return err, nil
	}
	var errs []error
	for _, f := range Formats() {
		if f.File != "" && f.File != reports.FileName {
			errs = append(errs, reports.SaveFile(dir, f.File, func(w io.Writer) error { return f.Write(w, r) }))
		}
	}
	return nil, errors.Join(errs...)
}

// Rescue writes a result into a new directory of the system's own for temporary
// files, for when there is no place left where it should go, and says where.
func Rescue(r *reports.Result) (dir string, err error) {
	dir, err = os.MkdirTemp("", "retrystorm-")
	if err != nil {
		return "", err
	}
	result, others := Save(dir, r)
	if result != nil {
		return "", errors.Join(result, os.RemoveAll(dir))
	}
	return dir, others
}
