import { EVENTS } from '@astrolabe/contracts';
import { BillType, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { RepairItem } from '@astrolabe/contracts/inventory';
import { createMessaging } from '@astrolabe/messaging';
import { eventually, servers } from '@astrolabe/testing';
import { Binary } from 'mongodb';
import { beforeEach, expect, test } from 'vitest';
import { cellsOf, inPieces } from './cells.ts';
import {
  CERTAIN,
  GOODS,
  S1342,
  SELLER,
  SHARED,
  SUB,
  WH,
  accept,
  adjust,
  initialise,
  milli,
  reserve,
  route,
  workedExample,
} from './commands.ts';
import { CHANGES, environment } from './service.ts';
import type { Running } from './service.ts';

const { db, start, topicPrefix } = await environment();
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
});

type Asked = { holdRefs?: string[]; shortCells?: boolean; projections?: boolean; apply?: boolean };

async function repair(service: Running, repairId: string, asked: Asked): Promise<RepairItem[]> {
  const { items } = await service.upkeep.call('repair', {
    sellerId: SELLER,
    repairId,
    actor: 'operator-7',
    reason: 'order closed',
    holdRefs: [],
    shortCells: false,
    projections: false,
    apply: false,
    ...asked,
  });
  return items;
}

async function cell(service: Running, at = WH): Promise<string> {
  return (await cellsOf(service.client, [at])).map(inPieces).join(' ');
}

const history = async (service: Running, place = WH, kind = CERTAIN) =>
  (
    await service.client.call('listHistory', {
      sellerId: SELLER,
      goodsId: GOODS,
      place,
      kind,
      page: undefined,
    })
  ).entries;

const wellAgain = async (service: Running) =>
  expect((await service.upkeep.call('verify', { partition: '' })).differences).toEqual([]);

test('a hold that nobody needs: told first, then released by an entry that names the operator', async () => {
  const service = await start();
  for (const each of workedExample()) await service.execute(each);
  await service.execute(reserve(2, 'tmall:gone'));
  await service.execute(reserve(1, 'tmall:kept'));
  const holdRefs = ['tmall:gone', 'tmall:never'];

  const planned = await repair(service, 'r1', { holdRefs });
  expect(planned).toMatchObject([
    {
      what: 'HOLD',
      key: 'tmall:gone',
      before: `${SUB} HELD 2000`,
      after: 'RELEASED',
      outcome: 'PLANNED',
    },
    { what: 'HOLD', key: 'tmall:never', before: 'unknown', outcome: 'NOTHING_TO_DO' },
  ]);
  expect(await cell(service)).toBe('10/3');

  const applied = await repair(service, 'r1', { holdRefs, apply: true });
  expect(applied.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'NOTHING_TO_DO']);
  expect(await cell(service)).toBe('10/1');
  const [entry] = await history(service);
  expect(entry).toMatchObject({
    verb: 'REPAIR_HOLD',
    actor: 'operator-7',
    messageId: 'repair:r1',
    cause: `tmall:gone/${SUB}`,
    heldDeltaMilli: -milli(2),
  });
  const again = await repair(service, 'r1', { holdRefs, apply: true });
  expect(again.map(({ outcome }) => outcome)).toEqual(['NOTHING_TO_DO', 'NOTHING_TO_DO']);
  expect(await cell(service)).toBe('10/1');
  await wellAgain(service);
});

test('what was sold of a hold stays sold', async () => {
  const service = await start();
  for (const each of workedExample()) await service.execute(each);
  await service.execute(reserve(2, 'tmall:sold'));
  await service.execute(accept('tmall:sold'));
  const [item] = await repair(service, 'r', { holdRefs: ['tmall:sold'], apply: true });
  expect(item?.outcome).toBe('NOTHING_TO_DO');
  expect(await cell(service)).toBe('8/0');
});

test('a short cell is set to what it promises, by an entry', async () => {
  const service = await start();
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(reserve(6, 'tmall:a'));
  await service.execute(adjust(WH, CERTAIN, BillType.BALANCE, -7));
  expect(await cell(service)).toBe('3/6');
  const wanted = { what: 'CELL', before: '3000/6000', after: '6000/6000' };
  expect(await repair(service, 'r1', { shortCells: true })).toMatchObject([
    { ...wanted, outcome: 'PLANNED' },
  ]);
  expect(await cell(service)).toBe('3/6');
  expect(await repair(service, 'r1', { shortCells: true, apply: true })).toMatchObject([
    { ...wanted, outcome: 'APPLIED' },
  ]);
  expect(await cell(service)).toBe('6/6');
  expect(await repair(service, 'r2', { shortCells: true, apply: true })).toEqual([]);
  expect((await history(service))[0]).toMatchObject({
    verb: 'REPAIR_CELL',
    cause: 'repair',
    actor: 'operator-7',
    quantityDeltaMilli: milli(3),
  });
  // The order that was short of stock can be accepted now.
  expect((await service.execute(accept('tmall:a'))).status).toBe(OutcomeStatus.APPLIED);
  await wellAgain(service);
});

test('a projection that was altered is found, told and written anew', async () => {
  const service = await start();
  for (const each of workedExample()) await service.execute(each);
  await service.execute(reserve(2));
  await wellAgain(service);
  const stock = db.collection<{ sequence: number; names: string; values: Binary }>('stock');
  const page = await stock.findOne({});
  const names = JSON.parse(page?.names ?? '[]') as string[][];
  const values = new Float64Array(Uint8Array.from(page?.values.buffer ?? []).buffer);
  // Four of each, the quantity first; the first cell is taken out.
  const altered = values.map((value, at) => (at % 4 === 0 ? 99_000 : value)).slice(4);
  await stock.updateOne(
    { sequence: page?.sequence ?? 0 },
    {
      $set: {
        names: JSON.stringify(names.slice(1)),
        values: new Binary(new Uint8Array(altered.buffer)),
      },
    },
  );

  const planned = await repair(service, 'r', { projections: true });
  expect(planned).toHaveLength(4);
  const byKey = planned.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  expect(byKey.at(-1)).toMatchObject({
    what: 'PROJECTION',
    key: `${SELLER}|WAREHOUSE:WH-01|${GOODS}|CERTAIN`,
    before: 'absent',
    after: '10000/2000/0',
    outcome: 'PLANNED',
  });
  const applied = await repair(service, 'r', { projections: true, apply: true });
  expect(new Set(applied.map(({ outcome }) => outcome))).toEqual(new Set(['APPLIED']));
  await wellAgain(service);
  expect(await repair(service, 'r', { projections: true, apply: true })).toEqual([]);
});

test('a rebuild while orders come in ends where it would have been without', async () => {
  const service = await start();
  for (const each of workedExample()) await service.execute(each);
  await service.execute(adjust(WH, CERTAIN, BillType.BALANCE, 1_000));
  const orders = (name: string) =>
    service.client.call('executeBatch', {
      commands: Array.from({ length: 200 }, (_, n) => reserve(1, `${name}:${n}`)),
    });
  await orders('before');
  const rebuilding = service.upkeep.call('rebuild', {
    partition: '',
    projections: true,
    events: true,
  });
  await orders('during');
  const { partitions } = await rebuilding;
  expect(partitions).toMatchObject([{ partition: 'p0000', done: true }]);
  await orders('after');
  expect(await cell(service)).toBe('1010/600');
  await wellAgain(service);
});

test('events that are published anew are the same events', async () => {
  const service = await start();
  const published: { sequence: bigint; text: string }[] = [];
  const messaging = createMessaging({
    brokers: servers().kafkaBrokers.split(','),
    clientId: 'test',
    topicPrefix,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    onFatal: () => {},
  });
  const operations = ['again-1', 'again-2', 'again-3'];
  const consumer = messaging.consumer({
    group: 'test',
    topics: [CHANGES],
    handle: async (event) => {
      const recorded = EVENTS.stockRecorded.decode(event.payload);
      if (!recorded.changes.some(({ operationId }) => operations.includes(operationId))) {
        return { kind: 'done' };
      }
      const text = JSON.stringify(recorded, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
      published.push({ sequence: event.sequence, text });
      return { kind: 'done' };
    },
  });
  await consumer.start?.();
  await service.execute({ ...initialise(WH, CERTAIN, 10), operationId: 'again-1' });
  await service.execute({ ...initialise(S1342, SHARED, 4), operationId: 'again-2' });
  await service.execute({ ...reserve(2), operationId: 'again-3' });
  await service.execute(route(S1342, SHARED));
  await eventually(() => expect(published).toHaveLength(3));
  const first = [...published];
  await service.upkeep.call('rebuild', { partition: '', projections: false, events: true });
  await eventually(() => expect(published).toHaveLength(6));
  expect(published.slice(3)).toEqual(first);
  await consumer.stop?.();
});

test('a repair that does not say who or which is refused', async () => {
  const service = await start();
  await expect(repair(service, '', {})).rejects.toMatchObject({ reason: 'BAD_REPAIR_ID' });
});
