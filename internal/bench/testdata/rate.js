// What the fleet does, as a plain k6 script: POST a sale, so many a second.
import http from 'k6/http';

export const options = {
  discardResponseBodies: true,
  scenarios: {
    peer: {
      executor: 'constant-arrival-rate', rate: Number(__ENV.RATE), timeUnit: '1s',
      duration: `${__ENV.SECONDS}s`, preAllocatedVUs: 200, maxVUs: 1000,
    },
  },
};

export default function () {
  http.post(`http://${__ENV.ADDR}/v1/sales`, null, {
    headers: { 'Idempotency-Key': `${__VU}-${__ITER + 1}`, 'Retrystorm-Sold-At': '0' },
  });
}
