// AVR, August 2012: one database server of several halts, and takes its customers along
//
// What the report states: at 10:06 on 16 August a fatal hardware fault halted one of
// the database servers, which houses the databases of a small part of the customers.
// Its redundancy had absorbed an earlier fault; this one struck while it ran degraded.
// The server's image was moved to other hardware to restore service. Planned by then:
// servers that are back almost at once.
//
// What we chose, since the report gives no figures: eight such servers, and so an
// eighth of the customers on each; the fleet, its demand and its clients; one tier of
// application servers before all of them; that the first fault came an hour before and
// makes the disk four times as slow; that a server which halts answers nothing at all,
// so that whoever calls it waits for a timeout; 75 minutes for the diagnosis, and 450 GB
// of data at 50 MB a second, which make 3 h 45 min in all. As it happened the
// application servers wait for 1 s, since the others went on; 'calls that wait' shows
// what a driver's default of 30 s would have made of it.
//
// An hour of the incident is 8 seconds here, so that it runs on any engine, and a
// terminal brings a sale every 10 s in place of one every 7.5 min. -e SCALE=true takes
// the times as they were and twenty times the fleet, for `--engine sim`. A customer waits
// half as long in the short form; timeouts, and the time of a failover, are the same.
import { Experiment, backoff, fault, operator } from 'k6/x/retrystorm';

const full = __ENV.SCALE === 'true';
const hour = full ? 3600 : 8; // in seconds
const seconds = (s) => `${Math.round(s * 1000)}ms`;

const data = 450e9; // bytes on a server
const rate = 50e6; // bytes a second, from the image to other hardware
const restore = (1.25 + data / rate / 3600) * hour; // the diagnosis, then the transfer
const first = 1 * hour; // 9:06, the fault that is absorbed
const second = 2 * hour; // 10:06, the one that is not

const shards = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `db-${n}`);
const struck = 'db-3';

const database = (name) => ({
  name,
  workers: 8,
  service: { mean: '15ms', distribution: 'lognormal' },
  disk: { write: '4ms', read: '1ms' },
});

// app is the tier that all customers share. It calls the server that holds the
// customer's database.
const app = (to, timeout) => ({
  name: 'app',
  workers: 60,
  service: { mean: '5ms' },
  calls: [{ to, target: 'tenant', timeout }],
});

// pool lets no more than six requests at once wait for a server, and turns away others.
const pool = (shard) => ({
  name: `pool-${shard}`,
  workers: 6,
  service: { mean: '1ms' },
  queue: { limit: 0 },
  calls: [{ to: shard, timeout: '30s' }],
});

const halted = [
  fault.disk.degraded({ at: seconds(first), for: seconds(second - first), node: struck, times: 4 }),
  fault.crash({ at: seconds(second), for: seconds(restore), node: struck }),
];
const silent = (from) => fault.link.cut({ at: seconds(second), for: seconds(restore), from, to: struck });

const avr = new Experiment({
  name: 'avr-2012',
  fleet: [{
    cohort: 'terminals',
    terminals: full ? 10000 : 500,
    tenants: full ? 2000 : 100,
    sale: { every: full ? '450s' : '10s', deadline: full ? '30s' : '15s' },
    timeout: '10s',
    retry: backoff.constant({ base: '5s', jitter: 'proportional', maxAttempts: 'unbounded' }),
  }],
  backend: { nodes: [app(shards, '1s'), ...shards.map(database)] },
  timeline: [...halted, silent('app')],
  judge: full ? { window: '10s' } : { window: '2s' },
  horizon: seconds((full ? 10 : 8) * hour),
  variants: {
    'as it happened': { expect: 'recovered' },
    'calls that wait': {
      backend: { nodes: [app(shards, '30s'), ...shards.map(database)] },
      expect: 'recovered',
    },
    'a pool per server': {
      backend: { nodes: [app(shards.map((s) => `pool-${s}`), '35s'), ...shards.map(pool), ...shards.map(database)] },
      timeline: [...halted, silent(`pool-${struck}`)],
      expect: 'recovered',
    },
    'a standby': {
      backend: {
        nodes: [
          app(shards.map((s) => (s === struck ? 'shard-3' : s)), '1s'),
          ...shards.map(database),
          { ...database('standby-3'), replica: { of: struck, lag: '1s', writes: 'refuse' } },
        ],
        names: [{ name: 'shard-3', node: struck }],
      },
      timeline: [...halted, silent('app'), operator.failover({ at: seconds(second + 10), name: 'shard-3', to: 'standby-3', promote: true })],
      expect: 'recovered',
    },
  },
});

export const options = avr.options;
export default function () { avr.run(); }
export const handleSummary = avr.summary;
