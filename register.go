// Package retrystorm registers k6/x/retrystorm; xk6 imports the module's root.
package retrystorm
