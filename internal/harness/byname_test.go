package harness

import (
	"errors"
	"testing"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
)

func TestProcessesThatCallByANameAreRefused(t *testing.T) {
	app, db := api(), api()
	app.Name, db.Name = "app", "db"
	app.Calls = []caller.Config{{To: caller.Names{"db"}}, {To: caller.Names{"storage"}}}
	var all field.List
	if errors.As(Local().Check([]backend.Config{app, db}, nil), &all); len(all) != 1 || all[0].Path != "backend.nodes[0].calls[1].to" {
		t.Errorf("refused: %v", all)
	}
}

func TestProcessesThatCopyALedgerAreRefused(t *testing.T) {
	backup := api()
	backup.Name, backup.Replica = "backup", &backend.Replica{Of: "api"}
	var all field.List
	if errors.As(Local().Check([]backend.Config{api(), backup}, nil), &all); len(all) != 1 || all[0].Path != "backend.nodes[1].replica" {
		t.Errorf("refused: %v", all)
	}
}
