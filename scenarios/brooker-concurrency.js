// Brooker's simulation: five seconds of load on a server that slows as it fills
//
// @source M. Brooker, "simulator_example", simple_collapse_sim/sim.py,
// github.com/mbrooker/simulator_example, 2022.
//
// What the report states: requests arrive at random, 40 a second, for 5 s 80 a
// second, and 40 again. A server takes up all of them at once, and each takes
// 1 s and 0.01 s more for every request that is in the server as it begins, itself
// included. The network takes 0.1 s each way in the mean, exponentially. A client
// waits for 3 s and tries three times in all, at once, while the server goes on
// with what nobody waits for any more; or it waits before its retries for a
// random time of up to 20 s and up to 40 s. Ten runs are averaged to 80 s.
//
// What we chose, since there is no network in `sim`: 'as stated' leaves it out,
// and the other variants take its mean of 0.2 s off the 3 s that a client waits.
// The load begins at 60 s rather than at 20 s, for a baseline without the start,
// and the run is watched to 5 min. A sale is worth nothing after 90 s.
//
// What comes out: 40 a second keep 67 requests in the server, which take 1.7 s.
// From 200 on they take longer than 3 s, and three tries of 40 bring 120 a
// second, where the server ends at most 100 however full it is. So either fewer
// than that gather in 5 s, or there is no way back. 'as stated' is so near to the
// edge that chance decides: of 100 seeds 29 collapse, and with the network in
// the timeout 85. One try and the stated backoff return, and so do three tries
// where the server takes up no more than 150 at once and turns the others away:
// more would only make it slower.
import { Experiment, backoff, spike } from 'k6/x/retrystorm';

const clients = (timeout, retry) => [{
  cohort: 'clients',
  terminals: 400,
  sale: { every: '10s', deadline: '90s' }, // 40 a second
  timeout,
  retry,
}];

const server = (workers) => ({
  nodes: [{
    name: 'server',
    workers,
    queue: { limit: 0 },
    service: { mean: '1s' },
    slowdown: { perRequest: 0.01 },
    abandoned: 'continue',
  }],
});

const threeTries = backoff.immediate({ maxAttempts: 3 });
const withBackoff = backoff.exponential({ base: '20s', jitter: 'full', maxAttempts: 3 });

const collapse = new Experiment({
  name: 'brooker-concurrency',
  fleet: clients('2.8s', threeTries),
  backend: server('unbounded'),
  timeline: [spike({ at: '60s', for: '5s', times: 2 })],
  horizon: '5m',
  variants: {
    'as stated': { fleet: clients('3s', threeTries), expect: ['collapsed', 'recovered', 'healthy'] },
    'network in the timeout': { expect: 'collapsed' },
    'one try': { fleet: clients('2.8s', backoff.none()), expect: ['recovered', 'healthy'] },
    'backoff': { fleet: clients('2.8s', withBackoff), expect: ['recovered', 'healthy'] },
    'at most 150 at once': { backend: server(150), expect: ['recovered', 'healthy'] },
  },
});

export const options = collapse.options;
export default function () { collapse.run(); }
export const handleSummary = collapse.summary;
