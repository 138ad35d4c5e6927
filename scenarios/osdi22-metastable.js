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
// 16,500 inserts a second, on ten processors, where from 16,250 to 16,750 all
// four cases come out as published (CAPACITY sets it); inserts that come as
// evenly as they can, one every 10 s from each terminal, at a phase of its own;
// and the end at 160 s, since nothing changes after that: HORIZON=500s watches
// as long as the paper did.
//
// At this size it is for `--engine sim`. Real engines bear a small part of it:
// SCALE multiplies demand and capacity, and CPUS says how many processors they
// are spread over, so that an insert burns CPUS / (16,500 * SCALE) seconds.
// HTTP and the ledger take about half a millisecond more for each attempt. With
// an insert of 5 ms case b collapses and d recovers, but a and c, which lie
// within 4% of the boundary, collapse like b. Longer inserts, and a CAPACITY
// that makes up for the rest, tell a and c from b too where the processors are
// free: SCALE=0.0015, CPUS=0.5, CAPACITY=19500, HORIZON=150s and --seed 14.
//
//   retrystorm run osdi22-metastable --engine docker --variant 'case b' \
//     -e SCALE=0.006 -e CPUS=0.5
import { Experiment, backoff, fault } from 'k6/x/retrystorm';

const scale = Number(__ENV.SCALE || 1);
const cpus = Number(__ENV.CPUS || 10);
const capacity = Number(__ENV.CAPACITY || 16500) * scale; // inserts a second

// A fleet that brings `load` inserts a second.
const inserts = (load) => ({
  cohort: 'inserts',
  terminals: Math.round(10 * load * scale),
  sale: { every: '10s', arrival: 'regular' },
  timeout: '3s',
  retry: backoff.immediate({ maxAttempts: 5 }),
});

// The quota cut by `share` for some time.
const cut = (share, time) => fault.cpu({ at: '60s', for: time, cpus: cpus * (1 - share) });

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
