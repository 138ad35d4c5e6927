package edge

import "math"

// judge tells the side of a measured cell.
func (m *Map) judge(c *Cell) {
	count := Count{K: c.K, N: c.N, Unknown: c.Unknown}
	if c.N == 0 || count.mute() {
		c.Side, c.P = Unknown, math.NaN()
		return
	}
	c.P = count.share()
	c.Side = m.sideOf(c.P)
}

func (m *Map) sideOf(p float64) Answer {
	if p >= m.cfg.AtLeast {
		return Yes
	}
	return No
}

// infer takes each cell that is not measured to be as the nearest measured ones,
// on average if several are equally near.
func (m *Map) infer() {
	var measured []int
	for i := range m.cells {
		if m.cells[i].Measured {
			measured = append(measured, i)
		}
	}
	for i := range m.cells {
		c := &m.cells[i]
		if c.Measured {
			continue
		}
		nearest, sum, n, mute := math.MaxInt, 0.0, 0, 0
		for _, j := range measured {
			d := m.distance(i, j)
			if d > nearest {
				continue
			}
			if d < nearest {
				nearest, sum, n, mute = d, 0, 0, 0
			}
			if near := &m.cells[j]; near.Side == Unknown {
				mute++
			} else {
				sum += near.P
				n++
			}
		}
		if c.Side, c.P = Unknown, math.NaN(); n > mute {
			c.P = sum / float64(n)
			c.Side = m.sideOf(c.P)
		}
	}
}

// distance is the square of that between two cells.
func (m *Map) distance(i, j int) int {
	x, y := i%m.cfg.Width-j%m.cfg.Width, i/m.cfg.Width-j/m.cfg.Width
	return x*x + y*y
}

// uncertain says whether more trials of a cell may well change its side: if its
// probability were the bound, a share as far from it as this one would lie within
// two standard deviations. This is the score test, which holds for few trials too
// (E. B. Wilson, JASA 22, 1927).
func (m *Map) uncertain(c *Cell) bool {
	if c.N == 0 {
		return false
	}
	bound := m.cfg.AtLeast
	return math.Abs(c.P-bound) <= 2*math.Sqrt(bound*(1-bound)/float64(c.N))
}
