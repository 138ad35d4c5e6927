// Package dots hides where its names come from.
package dots

import . "time"

var second = Second
