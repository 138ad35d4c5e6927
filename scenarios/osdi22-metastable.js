// OSDI'22: a cut of the CPU quota that retries do or do not make last
//
// @source L. Huang et al., "Metastable Failures in the Wild", OSDI'22, §5.2 and
// figure 5.
//
// What the paper states: clients insert into a database at a steady rate; an
// insert times out after 3 s and is tried again at once, four times at most,
// and the server goes on with what nobody waits for any more. At 60 s the CPU
// quota of the server's container is cut, and the run is watched to 500 s.
//
//   case   cut   for    inserts   outcome
//   a      78%   10 s   6,200/s   recovers
//   b      80%   10 s   6,200/s   never recovers: thrice the attempts, a tenth of the goodput
//   c      80%    9 s   6,200/s   recovers
//   d      80%   10 s   4,200/s   recovers
//
// What we chose, since the paper does not give it: the server's capacity,
// 16,600 inserts a second, on ten processors, where from 16,200 to 17,000 all
// four cases come out as published (CAPACITY sets it); inserts that come as
// evenly as they can, one a second from each terminal, at a phase of its own;
// windows of 2 s to judge by, of which three in a row make a return; and the
// end at 160 s, since nothing changes after that: HORIZON=500s watches as long
// as the paper did, and AT=15 cuts earlier.
//
// At this size it is for `--engine sim`. Real engines bear a small part of it:
// SCALE multiplies demand and capacity, and CPUS says how many processors they
// are spread over, so that an insert burns CPUS / (16,600 * SCALE) seconds,
// with all that HTTP and the ledger take for it. At a two-hundredth, on half a
// processor, that is 6 ms; there, too, all four come out as published, under
// `sim` from 16,400 to 16,900 with each of a hundred seeds:
//
//   retrystorm run osdi22-metastable --engine docker \
//     -e SCALE=0.005 -e CPUS=0.5 -e AT=15 -e HORIZON=80s
import { Experiment, backoff, fault } from 'k6/x/retrystorm';

const scale = Number(__ENV.SCALE || 1);
const cpus = Number(__ENV.CPUS || 10);
const capacity = Number(__ENV.CAPACITY || 16600) * scale; // inserts a second
const at = Number(__ENV.AT || 60); // when the quota is cut, in seconds

// A fleet that brings `load` inserts a second.
const inserts = (load) => ({
  cohort: 'inserts',
  terminals: Math.round(load * scale),
  sale: { every: '1s', arrival: 'regular' },
  timeout: '3s',
  retry: backoff.immediate({ maxAttempts: 5 }),
});

// The quota cut by `share` for some time.
const cut = (share, time) => fault.cpu({ at: `${at}s`, for: time, cpus: cpus * (1 - share) });

const metastable = new Experiment({
  name: 'osdi22-metastable',
  fleet: [inserts(6200)],
  backend: {
    nodes: [{
      name: 'mongo',
      workers: Math.ceil(cpus),
      cpus,
      service: { mean: `${Math.round(1e9 * cpus / capacity)}ns`, work: 'burned' },
      queue: { limit: 'unbounded' },
      abandoned: 'continue',
    }],
  },
  timeline: [cut(0.80, '10s')],
  judge: { window: '2s', hold: 3 },
  horizon: __ENV.HORIZON || '160s',
  variants: {
    'case a': { timeline: [cut(0.78, '10s')], expect: 'recovered' },
    'case b': { expect: 'collapsed' },
    'case c': { timeline: [cut(0.80, '9s')], expect: 'recovered' },
    'case d': { fleet: [inserts(4200)], expect: 'recovered' },
  },
});

export const options = metastable.options;
export default function () { metastable.run(); }
export const handleSummary = metastable.summary;
