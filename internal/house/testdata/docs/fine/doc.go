// Package fine says it once.
package fine
