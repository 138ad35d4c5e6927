// @ts-check
/// <reference path="../../index.d.ts" />
//
// my-service: is it the clients' retries that keep the service down?
//
// Each variant below is run once. Put the figures of your own service in place
// of these and leave out what you do not need; retrystorm.d.ts documents every
// field. Times carry their unit: '150ms', '2s', '1m30s'.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

// The clients. Customers bring 500 / 10 s = 50 sales a second, however slow the
// service is; a sale is whatever they ask of it.
/** @type {import('k6/x/retrystorm').Cohort} */
const today = {
  cohort: '1.0', // the version of the client, for tables and metrics
  terminals: 500, // how many clients there are
  sale: { every: '10s', deadline: '5s' }, // later than that it is of no use to the customer
  timeout: '1s', // how long an attempt waits for its answer
  retry: backoff.constant({ base: '100ms', maxAttempts: 5 }), // five tries in all, 100 ms apart
};

// The same clients with another policy: three tries, ever further apart and at
// random, and only one retry for ten requests.
/** @type {import('k6/x/retrystorm').Cohort} */
const careful = {
  ...today,
  cohort: '1.1',
  retry: backoff.exponential({
    base: '500ms', cap: '4s', jitter: 'full', maxAttempts: 3,
    budget: { ratio: '10%', tokens: 1 },
  }),
};

const experiment = new Experiment({
  name: 'my-service',
  fleet: [today],

  // The service: 10 requests at once, 80 ms each, are 125 a second. What waits
  // in a full queue waits 200 / 125 = 1.6 s, which is longer than the clients do.
  backend: {
    nodes: [{
      name: 'api',
      workers: 10,
      service: { mean: '80ms', distribution: 'lognormal' },
      queue: { limit: 200 }, // what does not fit is turned away
      abandoned: 'continue', // 'stop' if it notices that a client has left
    }],
  },

  // The trigger: after 8 s, four times the usual demand for 5 s. A crash would be
  // fault.crash({ at: '8s', for: '5s' }), a standstill fault.freeze, with fault
  // imported above; what comes out may then be something else.
  timeline: [spike({ at: '8s', for: '5s', times: 4 })],

  // The end, late enough for the service to come back, and to be sure if it does not.
  horizon: '48s',

  // What is compared. A variant states what differs from the above, and which
  // verdict must come out: healthy, recovered, degraded, collapsed or overloaded.
  variants: {
    'as it is': { expect: 'collapsed' },
    'with backoff': {
      fleet: [careful],
      expect: 'recovered',
      gate: { timeToRecoverBelow: '15s', nothingLost: true }, // what must hold as well
    },
  },
});

// k6 reads these; leave them as they are.
export const options = experiment.options;
export default function () { experiment.run(); }
export const handleSummary = experiment.summary;
