import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { PlaceType, StockKind } from '@astrolabe/contracts/common';
import { InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { spawnService } from '@astrolabe/local-servers';
import { createTopics } from '@astrolabe/messaging';
import {
  eventually,
  identityEnv,
  servers,
  testDatabase,
  testTopicPrefix,
} from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tmallOrder } from '@astrolabe/kernel';
import { createStock } from '../src/adapters/grpc/stock.ts';
import type { StockCommand } from '../src/application/ports.ts';

/** A process of its own: apps do not import each other. */
const INVENTORY = resolve(import.meta.dirname, '../../inventory-service/src/main.ts');
const SELLER = '21230';
const STORES = 10_200;
const LINES = 200;

let client: GrpcClient<InventoryServiceClient>;
let stopAll: () => Promise<void>;
beforeAll(async () => {
  const { mongoUri, kafkaBrokers } = servers();
  const { name } = await testDatabase();
  const topicPrefix = testTopicPrefix();
  const brokers = kafkaBrokers.split(',');
  const topics = [TOPICS.inventoryEvents];
  await eventually(() => createTopics({ brokers, topicPrefix, topics, replicationFactor: 1 }));
  const logs = mkdtempSync(join(tmpdir(), 'astrolabe-router-'));
  const service = await spawnService({
    entry: INVENTORY,
    name: 'inventory-service',
    logFile: join(logs, 'inventory-service.log'),
    env: {
      ...identityEnv('inventory-service'),
      MONGODB_URI: mongoUri,
      MONGODB_DATABASE: name,
      KAFKA_BROKERS: kafkaBrokers,
      TOPIC_PREFIX: topicPrefix,
      GRPC_PORT: '0',
      HEALTH_PORT: '0',
    },
  });
  const address = `127.0.0.1:${service.ready.grpcPort}`;
  client = createGrpcClient(InventoryServiceClient, {
    address,
    name: 'test',
    defaultDeadlineMs: 10_000,
  });
  stopAll = async () => {
    client.close();
    await service.stop();
    rmSync(logs, { recursive: true, force: true });
  };
});
afterAll(() => stopAll());

const storeOf = (n: number) => ({ type: PlaceType.STORE, id: String(n + 1) });

test('free stock of goods that more stores have than one answer holds is read whole', async () => {
  for (const kind of [StockKind.SHARED, StockKind.CERTAIN]) {
    for (let from = 0; from < STORES; from += LINES) {
      const lines = Array.from({ length: LINES }, (_, line) => ({
        billNum: `${kind}-${from + line}`,
        place: storeOf(from + line),
        goodsId: 'g-1',
        kind,
        quantityMilli: kind === StockKind.SHARED ? 2_000n : 3_000n,
      }));
      const { outcome } = await client.call('execute', {
        command: {
          operationId: `initial-${kind}-${from}`,
          sellerId: SELLER,
          actor: 'test',
          messageId: '',
          verb: { $case: 'initialise', value: { billScope: 'test', lines } },
        },
      });
      expect(outcome?.status).toBe(OutcomeStatus.APPLIED);
    }
  }
  const free = await createStock(client).free(SELLER, ['g-1', 'unknown']);
  expect(free).toHaveLength(STORES);
  expect(new Set(free.map(({ place }) => place.id)).size).toBe(STORES);
  expect(free.every((of) => of.sharedMilli === 2_000n && of.certainMilli === 3_000n)).toBe(true);
});

/** The stock, and the methods that it has called. */
function counted() {
  const calls: string[] = [];
  const through = {
    ...client,
    call: (method: 'execute' | 'executeBatch', request: never) => {
      calls.push(method);
      return client.call(method, request);
    },
  } as GrpcClient<InventoryServiceClient>;
  return { stock: createStock(through), calls };
}

const reserve = (n: number, goodsId = 'g-1'): StockCommand => ({
  orderRef: tmallOrder(SELLER, `90${n}`),
  operationId: `together-${n}`,
  hold: 1,
  verb: {
    kind: 'reserve',
    buyerRef: '',
    policy: { kind: 'CERTAIN', ttlMs: 60_000n },
    lines: [{ subOrderId: '1', goodsId, quantityMilli: 1_000n }],
  },
});

test('commands that are asked for at once share a call, and each has its own outcome', async () => {
  const { stock, calls } = counted();
  const commands = [...Array.from({ length: 20 }, (_, n) => reserve(n)), reserve(99, 'unknown')];
  const outcomes = await Promise.all(commands.map((command) => stock.execute(command)));
  expect(calls).toEqual(['executeBatch']);
  expect(outcomes.slice(0, 20).every(({ kind }) => kind === 'done')).toBe(true);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'insufficient' });
});

test('one that the inventory cannot read spoils nothing for the others', async () => {
  const { stock } = counted();
  const bad = { ...reserve(30), operationId: '' };
  const outcomes = await Promise.all(
    [bad, reserve(31), reserve(32)].map((command) => stock.execute(command)),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(['refused', 'done', 'done']);
});
