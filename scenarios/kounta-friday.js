// Kounta, the Friday before Mother's Day: a traffic spike makes every terminal retry
//
// What the report states: a bit after noon a big traffic spike made a
// bottleneck; POS devices across the world then retried at a greater-than-
// normal rate while their first requests were still being served; it took
// until the early evening to resolve. Client 4.4.2 eliminates it: it works
// offline and retries with bounds, backoff and jitter.
//
// What we chose, since the report gives no figures: the size of the fleet, its
// demand, the backend's capacity, the spike and the clients' settings; and time,
// of which an hour of the incident is about half a minute here.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

const terminals = 2000;

// Client 4.4.1 sends a timed-out sale again at once, for as long as the
// cashier waits. Nothing tells the backend to drop the first copy.
const v441 = {
  cohort: '4.4.1',
  terminals,
  sale: { every: '20s', deadline: '9s' }, // 100 sales a second in all
  timeout: '3s',
  cancel: 'close',
  retry: backoff.immediate({ maxAttempts: 'unbounded' }),
};

// Client 4.4.2 tries a sale three times, ever further apart, and then takes it
// offline; while most of its tries fail it does not try at all. What it has
// taken offline it hands in later, one sale at a time.
const v442 = {
  ...v441,
  cohort: '4.4.2',
  retry: backoff.exponential({
    base: '1s', cap: '8s', jitter: 'full', maxAttempts: 3,
    breaker: { calls: 2, failureRatio: '50%', window: '30s', open: '15s' },
  }),
  offline: {
    after: '20s',
    pace: '8s',
    retry: backoff.exponential({ base: '15s', cap: '60s', jitter: 'full', maxAttempts: 'unbounded' }),
  },
};

const friday = new Experiment({
  name: 'kounta-friday',
  fleet: [v441],
  backend: {
    nodes: [{
      name: 'api',
      workers: 23, // 230 sales a second, more than twice the usual demand
      service: { mean: '100ms', distribution: 'lognormal' },
      queue: { limit: 'unbounded' },
      abandoned: 'continue',
    }],
  },
  timeline: [spike({ at: '20s', for: '8s', times: 4 })],
  horizon: '95s',
  variants: {
    'as it happened': { expect: 'collapsed' },
    'client 4.4.2': { fleet: [v442], expect: 'recovered' },
  },
});

export const options = friday.options;
export default function () { friday.run(); }
export const handleSummary = friday.summary;
