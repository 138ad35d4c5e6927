package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/scenarios"
)

// locate gives the path that k6 is to read a scenario from: the file itself,
// or "-" for a shipped one, which then comes in through standard input.
func locate(scenario string) (string, error) {
	info, err := os.Stat(scenario)
	switch {
	case err == nil && info.IsDir():
		return "", fmt.Errorf("scenario %q is a directory; name a script in it", scenario)
	case err == nil:
		return scenario, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("scenario %q cannot be read: %w", scenario, err)
	}
	text, err := scenarios.Source(scenario)
	if near := nearScript(scenario); err != nil && near != "" {
		return "", fmt.Errorf("%q %w; did you mean %q?", scenario, scenarios.ErrUnknown, near)
	}
	if err != nil {
		return "", err
	}
	return "-", feed(text)
}

// nearScript gives the script that a path to none was likely meant to be: the
// same with .js, or one in the same folder with nearly that name.
func nearScript(path string) string {
	folder, name := filepath.Split(path)
	files, _ := scripts(folder)
	for i := range files {
		files[i] = strings.TrimPrefix(files[i], folder)
	}
	if slices.Contains(files, name+".js") {
		return path + ".js"
	}
	if near := field.Nearest(name, files); near != "" {
		return folder + near
	}
	return ""
}

// feed makes text this process's standard input.
func feed(text []byte) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	os.Stdin = r
	go func() {
		// k6 reads to the end; were it to stop early, nobody would be left to tell.
		_, _ = w.Write(text)
		_ = w.Close()
	}()
	return nil
}
