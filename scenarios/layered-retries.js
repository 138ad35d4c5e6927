// Retries at every layer: three layers of four tries each
//
// What the books state: where each of three layers tries four times, one request
// of a user becomes 64 attempts on the database (B. Beyer et al., "Site Reliability
// Engineering", O'Reilly 2016, chapter 21, "Handling Overload"); with five layers of
// three tries it is 243 (M. Brooker, "Timeouts, retries, and backoff with jitter",
// Amazon Builders' Library). A short fault of the database is enough, and the
// retries hold it down. Both name the remedies: retry at one layer only, or give
// each layer a budget.
//
// What we chose: the demand, the database's capacity of nearly five times as much,
// so that four tries by one layer fit and those of two do not, the timeouts, and a
// database that stands still for ten seconds. A sale that is tried four times takes up
// to 48 s, and a verdict of a collapse waits for three times as long: so the run as it
// happened is watched for longer than the other two.
import { Experiment, backoff, fault } from 'k6/x/retrystorm';

const four = backoff.exponential({ base: '100ms', jitter: 'full', maxAttempts: 4 });
const budget = { ratio: '10%', tokens: 5 };

// layers gives the fleet and the nodes, with the retries of each layer.
function layers({ terminal, gateway, app }) {
  return {
    fleet: [{
      cohort: 'terminals',
      terminals: 500,
      sale: { every: '20s', deadline: '50s' }, // 25 sales a second in all
      timeout: '12s',
      retry: terminal,
    }],
    backend: {
      nodes: [
        {
          name: 'gateway', workers: 'unbounded', service: { mean: '2ms' },
          calls: [{ to: 'app', timeout: '2500ms', retry: gateway }],
        },
        {
          name: 'app', workers: 'unbounded', service: { mean: '5ms' },
          calls: [{ to: 'database', timeout: '500ms', retry: app }],
        },
        {
          name: 'database', workers: 12, service: { mean: '100ms', distribution: 'lognormal' }, // 120 a second
          queue: { limit: 'unbounded' },
        },
      ],
    },
  };
}

const layered = new Experiment({
  name: 'layered-retries',
  ...layers({ terminal: four, gateway: four, app: four }),
  timeline: [fault.freeze({ at: '20s', for: '10s', node: 'database' })],
  horizon: '110s',
  variants: {
    'as it happened': { expect: 'collapsed', horizon: '180s' },
    'retries at one layer only': { ...layers({ terminal: four }), expect: 'recovered' },
    'a budget on each link': {
      ...layers({ terminal: { ...four, budget: { ratio: '10%', tokens: 1 } }, gateway: { ...four, budget }, app: { ...four, budget } }),
      expect: 'recovered',
    },
  },
});

export const options = layered.options;
export default function () { layered.run(); }
export const handleSummary = layered.summary;
