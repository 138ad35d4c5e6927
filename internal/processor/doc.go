// Package processor tells what processor time this process has used.
//
// It may import the operating system's interface and nothing of this module.
package processor
