package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/ext"
	"go.k6.io/k6/v2/subcommand"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

// demandExperiment makes k6 end before anything starts if the script does not
// even import the extension, which the extension itself cannot notice. k6 gives
// its events to those who make a subcommand, so this makes one; nobody calls it.
func demandExperiment() {
	subcommand.RegisterExtension("retrystorm", func(gs *state.GlobalState) *cobra.Command {
		_, events := gs.Events.Subscribe(k6x.EventInit)
		go func() {
			for e := range events {
				if m, ok := ext.Get(ext.JSExtension)[k6x.Name].Module.(*k6x.Module); !ok || !m.Imported() {
					fmt.Fprintln(os.Stderr, k6x.ErrNoExperiment)
					os.Exit(int(exitcodes.InvalidConfig))
				}
				e.Done()
			}
		}()
		return &cobra.Command{Use: "retrystorm", Hidden: true}
	})
}
