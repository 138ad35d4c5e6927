package experiment

import (
	"slices"
	"strconv"
)

// Fields gives what stands at each place that a path with a * stands for, in the order
// of the lists, each with the path of its own. Of a path without one it is one field.
// Errors are as of Field.
func (d *Declaration) Fields(variant, path string) ([]Field, error) {
	steps, err := readPath(path)
	if err != nil {
		return nil, err
	}
	at := slices.Index(steps, every)
	if at < 0 {
		f, err := d.Field(variant, path)
		return []Field{f}, err
	}
	if _, err := d.Field(variant, path); err != nil {
		return nil, err
	}
	var all []Field
	for i := range MaxList {
		place := slices.Clone(steps)
		place[at] = strconv.Itoa(i)
		some, err := d.Fields(variant, place.String())
		if err != nil {
			break // the list ends here, for the first element has the field
		}
		all = append(all, some...)
	}
	return all, nil
}
