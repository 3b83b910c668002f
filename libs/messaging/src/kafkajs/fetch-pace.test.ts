import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { createFetchPace } from './fetch-pace.ts';

type Request = { encode(): Promise<{ buffer: Buffer }> };
type Fetch = {
  protocol(of: { version: number }): (args: object) => {
    request: Request;
    requestTimeout: number;
  };
};

/** The wait and the least bytes of a request as kafkajs sends it, and its patience. */
async function sent({
  minBytes,
  maxWaitTimeInMs: maxWaitTime,
}: ReturnType<typeof createFetchPace>) {
  const require = createRequire(import.meta.url);
  const fetch = require('kafkajs/src/protocol/requests/fetch/index.js') as Fetch;
  const of = { maxWaitTime, minBytes, maxBytes: 1, isolationLevel: 1, topics: [], rackId: '' };
  const { request, requestTimeout } = fetch.protocol({ version: 11 })(of);
  const { buffer } = await request.encode();
  // A replica's number comes first.
  return [buffer.readInt32BE(4), buffer.readInt32BE(8), requestTimeout];
}

const of = (leisurely: boolean) => {
  const clock = { ms: 0 };
  const pace = createFetchPace(leisurely, () => clock.ms);
  return { pace, pass: (ms: number) => void (clock.ms += ms) };
};

test.each([
  [false, [500, 1, 600]],
  [true, [1_000, 262_144, 1_100]],
])(
  'a group that has nothing for a while asks rarely, and is answered at once (leisurely %s)',
  async (leisurely, busy) => {
    const { pace, pass } = of(leisurely);
    expect(await sent(pace)).toEqual(busy);
    pass(10_000);
    expect(await sent(pace)).toEqual([2_000, 1, 2_100]);
    pace.came();
    expect(await sent(pace)).toEqual(busy);
  },
);

test('a group that does not fetch a partition asks often, and for a while after', async () => {
  const { pace, pass } = of(false);
  pace.paused('orders/1');
  pass(60_000);
  expect(await sent(pace)).toEqual([500, 1, 600]);
  pace.resumed('orders/1');
  expect(await sent(pace)).toEqual([500, 1, 600]);
  pass(10_000);
  pace.resumed('orders/2');
  expect(await sent(pace)).toEqual([2_000, 1, 2_100]);
});
