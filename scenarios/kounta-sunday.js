// The two questions that Kounta's Friday leaves: how much of the fleet must run
// client 4.4.2 before the same spike no longer brings it down, and does Sunday,
// Mother's Day, pass, when every venue is booked to capacity?
//
// What the report states: on Sunday every venue is booked to capacity, and client
// 4.4.2 eliminates what happened on Friday (see docs/incidents/kounta.md).
//
// What we chose: the fleet, the backend, the spike and both clients are those of
// kounta-friday, as it says. Sunday's peak is twice the usual demand, for as long as
// lunch lasts at the scale of an hour in half a minute; that takes 87% of the
// backend's capacity.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

const terminals = 2000;

const v441 = {
  cohort: '4.4.1',
  terminals,
  sale: { every: '20s', deadline: '9s' }, // 100 sales a second in all
  timeout: '3s',
  cancel: 'close',
  retry: backoff.immediate({ maxAttempts: 'unbounded' }),
};

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

// updated is the fleet of which that share runs 4.4.2.
const updated = (share) => [
  { ...v441, terminals: Math.round(terminals * (1 - share)) },
  { ...v442, terminals: Math.round(terminals * share) },
];

const friday = spike({ at: '20s', for: '8s', times: 4 });
const sunday = spike({ at: '20s', for: '90s', times: 2 });

const roll = new Experiment({
  name: 'kounta-sunday',
  fleet: [v441],
  backend: {
    nodes: [{
      name: 'api',
      workers: 23, // 230 sales a second
      service: { mean: '100ms', distribution: 'lognormal' },
      queue: { limit: 'unbounded' },
      abandoned: 'continue',
    }],
  },
  timeline: [friday],
  horizon: '6m',
  variants: {
    'Friday, 25% on 4.4.2': { fleet: updated(0.25), expect: 'collapsed' },
    'Friday, 50% on 4.4.2': { fleet: updated(0.5), expect: 'recovered' },
    'Friday, 75% on 4.4.2': { fleet: updated(0.75), expect: 'recovered' },
    'Sunday, all on 4.4.1': { timeline: [sunday], expect: 'healthy' },
    'Sunday, all on 4.4.2': { fleet: [v442], timeline: [sunday], expect: 'healthy' },
    'Sunday with a spike, all on 4.4.1': { timeline: [sunday, spike({ at: '60s', for: '8s', times: 2 })], expect: 'collapsed' },
    'Sunday with a spike, all on 4.4.2': { fleet: [v442], timeline: [sunday, spike({ at: '60s', for: '8s', times: 2 })], expect: 'recovered' },
  },
});

export const options = roll.options;
export default function () { roll.run(); }
export const handleSummary = roll.summary;
