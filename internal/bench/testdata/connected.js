// Terminals as k6 would have them: one VU each, with a connection of its own.
import http from 'k6/http';
import { sleep } from 'k6';

export const options = {
  discardResponseBodies: true,
  scenarios: { peer: { executor: 'per-vu-iterations', vus: Number(__ENV.VUS), iterations: 1, maxDuration: '60s' } },
};

export default function () {
  http.post(`http://${__ENV.ADDR}/v1/sales`, null, {
    headers: { 'Idempotency-Key': `${__VU}-1`, 'Retrystorm-Sold-At': '0' },
  });
  sleep(3);
}
