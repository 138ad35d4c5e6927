// Everybodysmile: two disks fail writes for two weeks, and every return meets a backlog
//
// What the report states: two disks failed writes unexpectedly; the main server then
// switched to read-only and had to be mounted again, which took time; the service went
// on and off like that for a couple of weeks. The disks were to be replaced overnight,
// when load is low. Promised: another data store in the cloud, and a failover server.
//
// What we chose, since the report gives no figures: the fleet, its demand and the
// server's capacity; that the server is read-only for an hour and a half and writes for
// 22 and a half in between, both at random but the first; that clients keep what cannot
// be written and upload it later, which is when it meets everybody else's; and all
// clients. The service came and went and was not down for two weeks, so as it happened
// the clients are patient: they wait longer for an answer than all of them together take
// to get one. 'clients that hammer' shows what becomes of others. A sale is an upload
// here. Pages that are only read are not in the model: a read-only server still gives them.
//
// The two weeks are not shortened evenly, since a client's waiting does not shrink with
// them: by default there are some six times of 3 s in three quarters of a minute, so that it
// runs on any engine, and uploads are small. -e SCALE=true takes two weeks, and uploads
// of many pictures that a client waits a quarter of an hour for, for `--engine sim`.
import { Experiment, backoff, fault, operator } from 'k6/x/retrystorm';

const full = __ENV.SCALE === 'true';
const day = full ? 86400 : 3.5; // in seconds
const seconds = (s) => `${Math.round(s * 1000)}ms`;

// What differs between the two lengths, apart from the days.
const t = full ? {
  terminals: 1000, every: '2h', upload: '10s', workers: 5, // 0.14 uploads a second of 0.5
  deadline: '90m', timeout: '15m', again: '45m', impatient: '10m',
  first: '5m', cap: '2h', pace: '45m',
  noticed: 300, lag: '1m',
} : {
  terminals: 200, every: '10s', upload: '150ms', workers: 9, // 20 uploads a second of 60
  deadline: '15s', timeout: '10s', again: '2500ms', impatient: '750ms',
  first: '1s', cap: '20s', pace: '5s',
  noticed: 2, lag: '500ms',
};
const outage = full ? 1.5 * 3600 : 3; // in seconds

// A client tries an upload again in the same rhythm, whatever the answer was, and so it
// does with those that it has kept.
const client = {
  cohort: 'clients',
  terminals: t.terminals,
  sale: { every: t.every, deadline: t.deadline },
  timeout: t.timeout,
  retry: backoff.constant({ base: t.again, maxAttempts: 'unbounded' }),
  offline: {
    after: '1s',
    jitter: 'none',
    retry: backoff.constant({ base: t.again, maxAttempts: 'unbounded' }),
  },
};

// This one gives up waiting early, and tries again at once.
const hammering = {
  ...client,
  timeout: t.impatient,
  retry: backoff.immediate({ maxAttempts: 'unbounded' }),
  offline: { after: '1s', jitter: 'none', retry: backoff.immediate({ maxAttempts: 'unbounded' }) },
};

// This one tells a server that cannot write from one that is down: the upload is kept at
// once. What is kept goes out one by one, at a pace of which all clients together leave
// the server room, and ever further apart while it fails.
const telling = {
  ...client,
  retry: backoff.exponential({
    base: t.first, cap: t.cap, jitter: 'full', maxAttempts: 3,
    on: ['timeout', 'refused', 'reset', 'rejected', 'failed'], // and not read-only
  }),
  offline: {
    after: t.first,
    pace: t.pace,
    retry: backoff.exponential({ base: t.first, cap: t.cap, jitter: 'full', maxAttempts: 'unbounded' }),
  },
};

const server = (name) => ({
  name,
  workers: t.workers,
  service: { mean: t.upload, distribution: 'lognormal' },
  queue: { limit: 'unbounded' },
  disk: { write: '10ms' },
});

// The first time is as long as the mean; the others come by chance.
const first = 2 * day;
const onAndOff = [
  fault.disk.readOnly({ at: seconds(first), for: seconds(outage), node: 'primary' }),
  fault.disk.readOnly({
    at: seconds(first + day), for: seconds(13 * day), node: 'primary',
    flap: { on: seconds(outage), off: seconds(full ? day - outage : 5), pattern: 'drawn' },
  }),
];

const smile = new Experiment({
  name: 'everybodysmile',
  fleet: [client],
  backend: { nodes: [server('primary')] },
  timeline: onAndOff,
  judge: { window: full ? '30m' : '1s', hold: 3 },
  horizon: seconds((full ? 22 : 21) * day),
  variants: {
    'as it happened': { expect: 'recovered' },
    'clients that hammer': { fleet: [hammering], expect: 'collapsed' },
    'clients that tell read-only from down': { fleet: [telling], expect: 'recovered' },
    'a failover server': {
      fleet: [{ ...client, to: 'store' }],
      backend: {
        nodes: [server('primary'), { ...server('backup'), replica: { of: 'primary', lag: t.lag, writes: 'refuse' } }],
        names: [{ name: 'store', node: 'primary' }],
      },
      timeline: [...onAndOff, operator.failover({ at: seconds(first + t.noticed), name: 'store', to: 'backup', promote: true })],
      expect: 'recovered',
    },
  },
});

export const options = smile.options;
export default function () { smile.run(); }
export const handleSummary = smile.summary;
