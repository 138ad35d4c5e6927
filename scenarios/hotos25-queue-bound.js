// HotOS'25: one server, one surge, and a queue that is too long to recover
//
// @source R. Isaacs et al., "Analyzing Metastable Failures in Distributed
// Systems", HotOS'25, the running example.
//
// What the paper states: one worker serves 10 requests a second, in exponential
// time. Clients time out after 5 s and retry up to five times. They bring 5
// requests a second for 5 minutes, 15 for 10 minutes, and 5 again for 30. With
// room for 150 waiting requests the system does not recover, with room for 35
// it does: whoever gets in then is served before he gives up.
//
// What we chose, since the paper does not give it: the demand comes from 50
// terminals with a sale every 10 s on average, they retry at once, and a sale
// is worth nothing after a minute. Time is the paper's own.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

// The server with room for `limit` waiting requests.
const queueOf = (limit) => ({
  nodes: [{
    name: 'server',
    workers: 1,
    service: { mean: '100ms', distribution: 'exponential' },
    queue: { limit },
    abandoned: 'continue',
  }],
});

const bound = new Experiment({
  name: 'hotos25-queue-bound',
  fleet: [{
    cohort: 'clients',
    terminals: 50,
    sale: { every: '10s', deadline: '60s' },
    timeout: '5s',
    retry: backoff.immediate({ maxAttempts: 6 }),
  }],
  backend: queueOf(150),
  timeline: [spike({ at: '5m', for: '10m', times: 3 })],
  horizon: '45m',
  variants: {
    'queue of 150': { expect: 'collapsed' },
    'queue of 35': { backend: queueOf(35), expect: 'recovered' },
  },
});

export const options = bound.options;
export default function () { bound.run(); }
export const handleSummary = bound.summary;
