import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import { expect, test } from 'vitest';
import { collectGarbage } from './test-garbage.ts';
import { serveBatches } from './test-server.ts';

const CALLS = 200;
/** Of each call, in the request and again in the response. */
const COMMANDS = 600;
/** What calls leave behind that say nothing: streams, timers, promises. */
const REST_BYTES = 9_000_000;

const used = (type: 'minor' | 'major'): number => {
  collectGarbage(type);
  return process.memoryUsage().heapUsed;
};

test('what a call said is not kept with its stream, and the caller still has its request', async () => {
  const { client, stop } = await serveBatches(async ({ commands }) => ({
    outcomes: commands.map(({ operationId }) => ({
      operationId,
      status: OutcomeStatus.APPLIED,
      reason: '',
      lines: [],
      position: undefined,
    })),
  }));
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
  await stop();
});
