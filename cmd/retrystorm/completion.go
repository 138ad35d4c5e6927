package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/retrystorm/retrystorm/scenarios"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print what makes a shell complete commands, scenarios and flags",
		Long: "Print a script with which a shell completes commands, flags and their values, the names of\n" +
			"scenarios and of their variants.",
		Example: "  source <(retrystorm completion bash)     # in ~/.bashrc; needs the package bash-completion\n" +
			"  source <(retrystorm completion zsh)      # in ~/.zshrc, after compinit\n" +
			"  retrystorm completion fish | source      # in ~/.config/fish/config.fish\n" +
			"  retrystorm completion powershell | Out-String | Invoke-Expression    # in $PROFILE",
		Args:      takes("the name of a shell"),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			return printCompletion(c.Root(), args[0], c.OutOrStdout())
		},
	}
}

func printCompletion(root *cobra.Command, shell string, w io.Writer) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return fmt.Errorf("the shell %w", oneOf(shell, shells))
}

// completes says how a shell completes the value of a flag.
func completes(c *cobra.Command, flag string, how cobra.CompletionFunc) {
	must(c.RegisterFlagCompletionFunc(flag, how))
}

// completeScenario completes the shipped names and the scripts in a folder.
func completeScenario(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []cobra.Completion
	for _, s := range scenarios.All() {
		if strings.HasPrefix(s.Name, begun) {
			found = append(found, cobra.CompletionWithDesc(s.Name, s.Title))
		}
	}
	files, folders := scripts(begun)
	directive := cobra.ShellCompDirectiveNoFileComp
	if len(found)+len(files) == 0 && len(folders) > 0 {
		directive |= cobra.ShellCompDirectiveNoSpace // a folder is not the end
	}
	return append(append(found, files...), folders...), directive
}

// scripts gives the *.js and the folders that begin so; folders end in a slash.
func scripts(begun string) (files, folders []string) {
	folder, start := filepath.Split(begun)
	entries, err := os.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return nil, nil // there is nothing to offer
	}
	for _, e := range entries {
		name := e.Name()
		hidden := strings.HasPrefix(name, ".") && !strings.HasPrefix(start, ".")
		if hidden || !strings.HasPrefix(name, start) {
			continue
		}
		switch info, err := os.Stat(folder + name); {
		case err == nil && info.IsDir():
			folders = append(folders, folder+name+"/")
		case err == nil && info.Mode().IsRegular() && filepath.Ext(name) == ".js":
			files = append(files, folder+name)
		}
	}
	return files, folders
}

// completeFolder completes the folder that a new file stands in.
func completeFolder(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	_, folders := scripts(begun)
	return folders, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeResult completes what a result can be read from.
func completeResult(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeVariant completes the variants of what is named before the flag.
func completeVariant(of func(arg string) []scenarios.Variant) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var found []cobra.Completion
		for _, v := range of(args[0]) {
			found = append(found, cobra.CompletionWithDesc(v.Name, v.Expect))
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// scenarioVariants gives the variants that a scenario writes out; looking runs
// nothing of it.
func scenarioVariants(scenario string) []scenarios.Variant {
	const most = 1 << 20 // bytes; nobody writes a longer scenario
	if info, err := os.Stat(scenario); err != nil || !info.Mode().IsRegular() || info.Size() > most {
		script, _ := scenarios.Source(scenario) // one that is unknown has no variants
		return scenarios.Variants(script)
	}
	script, _ := os.ReadFile(scenario) // nor has one that cannot be read
	return scenarios.Variants(script)
}

// resultVariants gives the variants that a result holds.
func resultVariants(path string) []scenarios.Variant {
	r, err := readResult(path)
	if err != nil {
		return nil
	}
	var all []scenarios.Variant
	for _, v := range r.Variants {
		all = append(all, scenarios.Variant{Name: v.Name, Expect: v.Expect})
	}
	return all
}
