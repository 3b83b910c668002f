import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, ExecuteStreamResponse, Outcome } from '@astrolabe/contracts/inventory';
import { createGrpcClient, createPipeline } from '@astrolabe/grpc';
import { eventually } from '@astrolabe/testing';
import { afterEach, expect, test } from 'vitest';
import { partitionOf } from '../../src/domain/partition-of.ts';
import { cellsOf } from '../cells.ts';
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

test('a stand-by outlives a database that is away, and takes over warm', async () => {
  // The owner keeps its lease over the outage.
  const lease = { LEASE_TTL_MS: '60000' };
  const owner = await stage.start('outage', lease);
  const standBy = await stage.start('outage', lease);
  const client = callerOf(owner.port, standBy.port);
  await client.call('execute', { command: initialise(WH, CERTAIN, 10) });
  const log = (): string => readFileSync(stage.logFile('outage'), 'utf8');
  await stage.crashDatabase(() =>
    eventually(() => expect(log()).toContain('standing by is delayed'), { timeoutMs: 30_000 }),
  );
  const held = await client.call('execute', { command: reserve(1, 'tid-1') });
  expect(held.outcome?.status).toBe(OutcomeStatus.APPLIED);
  owner.kill('SIGTERM');
  await owner.exited;
  const after = await client.call('execute', { command: reserve(2, 'tid-2') });
  expect(after.outcome?.status).toBe(OutcomeStatus.APPLIED);
  expect(await cellsOf(client, [])).toMatchObject([{ heldMilli: 3_000n }]);
}, 120_000);

/** A seller of each of two partitions. */
const SELLERS = ['p0000', 'p0001'].map((partition) => {
  const numbers = Array.from({ length: 100 }, (_, at) => `${at}`);
  return numbers.find((seller) => partitionOf(seller, 2) === partition) ?? '';
});
const of = (sellerId: string, command: Command): Command => ({ ...command, sellerId });

/** Two replicas, the first the owner of one of two partitions, the second of the other. */
async function twoOwners(database: string) {
  const { db } = await stage.connect(database);
  const leases = db.collection<{ _id: string; owner: string; expiresAt: Date }>('leases');
  const nobody = { owner: 'nobody', address: '127.0.0.1:1', epoch: 1 };
  const later = new Date(Date.now() + 600_000);
  await leases.insertOne({ _id: 'p0001', expiresAt: later, ...nobody });
  const settings = { PARTITIONS: '2', LEASE_TTL_MS: '60000' };
  const first = await stage.start(database, settings);
  first.kill('SIGSTOP');
  await leases.updateOne({ _id: 'p0001' }, { $set: { expiresAt: new Date(0) } });
  const second = await stage.start(database, settings);
  await eventually(async () =>
    expect((await leases.findOne({ _id: 'p0001' }))?.owner).not.toBe('nobody'),
  );
  first.kill('SIGCONT');
  return { first, second };
}

test('a stream and a batch about sellers of two owners: what a replica does not own it passes on', async () => {
  const { first, second } = await twoOwners('apart');
  const client = callerOf(first.port);
  const { outcomes } = await client.call('executeBatch', {
    commands: SELLERS.map((seller) => of(seller, initialise(WH, CERTAIN, PLENTY))),
  });
  expect(outcomes.map(({ status, position }) => [status, position?.partition])).toEqual([
    [OutcomeStatus.APPLIED, 'p0000'],
    [OutcomeStatus.APPLIED, 'p0001'],
  ]);

  const stream = createPipeline(client.raw.executeStream(client.metadata()), {
    request: (commands: Command[]) => ({ commands }),
    answers: (response: ExecuteStreamResponse) => response.outcomes,
    itemsMax: 64,
  });
  const sent: Promise<Outcome>[] = [];
  const place = (order: number): void => {
    for (const seller of SELLERS) sent.push(stream.send(of(seller, reserve(1, `tmall:${order}`))));
  };
  // A message each, in bursts: at the beginning of one nothing is under way to the other owner.
  for (let order = 0; order < 100; order += 1) {
    place(order);
    await nextTurn();
    if (order % 20 === 19) await Promise.all(sent);
  }
  // The second one leaves in order while orders come: the first one takes its partition over.
  second.kill('SIGTERM');
  for (let order = 100; order < 300; order += 1) {
    place(order);
    if (order % 20 === 0) await sent.at(-1);
  }
  const answers = await Promise.all(sent);
  await stream.end();
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([OutcomeStatus.APPLIED]));
  for (const partition of ['p0000', 'p0001']) {
    const own = answers.filter(({ position }) => position?.partition === partition);
    const sequences = own.map(({ position }) => Number(position?.sequence));
    expect(sequences).toHaveLength(300);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  }
  for (const sellerId of SELLERS) {
    expect(await cellsOf(client, [], sellerId)).toMatchObject([{ heldMilli: 300_000n }]);
  }
}, 120_000);
