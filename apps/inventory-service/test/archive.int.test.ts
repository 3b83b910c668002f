import type { Command } from '@astrolabe/contracts/inventory';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import { pagesOf } from '@astrolabe/grpc';
import { isDuplicateKey } from '@astrolabe/mongo';
import { eventually } from '@astrolabe/testing';
import { Binary } from 'mongodb';
import { expect, test } from 'vitest';
import { ARCHIVE_RUN } from '../src/application/journal/record.ts';
import { CERTAIN, GOODS, SELLER, WH, initialise, milli, release, reserve } from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

const { db, start } = await environment();
/** The archive has what nobody needs for going on: a snapshot every 100 operations lets it. */
const AT_ONCE = { SNAPSHOT_EVERY: '100', ARCHIVE_AFTER_MS: '0' };
const ORDERS = 60;

type Kept = { _id: string; a?: true; b?: Binary };
const journal = db.collection<Kept>('journal');
const runs = db.collection<Kept>('journal_archive');

/** One at a time, so that each operation has a record of its own: 1 + 2 for each order. */
async function trade(service: Running, from: number): Promise<Command> {
  const first = reserve(1, `tmall:${from}`, `reserve-${from}`);
  await service.execute(first);
  await service.execute(release(`tmall:${from}`));
  for (let order = from + 1; order < from + ORDERS; order += 1) {
    await service.execute(reserve(1, `tmall:${order}`));
    await service.execute(release(`tmall:${order}`));
  }
  return first;
}

async function wholeHistory(service: Running) {
  const asked = { sellerId: SELLER, goodsId: GOODS, place: WH, kind: CERTAIN };
  const pages = pagesOf((token) =>
    service.client.call('listHistory', { ...asked, page: { size: 50, token } }),
  );
  return (await Array.fromAsync(pages, ({ entries }) => entries)).flat();
}

const archived = () => journal.countDocuments({ a: true });
const verify = (service: Running) => service.upkeep.call('verify', { partition: '' });

let first: Command;

/** The first order again gets its first answer, from the record that was moved. */
async function answersFromTheArchive(service: Running): Promise<void> {
  const { status, position } = await service.execute(first);
  expect(status).toBe(OutcomeStatus.APPLIED);
  expect(position?.sequence).toBeLessThanOrEqual(BigInt(ARCHIVE_RUN));
}

test('old records move into the archive, and everything still counts them', async () => {
  const service = await start(AT_ONCE);
  await service.execute(initialise(WH, CERTAIN, 10));
  first = await trade(service, 0);
  // A run is kept before its records are emptied: between the two it counts as one more.
  await eventually(async () => {
    const emptied = await archived();
    expect(emptied).toBeGreaterThanOrEqual(ORDERS);
    expect(emptied % ARCHIVE_RUN).toBe(0);
    expect(await runs.countDocuments()).toBe(emptied / ARCHIVE_RUN);
  });
  const history = await wholeHistory(service);
  expect(history).toHaveLength(2 * ORDERS + 1);
  expect(history.at(-1)).toMatchObject({ verb: 'INITIALISE', quantityDeltaMilli: milli(10) });
  expect(history.at(-2)).toMatchObject({ verb: 'RESERVE', heldDeltaMilli: milli(1) });
  expect(history.reduce((sum, { heldDeltaMilli }) => sum + heldDeltaMilli, 0n)).toBe(0n);
  expect((await verify(service)).differences).toEqual([]);

  await answersFromTheArchive(service);
});

test('a successor without a snapshot starts from the archive; projections are made anew from it', async () => {
  await db.collection('snapshots').deleteMany({});
  const service = await start(AT_ONCE);
  expect(await wholeHistory(service)).toHaveLength(2 * ORDERS + 1);
  await answersFromTheArchive(service);
  const { partitions } = await service.upkeep.call('rebuild', {
    partition: '',
    projections: true,
    events: true,
  });
  expect(partitions).toMatchObject([{ done: true }]);
  expect((await verify(service)).differences).toEqual([]);
});

test('a key of the journal stays taken: who comes late is fenced off by it', async () => {
  const first = 'p0000:000000000001';
  expect(await journal.findOne({ _id: first })).toEqual({ _id: first, a: true });
  const late = journal.insertOne({ _id: first });
  await expect(late.catch(isDuplicateKey)).resolves.toBe(true);
});

test('young records stay where they are', async () => {
  const service = await start({ SNAPSHOT_EVERY: '100', ARCHIVE_AFTER_MS: '3600000' });
  const before = await archived();
  const snapshots = async () => {
    const [newest] = await db.collection('snapshots').find().sort({ sequence: -1 }).toArray();
    return newest?.['sequence'] ?? 0;
  };
  await trade(service, 1_000);
  await eventually(async () => expect(await snapshots()).toBeGreaterThan(before + ARCHIVE_RUN));
  expect(await archived()).toBe(before);
});

test('an altered run is named and refused', async () => {
  const service = await start(AT_ONCE);
  const first = { _id: `p0000:${String(ARCHIVE_RUN).padStart(12, '0')}` };
  const run = await runs.findOne(first);
  const bytes = Buffer.from(run?.b?.buffer ?? []);
  const middle = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await runs.updateOne(first, { $set: { b: new Binary(bytes) } });
  const [difference] = (await verify(service)).differences;
  expect(difference).toMatchObject({ what: 'JOURNAL', expected: 'intact' });
  expect(difference?.found).toMatch(/^p0000:0000000000(0\d|1[0-6]): its run in the archive/);
});
