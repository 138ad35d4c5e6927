package fakes

import (
	"errors"
	"syscall"

	"github.com/retrystorm/retrystorm/internal/store"
)

// failureOf is how a commit failed, by the error of the ledger. What the file system
// did not name is an error of the disk.
func failureOf(err error) store.Failure {
	switch {
	case err == nil:
		return store.None
	case errors.Is(err, syscall.EROFS):
		return store.NotWritable
	case errors.Is(err, syscall.ENOSPC):
		return store.NoSpace
	}
	return store.IOError
}
