package compare

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes the comparison as JSON, indented, with a final newline. The
// same comparison always gives the same bytes.
func (c *Comparison) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("cannot write the comparison as JSON: %w", err)
	}
	return nil
}
