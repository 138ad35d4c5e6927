// Package network is one link, from who calls to the node that is called, and what
// its faults do to what is sent over it: latency, loss, bandwidth, resets and a cut.
//
// It takes the time and what is sent, and says what becomes of it; whoever drives it
// carries that out, with events in the simulator and with bytes in the real arm. A
// message is what one side writes at once, a request or an answer. The link is one of
// TCP: nothing that is sent is lost for good while its connection lives, but a message
// whose packets are lost arrives as late as TCP would send them again.
//
// It may import the standard library without net, and internal/fault.
package network
