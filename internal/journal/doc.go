// Package journal keeps the answers of a search in a file, one line each, as soon as
// they are there, so that a search that was interrupted goes on where it stopped. A
// search asks for the same runs again, and those that it finds are not made again.
//
// It may import internal/probe and field, and nothing that searches or makes runs.
package journal
