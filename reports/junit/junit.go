package junit

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/retrystorm/retrystorm/reports"
)

// Write writes the result as JUnit XML in UTF-8. The time of a suite and of its
// first case is the real time in seconds of all runs of the variant; there is
// none where time is virtual. Its errors are those of w.
func Write(w io.Writer, r *reports.Result) error {
	text, err := xml.MarshalIndent(suitesOf(r), "", "  ")
	if err == nil {
		_, err = w.Write([]byte(xml.Header + string(text) + "\n"))
	}
	if err != nil {
		return fmt.Errorf("cannot write the JUnit XML: %w", err)
	}
	return nil
}

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Time     seconds  `xml:"time,attr,omitempty"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name       string     `xml:"name,attr"`
	Tests      int        `xml:"tests,attr"`
	Failures   int        `xml:"failures,attr"`
	Errors     int        `xml:"errors,attr"`
	Skipped    int        `xml:"skipped,attr"`
	Time       seconds    `xml:"time,attr,omitempty"`
	Timestamp  string     `xml:"timestamp,attr,omitempty"` // UTC, without saying so: Ant's form
	Properties []property `xml:"properties>property,omitempty"`
	Cases      []testcase `xml:"testcase"`
}

type property struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// testcase has passed if it has none of the three.
type testcase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    seconds  `xml:"time,attr,omitempty"`
	Failure *finding `xml:"failure"`
	Error   *finding `xml:"error"`
	Skipped *finding `xml:"skipped"`
}

type finding struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// seconds are written with three decimals; the empty text is no time.
type seconds string

// add counts a case in.
func (s *suite) add(c testcase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// add counts a suite in.
func (s *suites) add(one suite) {
	s.Suites = append(s.Suites, one)
	s.Tests += one.Tests
	s.Failures += one.Failures
	s.Errors += one.Errors
}
