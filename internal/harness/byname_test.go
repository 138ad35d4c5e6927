package harness

import (
	"errors"
	"testing"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

func TestProcessesThatCopyALedgerAreRefused(t *testing.T) {
	backup := api()
	backup.Name, backup.Replica = "backup", &backend.Replica{Of: "api"}
	var all field.List
	if errors.As(Local().Check([]backend.Config{api(), backup}, nil), &all); len(all) != 1 || all[0].Path != "backend.nodes[1].replica" {
		t.Errorf("refused: %v", all)
	}
}
