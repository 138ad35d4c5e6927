package retrystorm

import _ "embed" // for the typings

//go:embed index.d.ts
var typings string

// Typings gives index.d.ts, which documents the JavaScript API: a script that
// refers to it has completion and checks in an editor, without a network.
func Typings() string { return typings }
