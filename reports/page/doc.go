// Package page draws a result as one HTML page.
package page
