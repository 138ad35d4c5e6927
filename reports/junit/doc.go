// Package junit writes a result as JUnit XML, which CI systems read as a report
// of tests.
//
// Each variant is a test suite, since the actions that show JUnit on GitHub
// group by suites, and has the class name "scenario.variant", since GitLab and
// Jenkins group by class names; Jenkins takes what stands before the last dot
// for a package, so no other dot is in it. A suite has a test case for the
// verdict and one for each gate. A merge request on GitLab names a case by its
// own name alone, so the variant is in that, too; and of two cases with one name
// GitLab passes one over, so names differ. They say what is demanded and nothing
// of what came out: the history of a case needs a name that stays.
//
// What came out otherwise is a failure, what proves nothing an error, and what
// was not run is skipped. All evidence stands in the element's text, for GitLab
// shows nothing else where there is a text. There is no system-out, in which
// GitLab would look for attachments.
//
// The form is the one that Jenkins's xunit plugin holds to (junit-10.xsd); Ant
// asks for the machine's name as well, which no report tells.
//
// It may import the standard library, reports, reports/phrase, reports/summary
// and internal/verdict. It takes nothing but a result.
package junit
