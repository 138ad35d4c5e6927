package sample

import (
	"bytes"
	"testing"

	"github.com/retrystorm/retrystorm/reports"
)

func TestLayeredIsAResult(t *testing.T) {
	var text bytes.Buffer
	if err := Layered().WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	if _, err := reports.Read(&text); err != nil {
		t.Error(err)
	}
}
