import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  InventoryServiceClient,
  InventoryServiceService,
  OutcomeStatus,
} from '@astrolabe/contracts/inventory';
import type { ExecuteBatchRequest } from '@astrolabe/contracts/inventory';
import { expect, test } from 'vitest';
import { createGrpcClient, createGrpcServer, unary } from './index.ts';

const CALLS = 200;
/** Of each call, in the request and again in the response. */
const COMMANDS = 600;
/** What calls leave behind that say nothing: streams, timers, promises. */
const REST_BYTES = 9_000_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;
const used = (type: 'minor' | 'major'): number => {
  collect({ type });
  return process.memoryUsage().heapUsed;
};

test('what a call said is not kept with its stream, and the caller still has its request', async () => {
  const nothing = unary('nothing', async () => ({}));
  const executeBatch = unary('executeBatch', async ({ commands }: ExecuteBatchRequest) => ({
    outcomes: commands.map(({ operationId }) => ({
      operationId,
      status: OutcomeStatus.APPLIED,
      reason: '',
      lines: [],
      position: undefined,
    })),
  }));
  const methods = Object.keys(InventoryServiceService).map((method) => [method, nothing]);
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port: 0,
    services: [[InventoryServiceService, { ...Object.fromEntries(methods), executeBatch }]],
  });
  await server.component.start();
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${server.port()}`,
    name: 'test',
    defaultDeadlineMs: 10_000,
  });
  const call = async (name: string): Promise<void> => {
    const operationIds = Array.from({ length: COMMANDS }, (_, at) => `${name}:${at}`);
    const commands = operationIds.map((operationId) => ({
      operationId,
      sellerId: '1',
      actor: '',
      messageId: '',
      verb: undefined,
    }));
    const request = { commands };
    const { outcomes } = await client.call('executeBatch', request);
    expect(outcomes.at(-1)?.operationId).toBe(operationIds.at(-1));
    expect(request.commands).toBe(commands);
  };
  await call('first');
  const before = used('major');
  for (let nth = 0; nth < CALLS; nth += 1) await call(String(nth));
  expect(used('minor') - before).toBeLessThan(REST_BYTES);
  client.close();
  await server.component.stop();
});
