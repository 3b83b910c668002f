import { readFileSync } from 'node:fs';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import { eventually } from '@astrolabe/testing';
import { Binary } from 'mongodb';
import { expect, test } from 'vitest';
import { cellsOf } from '../cells.ts';
import { CERTAIN, WH, initialise, reserve } from '../commands.ts';
import { KILLS, PLENTY, figure, killDatabase } from './kills.ts';
import { Orders, mustBeInJournal, percentile } from './orders.ts';
import { arena, connector, differences } from './processes.ts';
import { lossyProxy, muteProxy } from './proxy.ts';

const CALLERS = 16;
/** A dead owner keeps its partitions for as long as the service's default says. */
const AS_DEPLOYED = { LEASE_TTL_MS: '2000' };
const REPLIES_PER_LOSS = 25;
/** After each the service connects anew and sends again. */
const LOSS_MAX_MS = 400;

const stage = await arena();
const connect = connector();

test('SIGKILL of the owner under load, with a stand-by: nothing acknowledged is lost, nothing is done twice', async () => {
  const { db } = await stage.connect('kill_owner');
  const start = () => stage.start('kill_owner', AS_DEPLOYED);
  let owner = await start();
  let standBy = await start();
  let client = connect(owner.port);
  await client.call('execute', { command: initialise(WH, CERTAIN, PLENTY) });
  const orders = new Orders('order', () => client);
  orders.start(CALLERS);
  const back: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = orders.acknowledged.size;
    await eventually(() => expect(orders.acknowledged.size).toBeGreaterThan(before + 100));
    owner.kill('SIGKILL');
    await owner.exited;
    const killedMs = performance.now();
    const acknowledged = orders.acknowledged.size;
    client = connect(standBy.port);
    await eventually(() => expect(orders.acknowledged.size).toBeGreaterThan(acknowledged), {
      timeoutMs: 30_000,
      intervalMs: 5,
    });
    back.push(performance.now() - killedMs);
    owner = standBy;
    standBy = await start();
  }
  await orders.stop();
  const operations = await mustBeInJournal(db, orders);
  figure('kill owner', {
    kills: KILLS,
    acknowledged: orders.acknowledged.size,
    operations,
    backMsP50: percentile(back, 0.5),
    backMsP95: percentile(back, 0.95),
  });
  expect(await differences(owner.adminPort)).toEqual([]);
}, 300_000);

test('SIGKILL of the database under load: the owner goes on, nothing acknowledged is lost', async () => {
  const { orders, db } = await killDatabase(stage, connect, KILLS);
  const operations = await mustBeInJournal(db, orders);
  const acknowledged = orders.acknowledged.size;
  figure('kill database', { kills: KILLS, acknowledged, operations });
}, 900_000);

test('replies of the database get lost: no order is done twice, none is refused wrongly', async () => {
  const { db } = await stage.connect('lost_replies');
  const proxy = await lossyProxy(Number(new URL(stage.uri).port), REPLIES_PER_LOSS);
  const service = await stage.start('lost_replies', {
    MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
  });
  const client = connect(service.port);
  const orders = new Orders('order', () => client);
  const filled = new Orders('fill', () => client);
  await filled.untilAnswered('fill', initialise(WH, CERTAIN, PLENTY));
  orders.start(CALLERS);
  const losses = KILLS * 10;
  await eventually(() => expect(proxy.lost()).toBeGreaterThan(losses), {
    timeoutMs: Math.max(60_000, losses * LOSS_MAX_MS),
  });
  await orders.stop();
  service.kill('SIGKILL');
  proxy.stop();
  const operations = await mustBeInJournal(db, orders);
  expect([...new Set(orders.acknowledged.values())]).toEqual([OutcomeStatus.APPLIED]);
  const acknowledged = orders.acknowledged.size;
  figure('lost replies', { lost: proxy.lost(), acknowledged, operations });
}, 600_000);

test('[X-A08] SIGKILL between the write of a hold and its reply: the retry finds it, there is one', async () => {
  const { db } = await stage.connect('unanswered');
  const proxy = await muteProxy(Number(new URL(stage.uri).port));
  const first = await stage.start('unanswered', {
    MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
  });
  await connect(first.port).call('execute', { command: initialise(WH, CERTAIN, 10) });
  const records = await db.collection('journal').countDocuments();
  proxy.mute();
  const command = reserve(4, 'order-1', 'pay-1');
  const unanswered = connect(first.port).call('execute', { command });
  await eventually(async () =>
    expect(await db.collection('journal').countDocuments()).toBe(records + 1),
  );
  first.kill('SIGKILL');
  await expect(unanswered).rejects.toThrow();
  proxy.stop();

  const second = await stage.start('unanswered');
  const client = connect(second.port);
  const { sellerId } = command;
  await eventually(async () => {
    const { outcome } = await client.call('execute', { command });
    expect(outcome).toMatchObject({ status: OutcomeStatus.APPLIED, operationId: 'pay-1' });
  });
  const { holds } = await client.call('listHolds', { sellerId, goodsId: '', page: undefined });
  expect(holds.map(({ holdRef }) => holdRef)).toEqual(['order-1']);
  expect(await cellsOf(client, [], sellerId)).toMatchObject([
    { quantityMilli: 10_000n, heldMilli: 4_000n },
  ]);
}, 120_000);

test('an owner that was stopped past its lease writes nothing more, and ends', async () => {
  const { db } = await stage.connect('stale_owner');
  const first = await stage.start('stale_owner');
  await connect(first.port).call('execute', { command: initialise(WH, CERTAIN, 10) });
  first.kill('SIGSTOP');
  const second = await stage.start('stale_owner');
  await eventually(
    async () => {
      const command = reserve(1, 'after', 'after');
      const { outcome } = await connect(second.port).call('execute', { command });
      expect(outcome?.status).toBe(1);
    },
    { timeoutMs: 20_000 },
  );
  const records = await db.collection('journal').countDocuments();
  first.kill('SIGCONT');
  const late = connect(first.port).call('execute', { command: reserve(1, 'stale', 'stale') });
  await expect(late).rejects.toThrow();
  expect((await first.exited).code).toBe(1);
  expect(await db.collection('journal').countDocuments()).toBe(records);
}, 120_000);

test('one altered byte in the journal is found, named and refused', async () => {
  const { db } = await stage.connect('altered');
  const service = await stage.start('altered');
  const client = connect(service.port);
  for (const ref of ['a', 'b', 'c']) {
    await client.call('execute', { command: initialise(WH, CERTAIN, 10, `bill-${ref}`) });
    await client.call('execute', { command: reserve(1, ref) });
  }
  service.kill('SIGKILL');
  await service.exited;
  const journal = db.collection<{ _id: string; b: Binary }>('journal');
  const key = 'p0000:000000000003';
  const record = await journal.findOne({ _id: key });
  const bytes = Buffer.from(record?.b.buffer ?? []);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await journal.updateOne({ _id: key }, { $set: { b: new Binary(bytes) } });
  const again = await stage.start('altered').catch((error: unknown) => error);
  if (!(again instanceof Error)) await (again as { exited: Promise<unknown> }).exited;
  const log = readFileSync(stage.logFile('altered'), 'utf8');
  expect(log).toContain(`${key}: hash differs`);
}, 120_000);
