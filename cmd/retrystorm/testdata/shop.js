// A small shop, for the stories of the command line; -e changes it
import { Experiment, backoff, fault, spike } from 'k6/x/retrystorm';

const declaration = {
  name: 'small-shop',
  fleet: [{
    cohort: 'till', terminals: 120, sale: { every: '4s', deadline: '4s' }, timeout: '3s',
    retry: backoff.exponential({ base: '200ms', jitter: 'full', maxAttempts: 3 }),
  }],
  backend: { nodes: [{ name: __ENV.NODE || 'api', workers: 20, service: { mean: '20ms' }, queue: { limit: 1000 } }] },
  timeline: [spike({ at: '2s', for: '1s', times: 2 })],
  // Wide margins: the machine may be busy with something else.
  judge: { window: '1s', hold: 2, goodput: 0.5, amplification: 5, latency: 1000, lag: '2s', undelivered: 0.5, cpu: 1 },
  horizon: __ENV.HORIZON || '6s',
  expect: __ENV.EXPECT,
};
if (__ENV.CHANGE) {
  new Function('d', 'backoff', 'fault', 'spike', __ENV.CHANGE)(declaration, backoff, fault, spike);
}
const shop = new Experiment(declaration);

export const options = shop.options;
export default function () { shop.run(); }
export const handleSummary = shop.summary;
