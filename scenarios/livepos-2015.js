// LivePOS, Christmas 2015: shops open with two days' unsynced sales and sync at once
//
// What the report states: a hardware fault at a vendor, thought to be remedied on the
// 14th, came back on the 24th at about 13:00 and could not be located; at 21:00, when the
// last shop had closed, the array was moved to a new region. 5 to 6 hours were planned;
// 97% were done at 14:00 on the 25th, the rest in the following night. Shops sold on
// offline, and some closed before they had synced. When they opened on Saturday the 26th,
// their sales were synced by themselves and dated on the 24th.
//
// What we chose, since the report gives no figures: the size of the fleet, its demand, the
// opening hours (9 to 21 h, all in one zone, which makes the herd the largest), the
// capacity of either region, how often the fault comes and goes, and the clients'
// settings. The run begins on the 24th; the fault of the 14th is left out. An hour is a
// second here, so that it runs on every engine; in virtual time
//     -e SCALE=true
// gives days of 24 hours and 10,000 terminals, a sale of each every 10 minutes. All of
// them sync at once when they open. A terminal therefore waits 6 minutes there, longer
// than the 10,000 requests take that then stand before 5 workers.
import { Experiment, backoff, fault, operator } from 'k6/x/retrystorm';

const full = __ENV.SCALE === 'true';
const terminals = full ? 10000 : 120;

// at is a time since the 24th at 9:00, in hours; what clients take is chosen for each scale.
const at = (hours) => (full ? `${Math.round(hours * 60)}m` : `${Math.round(hours * 1000)}ms`);
const minutes = (n) => (full ? `${2 * n}m` : `${n * 400}ms`);

const asItHappened = {
  cohort: 'POS',
  terminals,
  tenants: terminals / 2,
  to: 'livepos',
  sale: { every: full ? '10m' : '1200ms', deadline: minutes(9) }, // 100 sales a second in all; at full scale 17
  hours: { open: at(9), close: at(21), closedDays: [1] },
  timeout: minutes(3),
  cancel: 'close',
  retry: backoff.exponential({ base: minutes(1), jitter: 'full', maxAttempts: 2 }),
  offline: {
    capacity: 'unbounded',
    after: minutes(4),
    retry: backoff.exponential({ base: minutes(4), cap: minutes(16), jitter: 'full', maxAttempts: 'unbounded' }),
  },
};

// All sales at once, as soon as the shop is open, and again soon after one fails: at full
// scale 4 minutes, since 10,000 terminals keep the backend from coming back with that, too.
const allAtOnce = {
  ...asItHappened,
  offline: {
    capacity: 'unbounded', after: '1ms', jitter: 'none', order: 'any', parallel: 8,
    retry: backoff.constant({ base: minutes(full ? 2 : 1), maxAttempts: 'unbounded' }),
  },
};

// One sale at a time, with pauses, spread over the first hours.
const paced = {
  ...asItHappened,
  offline: { ...asItHappened.offline, after: minutes(8), pace: minutes(2) },
};

const region = (name) => ({
  name,
  region: name,
  workers: full ? 5 : 27, // 270 sales a second; at full scale 50
  service: { mean: '100ms', distribution: 'lognormal' },
  queue: { limit: 'unbounded' },
  abandoned: 'continue',
});

const timeline = [
  fault.crash({ at: at(4), for: at(3), region: 'old', flap: { on: at(1), off: at(0.5), pattern: 'drawn' } }),
  fault.crash({ at: at(7), for: at(34), region: 'old' }),
  operator.migrate({ at: at(12), name: 'livepos', to: 'new', stages: [{ at: at(29), share: '97%' }, { at: at(41), share: 1 }] }),
];

const christmas = new Experiment({
  name: 'livepos-2015',
  fleet: [asItHappened],
  backend: {
    nodes: [region('old'), region('new')],
    names: [{ name: 'livepos', node: 'old' }],
  },
  timeline,
  ...(full ? {} : { judge: { window: '1s' } }),
  starts: at(9),
  day: at(24),
  horizon: at(60),
  variants: {
    'as it happened': { expect: 'recovered' },
    // In real time a collapse is only believed after three times the longest that a
    // client stays away, a night among it; in virtual time the run is watched further.
    'all at once': { fleet: [allAtOnce], horizon: at(full ? 60 : 116), expect: 'collapsed' },
    'paced sync': { fleet: [paced], expect: 'recovered' },
    'paced sync, staged admission': {
      fleet: [paced],
      timeline: [...timeline, operator.shed({ at: at(48), for: at(1), node: 'new', share: '50%' })],
      expect: 'recovered',
    },
    'dated by the sync': {
      fleet: [{ ...asItHappened, offline: { ...asItHappened.offline, businessDate: 'sync' } }],
      expect: 'recovered',
    },
  },
});

export const options = christmas.options;
export default function () { christmas.run(); }
export const handleSummary = christmas.summary;
