// Package network is what lies between who calls and the node that is called: the link,
// and the names by which nodes are found.
//
// A link says what its faults do to what is sent over it: latency, loss, bandwidth,
// resets and a cut. It takes the time and what is sent, and says what becomes of it;
// whoever drives it carries that out, with events in the simulator and with bytes in the
// real arm. A message is what one side writes at once, a request or an answer. The link
// is one of TCP: nothing that is sent is lost for good while its connection lives, but a
// message whose packets are lost arrives as late as TCP would send them again.
//
// A name stands for one node at a time. What it stands for, and how long an old answer
// is kept, follows from the declaration, the timeline and the run's seed alone.
//
// It may import the standard library without net, internal/field and internal/fault.
package network
