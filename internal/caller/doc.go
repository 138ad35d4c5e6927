// Package caller is one that calls others over a link: its timeout, retries,
// breaker, pool of connections and choice of target, as a core without clock or
// network.
//
// A node has one Caller for each link that leads away from it. A terminal calls by
// the same Rules and shares the same Pool, and keeps what it has under way in a
// smaller way, since it rarely has more than one sale in hand.
//
// It may import the standard library, internal/field and internal/retry.
package caller
