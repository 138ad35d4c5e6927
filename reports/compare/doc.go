// Package compare says what changed from one result to another, variant by
// variant: better, worse, or no evidence of a difference. It is the release
// gate: a baseline that is kept, against a candidate.
//
// It may import the standard library, tablewriter, go-moremath, reports,
// reports/phrase, internal/experiment, verdict, fault, terminal and field. It
// must never open a file or read a clock: results go in, a Comparison comes out,
// and the formats take nothing but that.
//
// # How figures are compared
//
// Runs near a boundary end in one of two ways, times to recover end at the
// horizon, and no figure here is normally distributed. So only ranks count.
//
//   - A figure of each run (time to recover, attempts per sale, the share of the
//     service time that was wasted, the share of sales not completed, sales lost
//     and duplicated) is compared by the Mann-Whitney U test (H. B. Mann, D. R.
//     Whitney, Annals of Mathematical Statistics 18, 1947), two-sided.
//   - A run that never came back has a time to recover above any number, and all
//     such runs are equal; one that never left its band has taken none. To rank
//     what was cut off last keeps the test exact (J. M. Lachin, "Worst-rank score
//     analysis", Controlled Clinical Trials 20, 1999).
//   - The share of runs that came out as expected is compared by Fisher's exact
//     test. Unconditional tests (Barnard, Boschloo) have more power with few runs
//     (S. Lydersen, M. W. Fagerland, P. Laake, Statistics in Medicine 28, 2009),
//     but must search for the worst case of an unknown probability, and with few
//     runs another rule decides, which is stricter than either: see below.
//   - Invalid runs prove nothing and are left out.
//   - How far a figure moved is the Hodges-Lehmann shift (J. L. Hodges, E. L.
//     Lehmann, Annals of Mathematical Statistics 34, 1963), with the interval that
//     belongs to the U test. Each interval stands by itself; they are not
//     corrected for each other.
//
// All tests of a comparison, of whatever figure, variant or scenario, are
// corrected for each other by Holm's procedure (S. Holm, Scandinavian Journal of
// Statistics 6, 1979), which holds however the figures depend on each other.
// Figures that are one and the same value on both sides are not counted among
// the tests: given the values, nothing could have come of them (R. E. Tarone,
// Biometrics 46, 1990). So the comparison of a build with itself, with other
// seeds, finds a difference in at most Alpha of all cases: in the tests in 48 of
// 1800 at an Alpha of 5 %, and in 497 without the correction. That the simulator
// may have run both sides with the same seeds makes false alarms rarer still,
// since figures that rise and fall together differ less than the test allows for.
// How many runs it takes to find a doubling stands in testdata/power.golden: six
// where runs vary by a tenth, eight to ten where they vary by three tenths.
//
// What is evident may still be too small to matter: a thousand simulated runs
// show a difference of a millisecond. So a change must also reach Margin, at the
// median or at the ninth decile. The decile is there because a storm has two
// outcomes: where 30 runs in 100 now collapse, no median moves. Lost and
// duplicated sales have no margin.
//
// # Beyond the tests
//
// A variant that came out as expected and no longer does is worse, however few
// the runs: the scenario itself says so. This is a rule and no test. Where runs
// come out now one way and now the other it raises false alarms beyond Alpha; an
// expectation with a bound on the probability that is easily cleared does not. A
// variant or scenario that NEW lacks is worse, too, for what is not looked at
// cannot hold; one that only NEW has is named. A candidate that proves nothing is
// Invalid unless something in it is worse, and a baseline that proves nothing is
// refused.
//
// # What the library does, and what not
//
// Exact distributions are those of github.com/aclements/go-moremath, which
// benchstat uses. golang.org/x/perf/benchmath wraps it, but calls its two-sided
// test, which takes the wrong tail where there are ties and the sides have
// different numbers of runs: it gives 0 for p = 0.11 on (5, 5, 0) and
// (0, 0, 0, 0, 0, 0, 0, 1). The one-sided distributions are right, and used here.
// Beyond 25 runs of each with ties, or 50 without, its normal approximation takes
// three or four odd runs among many equal ones for evidence; the one here is
// corrected by half a step of U, as large as the ties make it. gonum has neither
// test.
package compare
