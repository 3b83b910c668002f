/**
 * What it costs in processor time that every call proves who makes it: at the caller (the token of the
 * contract into the call's metadata), at the server (who made it, and may that be), and of a token that is
 * made and checked anew; a whole call in one process beside it. Prints a table in microseconds, and as its
 * last line one JSON object.
 *
 *   npm run bench:identity [-- --rounds 200000 --calls 20000]
 */
import { parseArgs } from 'node:util';
import { InventoryServiceClient, InventoryServiceService } from '@astrolabe/contracts/inventory';
import { serviceIdentity, useServiceIdentity } from '@astrolabe/service/identity';
import { createServiceIdentity, newServiceKey } from '@astrolabe/signing';
import { Metadata } from '@grpc/grpc-js';
import { IDENTITY_KEY, admit } from '../src/identity.ts';
import { createGrpcClient, createGrpcServer, unary } from '../src/index.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200000' },
    calls: { type: 'string', default: '20000' },
  },
});
const rounds = Number(values.rounds);
const calls = Number(values.calls);
const FRESH = 2_000;
const AT_ONCE = 32;
const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
const PATH = `/${CONTRACT}/Query`;
const HOUR_MS = 3_600_000;

const { key, peer } = newServiceKey('order-router');
useServiceIdentity(key, peer);
const identity = createServiceIdentity(key, peer);

const spentMicros = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

/** Microseconds of the processor that one of `times` takes, after a tenth as many to warm up. */
function cost(times: number, once: (nth: number) => void): number {
  for (let nth = -Math.floor(times / 10); nth < 0; nth += 1) once(nth);
  const start = process.cpuUsage();
  for (let nth = 0; nth < times; nth += 1) once(nth);
  return spentMicros(start) / times;
}

async function wholeCall(): Promise<number> {
  const nothing = unary('nothing', async () => ({}));
  const methods = Object.keys(InventoryServiceService).map((method) => [method, nothing]);
  const query = unary('query', async () => ({ cells: [], nextToken: '' }));
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port: 0,
    services: [[InventoryServiceService, { ...Object.fromEntries(methods), query }]],
  });
  await server.component.start();
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${server.port()}`,
    name: 'bench',
    defaultDeadlineMs: 30_000,
  });
  const ask = { sellerId: '21230', goodsIds: ['g'], places: [], pageToken: '' };
  const some = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => client.call('query', ask)));
    }
  };
  await some(calls / 10);
  const start = process.cpuUsage();
  await some(calls);
  const micros = spentMicros(start) / calls;
  client.close();
  await server.component.stop();
  return micros;
}

const sent = new Metadata();
sent.set(IDENTITY_KEY, identity.tokenFor(CONTRACT, Date.now()));
// An hour apart: each is signed, and checked, for the first time.
const startMs = Date.now();
const fresh = new Map<number, string>();
const table = {
  caller: cost(rounds, () => {
    new Metadata().set(IDENTITY_KEY, identity.tokenFor(CONTRACT, Date.now()));
  }),
  server: cost(rounds, () => {
    if (!('caller' in admit(serviceIdentity(), sent, PATH)))
      throw new Error('the token was refused');
  }),
  made: cost(FRESH, (nth) => {
    fresh.set(nth, identity.tokenFor(CONTRACT, startMs + (nth + FRESH) * HOUR_MS));
  }),
  checked: cost(FRESH, (nth) => {
    const nowMs = startMs + (nth + FRESH) * HOUR_MS;
    const caller = identity.callerOf(fresh.get(nth) ?? '', CONTRACT, nowMs);
    if (caller === null) throw new Error('the token was refused');
  }),
  call: await wholeCall(),
};
const micros = (value: number): string => `${value.toFixed(2)} us`;
process.stdout.write(
  `at the caller, per call   ${micros(table.caller)}
at the server, per call   ${micros(table.server)}
a token made              ${micros(table.made)}
a token checked           ${micros(table.checked)}
a whole call, both ends   ${micros(table.call)}
a token                   ${identity.tokenFor(CONTRACT, Date.now()).length} bytes
${JSON.stringify(table)}
`,
);
