// Package proxy is a link in real time: a TCP proxy that carries out what
// internal/network decides about connections and bytes.
//
// The harness has one in front of the entry; a node has one, within its own process,
// for each node that it calls over a link that is to be struck. Only such links have a
// proxy. The simulator knows nothing of this package.
package proxy
