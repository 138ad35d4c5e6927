// Square, 16 March 2017: authentication is overloaded, and 500 retries keep it so
//
// @source E. Bourget, T. Reyelts and X. Shay, "Incident Summary: 2017-03-16",
// Square's engineering blog, March 2017.
//
// What the report states: from 10:02 to 11:55 most of Square was down, payment
// included. Multipass, the service that authenticates merchants, was overloaded
// beyond recovery owing to a bug in an adjacent service. What failed was tried
// again up to 500 times, without any backoff.
//
// What we chose, since the report gives no figures: all others. Customers bring
// 5 logins a second to a store that works through 25, one at a time. The
// adjacent service makes that eight times as many for half a minute. A try
// times out after 500 ms, and the store works on it all the same; a login is
// worth nothing after five minutes. Twelve minutes stand for the two hours,
// since nothing changes after them.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

const asItHappened = {
  cohort: 'multipass',
  terminals: 500,
  sale: { every: '100s', deadline: '5m' },
  timeout: '500ms',
  retry: backoff.immediate({ maxAttempts: 500 }),
};

// Three tries make at most 15 a second of the usual demand, which is below
// capacity: whatever the backlog, it drains.
const bounded = {
  ...asItHappened,
  retry: backoff.exponential({ base: '1s', cap: '10s', jitter: 'full', maxAttempts: 3 }),
};

const square = new Experiment({
  name: 'square-2017',
  fleet: [asItHappened],
  backend: {
    nodes: [{
      name: 'store',
      workers: 1,
      service: { mean: '40ms' },
      queue: { limit: 'unbounded' },
      abandoned: 'continue',
    }],
  },
  timeline: [spike({ at: '2m', for: '30s', times: 8 })],
  horizon: '12m',
  variants: {
    'as it happened': { expect: 'collapsed' },
    'bounded, jittered retries': { fleet: [bounded], expect: 'recovered' },
  },
});

export const options = square.options;
export default function () { square.run(); }
export const handleSummary = square.summary;
