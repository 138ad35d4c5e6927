// Package protocol is what both ends of a connection say to each other, once
// for all who speak: terminals and nodes, in real time and in virtual time. It
// holds the headers of a sale, the statuses that answer it and what a client
// makes of them, and how times are rounded on the way.
//
// It is pure: it reads and writes bytes, and opens no connection. It may import
// the standard library, internal/backend and internal/retry.
package protocol
