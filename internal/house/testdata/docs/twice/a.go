// Package twice says it twice.
package twice
