import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuUsage } from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '@astrolabe/kernel';
import { startKafka, startMongo } from '@astrolabe/local-servers';
import { connectMongo, createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import { createMessaging, createTopics } from '../src/index.ts';
import type { OutboxRelay } from '../src/index.ts';

/**
 * How long it takes from the end of a commit to the handler: `node libs/messaging/bench/...`.
 * First one event at a time, then as fast as commits go, then the cost of idling.
 */
const SINGLE = 500;
const BURST = 5_000;
const WRITERS = 32;
const IDLE_MS = 10_000;

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-'));
const [kafka, mongod] = await Promise.all([
  startKafka({ dataDir: join(folder, 'kafka') }),
  startMongo({ dataDir: join(folder, 'mongo') }),
]);
const topic = {
  name: 'bench',
  owner: 'bench',
  keyedBy: 'id',
  partitions: 6,
  retentionMs: 3_600_000,
  consumers: ['bench'],
};
await createTopics({
  brokers: [kafka.brokers],
  topicPrefix: '',
  topics: [topic],
  replicationFactor: 1,
});
const mongo = await connectMongo({ uri: mongod.uri, database: 'bench', appName: 'bench' });
await ensureIndexes(mongo.db, [outboxIndexes('orders')]);
const messaging = createMessaging({
  brokers: [kafka.brokers],
  clientId: 'bench',
  topicPrefix: '',
  logger,
  onFatal: (error) => {
    throw error;
  },
});
let relay: OutboxRelay | undefined;
const store = createAggregateStore<object>({
  db: mongo.db,
  collection: 'orders',
  topic: topic.name,
  source: 'bench',
  wake: (id) => relay?.wake(id),
});
relay = messaging.outboxRelay(store.outbox);
const arrivals = new Map<string, (at: number) => void>();
const consumer = messaging.consumer({
  group: 'bench',
  topics: [topic],
  handle: async ({ key }) => {
    arrivals.get(key)?.(performance.now());
    return { kind: 'done' };
  },
});
await relay.component.start();
await consumer.start();

/** Milliseconds from the commit to the handler. */
async function once(id: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  arrivals.set(id, resolve);
  await store.transact(id, null, () =>
    ok({
      state: {},
      events: [{ type: 'placed', payload: new Uint8Array(500), time: new Date() }],
      result: null,
    }),
  );
  const committedAt = performance.now();
  const arrivedAt = await promise;
  arrivals.delete(id);
  return arrivedAt - committedAt;
}

function report(name: string, samples: number[]): void {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  console.log(
    `${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
  );
}

for (let n = 0; n < 50; n += 1) await once(`warm-${n}`);
const single: number[] = [];
for (let n = 0; n < SINGLE; n += 1) single.push(await once(`single-${n}`));
report('commit to handler, one at a time', single);

const burst: number[] = [];
let next = 0;
const begun = performance.now();
await Promise.all(
  Array.from({ length: WRITERS }, async () => {
    while (next < BURST) {
      next += 1;
      burst.push(await once(`burst-${next}`));
    }
  }),
);
report(`commit to handler, ${WRITERS} writers that wait for their event`, burst);
console.log(`${Math.round((BURST / (performance.now() - begun)) * 1_000)} orders/s`);

const cpu = cpuUsage();
await delay(IDLE_MS);
const { user, system } = cpuUsage(cpu);
console.log(`idle: ${((user + system) / 10 / IDLE_MS).toFixed(2)} % of a core`);

await consumer.stop();
await relay.component.stop();
await mongo.component.stop();
await Promise.all([kafka.stop(), mongod.stop()]);
rmSync(folder, { recursive: true, force: true });
