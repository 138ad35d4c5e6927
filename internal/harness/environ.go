package harness

import (
	"os"

	"github.com/moby/moby/client"
)

// What a child needs of this program's environment. It gets nothing else of it:
// the user's keys and proxies are no business of a backend, and TMPDIR is of no
// use to one that is told where its ledger is.
var (
	// ofLoader is for a program that was linked dynamically, with libraries that
	// are where the loader does not look by itself.
	ofLoader = []string{"LD_LIBRARY_PATH"}
	// ofDocker is how the reaper reaches the daemon, see [client.FromEnv].
	ofDocker = []string{client.EnvOverrideHost, client.EnvOverrideAPIVersion, client.EnvOverrideCertPath, client.EnvTLSVerify}
)

// inherited gives those variables of this program's environment that are set,
// and adds others.
func inherited(names []string, others ...string) []string {
	env := []string{} // nil would be all
	for _, name := range names {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return append(env, others...)
}
