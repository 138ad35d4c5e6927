// SalonMonster, a Sunday evening: a failover by DNS, and both hosts take bookings
//
// What the report states: the hardware of the primary host failed and the service could
// not be moved to other hardware there. The backup system ran within 30 minutes. After the
// change of the DNS it took customers' providers between 5 minutes and 24 hours to follow,
// and again on the way back; so bookings were made on both hosts and had to be brought
// together throughout the day. As a remedy a routing setting of their own switches
// everybody within 5 to 10 minutes, and the backup is read-only: bookings can be viewed,
// none can be added, so that there is nothing to reconcile.
//
// What we chose, since the report gives no figures: the number of salons and their
// bookings, both hosts' capacity, the booking slots of a salon, that the failure is at
// 18:00, the primary host is repaired two hours later and the way back is at midnight,
// that a client keeps a booking which it cannot send and sends it later with backoff and
// jitter, and that providers' caches are spread evenly over the orders of magnitude. An
// hour is a second and a half here, so that it runs in a minute; in virtual time
//     -e SCALE=true
// gives 42 hours and 20,000 terminals.
import { Experiment, backoff, fault, operator } from 'k6/x/retrystorm';

const full = __ENV.SCALE === 'true';
const terminals = full ? 20000 : 600;

// at is so many hours; clients' times are chosen for each scale.
const at = (hours) => (full ? `${Math.round(hours * 60)}m` : `${Math.round(hours * 1500)}ms`);
const short = (seconds) => (full ? `${10 * seconds}s` : `${300 * seconds}ms`);

const salon = {
  cohort: 'salons',
  terminals,
  tenants: terminals / 2,
  to: 'app',
  sale: { every: full ? '30m' : '6s', deadline: short(6) }, // 100 bookings a second in all; at full scale 11
  timeout: short(2),
  retry: backoff.exponential({ base: short(1), jitter: 'full', maxAttempts: 2 }),
  offline: {
    capacity: 'unbounded',
    after: full ? '10m' : short(3),
    retry: backoff.exponential({ base: full ? '5m' : short(3), cap: full ? '20m' : short(12), jitter: 'full', maxAttempts: 'unbounded' }),
  },
};

// Nobody books who cannot be sure of the slot: who meets a read-only host is turned away.
const viewOnly = { ...salon, offline: { ...salon.offline, payments: false } };

const host = {
  workers: 20, // 200 bookings a second; at full scale 67
  service: { mean: full ? '300ms' : '100ms', distribution: 'lognormal' },
  queue: { limit: 'unbounded' },
};

const hosts = (writes) => [
  { name: 'primary', ...host },
  { name: 'backup', ...host, replica: { of: 'primary', lag: at(0.01), writes } },
];

const dns = { name: 'app', node: 'primary', cache: { distribution: 'loguniform', from: at(1 / 12), to: at(24) } };
const routing = { name: 'app', node: 'primary', cache: { distribution: 'uniform', from: at(1 / 12), to: at(1 / 6) } };

const fails = fault.crash({ at: at(6), for: at(2), node: 'primary' });
const back = operator.failback({ at: at(12), name: 'app', to: 'primary', merge: true });

const sunday = new Experiment({
  name: 'salonmonster',
  fleet: [salon],
  backend: { nodes: hosts('accept'), names: [dns], records: 100 },
  timeline: [fails, operator.failover({ at: at(6.5), name: 'app', to: 'backup' }), back],
  ...(full ? {} : { judge: { window: '1s' } }),
  horizon: at(42),
  variants: {
    'as it happened': { expect: 'recovered' },
    'routing setting': { backend: { names: [routing] }, expect: 'recovered' },
    'routing setting, read-only backup': {
      fleet: [viewOnly],
      backend: { nodes: hosts('refuse'), names: [routing] },
      expect: 'recovered',
    },
  },
});

export const options = sunday.options;
export default function () { sunday.run(); }
export const handleSummary = sunday.summary;
