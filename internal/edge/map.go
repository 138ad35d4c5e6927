package edge

import (
	"errors"
	"math"
)

// Spot is a trial of a map: X and Y are levels of the two parameters, Run
// numbers its seed as in Trial.
type Spot struct{ X, Y, Run int }

// MapConfig says what a Map looks at and how closely.
type MapConfig struct {
	Width, Height int     // X is from 0 to Width-1, Y from 0 to Height-1; at least 2 each
	AtLeast       float64 // the probability whose crossing is drawn; over 0.5, at most 0.999
	Runs          int     // the most trials in all
	Each          int     // the most trials of a cell; 0 means 20
}

// Validate says all that is wrong with the values.
func (c *MapConfig) Validate() error {
	var wrong problems
	wrong.check(c.Width >= 2 && c.Height >= 2, "Width, Height: are %d and %d; give at least 2 each", c.Width, c.Height)
	wrong.check(c.AtLeast > 0.5 && c.AtLeast <= 0.999, "AtLeast: is %v; give one over 0.5, up to 0.999", c.AtLeast)
	wrong.check(c.Runs >= 1, "Runs: is %d; give at least 1", c.Runs)
	wrong.check(c.Each >= 0, "Each: is %d; give at least 1, or 0 for 20", c.Each)
	return errors.Join(wrong...)
}

// Cell is one of a map.
type Cell struct {
	K, N, Unknown int     // the answers: K times Yes of N known ones; no trial at all where it is inferred
	Measured      bool    // there were trials of it
	Side          Answer  // Yes where the probability is at least AtLeast, as far as one can tell
	P             float64 // the probability, by its own trials or by those of the nearest cells; NaN where they gave no answer
}

// MapResult is what is known so far.
type MapResult struct {
	Done     bool
	Width    int
	Cells    []Cell // of Y = 0, then of Y = 1, and so on
	Measured int    // cells that had trials
}

// At gives a cell.
func (r *MapResult) At(x, y int) Cell { return r.Cells[y*r.Width+x] }

// Map tells the cells of two parameters apart. It measures a coarse grid, takes
// each other cell to be as the nearest measured ones, and measures those that
// then lie beside a cell of another side, until each difference between
// neighbours is one of measured cells. So the edge is followed wherever it
// leads, and what lies away from it costs nothing. Only what is smaller than the
// mesh of the grid can be missed. Trials that are left go to the cells along the
// edge whose side is uncertain.
//
// A side is the likelier one by the cell's own trials and is no proof: that is
// what a Search is for.
type Map struct {
	cfg   MapConfig
	cells []Cell
	used  int
	batch []Spot
	done  bool
}

// firstLook is the number of trials that a cell is measured with at first.
const firstLook = 4

// NewMap begins a map. The configuration must be valid.
func NewMap(cfg MapConfig) *Map {
	if cfg.Each == 0 {
		cfg.Each = 20
	}
	m := &Map{cfg: cfg, cells: make([]Cell, cfg.Width*cfg.Height)}
	for _, y := range grid(cfg.Height, mesh(cfg.Height)) {
		for _, x := range grid(cfg.Width, mesh(cfg.Width)) {
			m.ask(y*cfg.Width+x, firstLook)
		}
	}
	return m
}

// mesh is how many levels of so many the coarse grid has: six of twenty.
func mesh(levels int) int { return max(2, int(math.Ceil(1.25*math.Sqrt(float64(levels))))) }

// Next gives the trials to be made next, which can run beside each other. It is
// the same until they are learnt from, and nil once the map is done.
func (m *Map) Next() []Spot {
	if len(m.batch) == 0 && !m.done {
		m.refine()
		m.done = len(m.batch) == 0
	}
	return m.batch
}

// Learn takes the answers to the last batch, in its order. It panics if their
// number is another.
func (m *Map) Learn(answers []Answer) {
	if len(answers) != len(m.batch) {
		panic("edge: as many answers as trials are needed")
	}
	for i, a := range answers {
		c := &m.cells[m.batch[i].Y*m.cfg.Width+m.batch[i].X]
		count := Count{K: c.K, N: c.N, Unknown: c.Unknown}
		count.add(a)
		c.K, c.N, c.Unknown, c.Measured = count.K, count.N, count.Unknown, true
	}
	m.batch = nil
	for i := range m.cells {
		if m.cells[i].Measured {
			m.judge(&m.cells[i])
		}
	}
	m.infer()
}

// Result says what is known so far.
func (m *Map) Result() MapResult {
	r := MapResult{Done: m.done, Width: m.cfg.Width, Cells: append([]Cell(nil), m.cells...)}
	for i := range m.cells {
		if m.cells[i].Measured {
			r.Measured++
		}
	}
	return r
}

// ask adds trials of a cell up to so many in all, if there are enough left.
func (m *Map) ask(cell, upTo int) {
	c := &m.cells[cell]
	made := c.N + c.Unknown
	if upTo = min(upTo, m.cfg.Each); m.used+upTo-made > m.cfg.Runs {
		return
	}
	for run := made; run < upTo; run++ {
		m.batch = append(m.batch, Spot{X: cell % m.cfg.Width, Y: cell / m.cfg.Width, Run: run})
		m.used++
	}
}

// refine asks for the cells along the edge: first those that are inferred, then
// again and again those with the fewest trials that leave their side uncertain.
func (m *Map) refine() {
	edge := m.edge()
	for _, i := range edge {
		if !m.cells[i].Measured {
			m.ask(i, firstLook)
		}
	}
	for looks := 2 * firstLook; len(m.batch) == 0 && looks < 2*m.cfg.Each; looks *= 2 {
		for _, i := range edge {
			if c := &m.cells[i]; c.Measured && c.N+c.Unknown < min(looks, m.cfg.Each) && m.uncertain(c) {
				m.ask(i, looks)
			}
		}
	}
}

// edge gives the cells beside one of another side.
func (m *Map) edge() []int {
	var found []int
	for i := range m.cells {
		x, y := i%m.cfg.Width, i/m.cfg.Width
		side := m.cells[i].Side
		if x > 0 && m.cells[i-1].Side != side || x < m.cfg.Width-1 && m.cells[i+1].Side != side ||
			y > 0 && m.cells[i-m.cfg.Width].Side != side || y < m.cfg.Height-1 && m.cells[i+m.cfg.Width].Side != side {
			found = append(found, i)
		}
	}
	return found
}
