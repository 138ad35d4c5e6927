// Package house holds the tests of how this project is built: which package
// may import which, what the cores may not touch, how long files may be, and
// that index.d.ts says the same as the declaration.
//
// Each rule is a function from a source tree to what breaks it. One test runs
// it over this module and expects nothing; another runs it over a small tree
// in testdata that breaks it, and expects exactly that.
//
// It holds tests only, so nothing can import it.
package house
