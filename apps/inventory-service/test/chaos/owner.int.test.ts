import { InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import { eventually } from '@astrolabe/testing';
import { afterEach, expect, test } from 'vitest';
import { CERTAIN, WH, initialise, reserve } from '../commands.ts';
import { Orders, mustBeInJournal } from './orders.ts';
import type { Client } from './processes.ts';
import { arena } from './processes.ts';

const PLENTY = 1_000_000;
const CALLERS = 8;
const DEADLINE_MS = 10_000;

const stage = await arena();
const clients: Client[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** A caller that knows all replicas, as a service name resolves to them, and not which one owns what. */
const callerOf = (...ports: number[]): Client => {
  const client = createGrpcClient(InventoryServiceClient, {
    address: `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`,
    name: 'chaos',
    defaultDeadlineMs: DEADLINE_MS,
    repeatLost: true,
  });
  clients.push(client);
  return client;
};

/** Orders whose calls are made once each; a call that fails is noted and the next order begins. */
function ordersOnce(client: Client) {
  const failed: unknown[] = [];
  const noting: Pick<Client, 'call'> = {
    call: async (method, request, options) => {
      try {
        return await client.call(method, request, options);
      } catch (error) {
        failed.push(error);
        throw error;
      }
    },
  };
  return { failed, orders: new Orders('order', () => ({ ...client, ...noting })) };
}

test('a caller that knows only the stand-by is sent to the owner, and stays there', async () => {
  // While this lease runs the stand-by cannot take over: waiting there would use up the deadline.
  const lease = { LEASE_TTL_MS: '60000' };
  const owner = await stage.start('redirected', lease);
  const standBy = await stage.start('redirected', lease);
  const client = callerOf(standBy.port);
  const { outcome } = await client.call('execute', { command: initialise(WH, CERTAIN, 10) });
  expect(outcome?.status).toBe(OutcomeStatus.APPLIED);
  const held = await client.call('execute', { command: reserve(1, 'tid-1') });
  expect(held.outcome?.status).toBe(OutcomeStatus.APPLIED);
  // The refusal itself, as a caller that does not follow sees it.
  const refusal = await new Promise((resolve) => {
    const deadline = new Date(Date.now() + DEADLINE_MS);
    client.raw.execute({ command: reserve(1, 'tid-2') }, client.metadata(), { deadline }, resolve);
  });
  expect(refusal).toMatchObject({ code: 14, details: `served at 127.0.0.1:${owner.port}` });
}, 60_000);

test.each(['SIGTERM', 'SIGKILL'] as const)(
  '%s of the owner under load: every call of its callers is answered by the other replica',
  async (signal) => {
    const database = `owner_${signal.toLowerCase()}`;
    const { db } = await stage.connect(database);
    const owner = await stage.start(database);
    const standBy = await stage.start(database);
    const client = callerOf(owner.port, standBy.port);
    await client.call('execute', { command: initialise(WH, CERTAIN, PLENTY) });
    const { failed, orders } = ordersOnce(client);
    orders.start(CALLERS);
    await eventually(() => expect(orders.acknowledged.size).toBeGreaterThan(200));
    owner.kill(signal);
    await owner.exited;
    const before = orders.acknowledged.size;
    await eventually(() => expect(orders.acknowledged.size).toBeGreaterThan(before + 200), {
      timeoutMs: 30_000,
    });
    await orders.stop();
    expect(failed).toEqual([]);
    await mustBeInJournal(db, orders);
  },
  120_000,
);
