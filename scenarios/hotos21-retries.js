// HotOS'21: a ten-second outage that one retry makes last for good
//
// @source N. Bronson et al., "Metastable Failures in Distributed Systems",
// HotOS'21, §2.1.
//
// What the paper states: a web application sends 280 queries a second to a
// database that answers quickly below 300 a second and ten times slower above,
// and sends a query once more if there is no answer after 1 s. After a network
// outage of 10 s the retries make 560 queries a second, goodput is zero, and it
// stays so. At 140 a second, or without the retries, it recovers.
//
// What we chose, since the paper does not give it: quick is 100 ms, on 35
// workers. Each terminal sends one query every second, at a phase of its own;
// demand that is 280 a second on average only would often pass 300. The
// database stands still for the outage with its connections open, so that what
// was sent meanwhile reaches it at its end. A retry follows the timeout at once.
import { Experiment, backoff, fault } from 'k6/x/retrystorm';

// A fleet that brings `perSecond` queries a second.
const web = (perSecond, retry) => [{
  cohort: 'web',
  terminals: perSecond,
  sale: { every: '1s', arrival: 'regular' },
  timeout: '1s',
  retry,
}];

const twice = backoff.immediate({ maxAttempts: 2 });

const outage = new Experiment({
  name: 'hotos21-retries',
  fleet: web(280, twice),
  backend: {
    nodes: [{
      name: 'database',
      workers: 35, // 350 queries a second while quick, 35 while slow
      service: { mean: '100ms' },
      slowdown: { above: 300, times: 10, measure: 'arrivals' },
      queue: { limit: 'unbounded' },
      abandoned: 'continue',
    }],
  },
  timeline: [fault.freeze({ at: '30s', for: '10s' })],
  horizon: '3m',
  variants: {
    '280/s with retries': { expect: 'collapsed' },
    '280/s without': { fleet: web(280, backoff.none()), expect: 'recovered' },
    '140/s with retries': { fleet: web(140, twice), expect: 'recovered' },
  },
});

export const options = outage.options;
export default function () { outage.run(); }
export const handleSummary = outage.summary;
