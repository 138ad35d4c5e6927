// Package live drives terminals in real time over HTTP: it turns their Send
// into a request, their WakeAt into a timer and their Cancel into a closed
// connection, and steps them with what comes back.
//
// A fleet is split into shards. A Shard is one goroutine that owns its
// terminals, its timers and its recorder, so that nothing is locked but the
// inbox into which the connections' readers put what they read. It may import
// the sans-IO packages and the network; it knows no engine, no k6 and no
// backend but an address.
package live
