import { EVENTS } from '@astrolabe/contracts';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import { createMessaging } from '@astrolabe/messaging';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { eventually, servers } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import {
  CERTAIN,
  GOODS,
  S1342,
  SELLER,
  SHARED,
  SUB,
  TID,
  WH,
  accept,
  command,
  giveBack,
  initialise,
  milli,
  reserve,
  route,
  workedExample,
} from './commands.ts';
import { CHANGES, environment, overStream } from './service.ts';

const { db, start, topicPrefix } = await environment();
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
});

test('an operation id has one effect, also after a restart; other content is a conflict', async () => {
  const first = await start();
  for (const each of workedExample()) await first.execute(each);
  const send = () => first.execute(reserve(2, TID, 'pay-1'));
  const [once, ...others] = await Promise.all(Array.from({ length: 50 }, send));
  for (const outcome of [...others, await send()]) expect(outcome).toEqual(once);
  const other = await first.execute(reserve(3, TID, 'pay-1'));
  expect(other).toMatchObject({ status: OutcomeStatus.CONFLICT, reason: 'OPERATION_ID_REUSED' });
  await first.stop();

  const second = await start();
  expect(await second.execute(reserve(2, TID, 'pay-1'))).toEqual(once);
  expect((await second.execute(reserve(3, TID, 'pay-1'))).status).toBe(OutcomeStatus.CONFLICT);
  await second.execute(route(S1342, SHARED));
  await second.execute(accept());
  const verified = await second.upkeep.call('verify', { partition: '' });
  expect(verified).toMatchObject({ operations: 7n, differences: [] });
});

test('missing stock does not use an operation id up', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 1));
  expect((await service.execute(reserve(2, TID, 'pay'))).status).toBe(OutcomeStatus.INSUFFICIENT);
  await service.execute(initialise(S1342, CERTAIN, 5));
  expect((await service.execute(reserve(2, TID, 'pay'))).status).toBe(OutcomeStatus.APPLIED);
});

test('a batch and a stream answer in order, and never sell more than there is', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 1_500));
  const orders = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => reserve(1, `${name}:${n}`, `${name}:${n}`));
  const batches = ['a', 'b'].map((name) =>
    service.client.call('executeBatch', { commands: orders(name, 500) }),
  );
  const streamed = overStream(service, orders('c', 1_000));
  const answered = [
    ...(await Promise.all(batches)).map(({ outcomes }) => outcomes),
    await streamed,
  ];
  for (const [at, outcomes] of answered.entries()) {
    const name = 'abc'[at] ?? '';
    expect(outcomes.map(({ operationId }) => operationId)).toEqual(
      outcomes.map((_, n) => `${name}:${n}`),
    );
  }
  const sold = answered.flat().filter(({ status }) => status === OutcomeStatus.APPLIED);
  expect(sold).toHaveLength(1_500);
  const again = await service.client.call('executeBatch', { commands: orders('a', 500) });
  expect(again.outcomes).toEqual(answered[0]);
});

test('history adds up to the number shown, entry by entry with its cause', async () => {
  const service = await start();
  for (const each of workedExample()) await service.execute(each);
  await service.execute(reserve(2));
  await service.execute(route(S1342, SHARED));
  await service.execute(accept());
  const asked = { sellerId: SELLER, goodsId: GOODS, place: S1342, kind: SHARED };
  const all = await service.client.call('listHistory', { ...asked, page: undefined });
  expect(all.entries.map(({ verb }) => verb)).toEqual(['ACCEPT', 'ROUTE', 'INITIALISE']);
  expect(all.entries[0]).toMatchObject({ actor: 'test', cause: `${TID}/2004574256073904` });
  expect(all.entries.reduce((sum, entry) => sum + entry.quantityDeltaMilli, 0n)).toBe(milli(2));
  expect(all.entries.reduce((sum, entry) => sum + entry.heldDeltaMilli, 0n)).toBe(0n);
  const paged = [];
  for (let token = ''; ;) {
    const page = await service.client.call('listHistory', { ...asked, page: { size: 1, token } });
    paged.push(...page.entries);
    token = page.nextToken;
    if (!token) break;
  }
  expect(paged).toEqual(all.entries);

  // From the snapshot that the stopped service left, and what came after it.
  await service.stop();
  const next = await start();
  await next.execute(giveBack());
  const later = await next.client.call('listHistory', { ...asked, page: undefined });
  expect(later.entries.map(({ verb }) => verb)).toEqual([
    'GIVE_BACK',
    'ACCEPT',
    'ROUTE',
    'INITIALISE',
  ]);
  expect(later.entries.slice(1)).toEqual(all.entries);
});

test('a hold says since when, also after a restart, and goods that were passed on since the first hold', async () => {
  const service = await start();
  const before = Date.now() - 1_000;
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(reserve(1, 'since'));
  const since = async (from: typeof service, holdRef: string) =>
    (await from.client.call('getHold', { sellerId: SELLER, holdRef })).hold?.heldSinceMs ?? 0n;
  const made = await since(service, 'since');
  expect(Number(made)).toBeGreaterThanOrEqual(before);
  expect(made % 1_000n).toBe(0n);
  const lines = [{ lineId: SUB, newLineId: 'line', quantityMilli: 0n }];
  const passedOn = { holdRef: 'since', newHoldRef: 'later', lines };
  await service.execute(command({ $case: 'rebind', value: passedOn }));
  await service.stop();
  const next = await start();
  expect(await since(next, 'since')).toBe(made);
  expect(await since(next, 'later')).toBe(made);
});

test('open holds are listed page by page', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 10));
  for (const ref of ['a', 'b', 'c']) await service.execute(reserve(1, ref));
  await service.execute(accept('b'));
  const refs = [];
  for (let token = ''; ;) {
    const page = await service.client.call('listHolds', {
      sellerId: SELLER,
      goodsId: GOODS,
      page: { size: 2, token },
    });
    refs.push(...page.holds.map(({ holdRef }) => holdRef));
    token = page.nextToken;
    if (!token) break;
  }
  expect(refs).toEqual(['a', 'b', 'c']);
});

test('every change is published, in the order and with the state of the journal', async () => {
  const service = await start();
  const published = new Map<string, { sequence: bigint; cell: unknown }>();
  const messaging = createMessaging({
    brokers: servers().kafkaBrokers.split(','),
    clientId: 'test',
    topicPrefix,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    onFatal: () => {},
  });
  const consumer = messaging.consumer({
    group: 'test',
    topics: [CHANGES],
    handle: async (event) => {
      const { changes, cells } = EVENTS.stockRecorded.decode(event.payload);
      for (const { operationId } of changes) {
        published.set(operationId, { sequence: event.sequence, cell: cells[0] });
      }
      return { kind: 'done' };
    },
  });
  await consumer.start?.();
  await service.execute({ ...initialise(WH, CERTAIN, 10), operationId: 'published-1' });
  await service.execute(reserve(2, TID, 'published-2'));
  await eventually(() => {
    expect(published.get('published-1')?.cell).toMatchObject({ quantityMilli: milli(10) });
    expect(published.get('published-2')?.cell).toMatchObject({ heldMilli: milli(2), place: WH });
  });
  const [first = 0n, second = 0n] = ['1', '2'].map(
    (n) => published.get(`published-${n}`)?.sequence,
  );
  expect(second > first).toBe(true);
  await consumer.stop?.();
});

test('how far projections and events are behind is told for each record', async () => {
  const service = await start();
  const countsOf = async () => {
    const text = await metricsText();
    return ['projections', 'relay'].map((follower) => {
      const line = new RegExp(
        `^${METRIC.inventoryFollowerLag}_count\\{[^}]*follower="${follower}"[^}]*\\} (\\d+)$`,
        'm',
      );
      return Number(line.exec(text)?.[1] ?? 0);
    });
  };
  const before = await countsOf();
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(reserve(2, TID, 'measured'));
  await eventually(async () => {
    const after = await countsOf();
    for (const [at, count] of after.entries()) expect(count).toBeGreaterThan(before[at] ?? 0);
  });
});

test('a second process stands by and takes over; a takeover fences the first', async () => {
  // So long a lease is not renewed in between: the first process does not know that it is over.
  const first = await start({ LEASE_TTL_MS: '60000' });
  await first.execute(initialise(WH, CERTAIN, 10));
  await db
    .collection<{ _id: string }>('leases')
    .updateOne({ _id: 'p0000' }, { $set: { expiresAt: new Date(0) } });
  const second = await start({ LEASE_TTL_MS: '60000' });
  await eventually(async () => {
    expect((await second.execute(reserve(1, 'after'))).status).toBe(OutcomeStatus.APPLIED);
  });
  await expect(first.execute(reserve(1, 'stale'))).rejects.toMatchObject({ reason: 'NOT_OWNER' });
  await eventually(() => expect(first.fatal).not.toEqual([]));
});

test('a process that listens everywhere has to say where callers find it', async () => {
  await expect(start({ GRPC_HOST: '0.0.0.0' })).rejects.toThrow('ADVERTISED_ADDRESS is missing');
});
