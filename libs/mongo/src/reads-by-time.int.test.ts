import { testDatabase } from '@astrolabe/testing';
import fc from 'fast-check';
import type { Document, Filter } from 'mongodb';
import { beforeAll, expect, test } from 'vitest';
import { createReadsByTime } from './reads-by-time.ts';
import type { Position, TimeSort } from './reads-by-time.ts';
import { WINDOWS_MAX } from './time-windows.ts';

const ROWS = 'rows';
const NOW = new Date('2026-12-01T08:00:00Z');
const HOUR_MS = 3_600_000;
const RUNS = { numRuns: 60 };
/** From crowds within a second to years without a row, with many of the same moment. */
const AGES_MS = Array.from({ length: 180 }, (_, n) => Math.floor(1.17 ** (n - (n % 3))) * 1_000);

const database = await testDatabase();
const rows: readonly Document[] = AGES_MS.map((age, n) => ({
  _id: `row-${(n * 7) % 180}`,
  seller: 's',
  state: n % 4 === 0 ? 'OPEN' : 'DONE',
  marks: ['all', `m${n % 9}`],
  at: { made: new Date(NOW.getTime() - Math.min(age, 50_000 * HOUR_MS)) },
}));

beforeAll(async () => {
  const collection = database.db.collection(ROWS);
  await collection.createIndexes([
    { key: { seller: 1, 'at.made': -1, _id: -1 } },
    { key: { seller: 1, state: 1, 'at.made': -1, _id: -1 } },
    { key: { seller: 1, marks: 1, 'at.made': -1, _id: -1 } },
  ]);
  await collection.insertMany(rows.map((row) => ({ ...row })));
});

const madeOf = (row: Document): Date => (row['at'] as { made: Date }).made;
const idOf = ({ _id: id }: Document): string => String(id);

const FILTERS: readonly { filter: Filter<Document>; along?: readonly string[]; fits: Fits }[] = [
  { filter: {}, fits: () => true },
  { filter: { state: 'OPEN' }, fits: ({ state }) => state === 'OPEN' },
  {
    filter: { state: 'OPEN', marks: 'm3' },
    along: ['seller', 'state'],
    fits: ({ state, marks }) => state === 'OPEN' && has(marks, 'm3'),
  },
  {
    filter: { marks: 'all', $and: [{ marks: 'm5' }] },
    along: ['seller', 'marks'],
    fits: ({ marks }) => has(marks, 'm5'),
  },
  {
    filter: { marks: { $in: ['m1', 'm2'] } },
    fits: ({ marks }) => has(marks, 'm1') || has(marks, 'm2'),
  },
  {
    filter: { state: 'OPEN', marks: { $in: ['m1', 'm2'] } },
    along: [],
    fits: ({ state, marks }) => state === 'OPEN' && (has(marks, 'm1') || has(marks, 'm2')),
  },
  {
    filter: {
      'at.made': {
        $gte: new Date(NOW.getTime() - 400 * HOUR_MS),
        $lt: new Date(NOW.getTime() - HOUR_MS),
      },
    },
    fits: (row) => {
      const age = NOW.getTime() - madeOf(row).getTime();
      return age <= 400 * HOUR_MS && age > HOUR_MS;
    },
  },
  { filter: { 'at.made': NOW }, fits: (row) => madeOf(row).getTime() === NOW.getTime() },
  { filter: { state: 'GONE' }, fits: () => false },
];
type Fits = (row: Document) => boolean;
const has = (marks: unknown, mark: string): boolean => Array.isArray(marks) && marks.includes(mark);

/** What one query would answer. */
function expected(fits: Fits, direction: 1 | -1, after: Position | null): readonly string[] {
  const byTime = rows.filter(fits).toSorted((a, b) => {
    const difference = madeOf(a).getTime() - madeOf(b).getTime();
    return direction * (difference || (idOf(a) < idOf(b) ? -1 : 1));
  });
  const ids = byTime.map(idOf);
  return after ? ids.slice(ids.indexOf(after.id) + 1) : ids;
}

const question = fc.record({
  of: fc.constantFrom(...FILTERS),
  direction: fc.constantFrom<1 | -1>(1, -1),
  limit: fc.integer({ min: 1, max: 60 }),
  clockIsOff: fc.integer({ min: -20_000, max: 400 }),
  times: fc.integer({ min: 1, max: 3 }),
});

test('pages have all rows of one query, each once and in its order, whatever is known of them', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ({ of, direction, limit, clockIsOff, times }) => {
      const now = () => new Date(NOW.getTime() + clockIsOff * HOUR_MS);
      const reads = createReadsByTime(database.db, ROWS, now);
      const along = of.along && { along: of.along };
      const sort: TimeSort = { isTime: true, field: 'at.made', direction, ...along };
      const filter = { seller: 's', ...of.filter };
      for (let time = 0; time < times; time += 1) {
        let after: Position | null = null;
        const ids: string[] = [];
        for (;;) {
          const page: Document[] = await reads.rows({ filter, sort, limit, after, projection: {} });
          ids.push(...page.map(idOf));
          const last = page.at(-1);
          if (!last || page.length < limit) break;
          after = { time: madeOf(last), id: idOf(last) };
        }
        expect(ids).toEqual(expected(of.fits, direction, null));
      }
    }),
    RUNS,
  );
});

test('a count is that of all who fit, up to its limit', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ({ of, limit, clockIsOff, times }) => {
      const now = () => new Date(NOW.getTime() + clockIsOff * HOUR_MS);
      const reads = createReadsByTime(database.db, ROWS, now);
      const along = of.along && { along: of.along };
      for (let time = 0; time < times; time += 1) {
        const filter = { seller: 's', ...of.filter };
        const count = await reads.count({ filter, limit, field: 'at.made', ...along });
        expect(count).toBe(Math.min(limit, rows.filter(of.fits).length));
      }
    }),
    RUNS,
  );
});

test('a page is a few commands, and two when it was asked before', async () => {
  const counted = countingFinds();
  const reads = createReadsByTime(counted.db, ROWS, () => NOW);
  const sort: TimeSort = { isTime: true, field: 'at.made', direction: -1 };
  const ask = async (filter: Filter<Document>, limit: number, direction: 1 | -1 = -1) => {
    counted.finds = 0;
    const asked = { filter, sort: { ...sort, direction }, limit, after: null, projection: {} };
    await reads.rows(asked);
    return counted.finds;
  };
  expect(await ask({ seller: 's' }, 170)).toBeLessThanOrEqual(WINDOWS_MAX);
  expect(await ask({ seller: 's' }, 170)).toBe(1);
  expect(await ask({ seller: 'nobody' }, 5)).toBeLessThanOrEqual(WINDOWS_MAX);
  expect(await ask({ seller: 'nobody' }, 5)).toBe(1);
  expect(await ask({ seller: 's' }, 5, 1)).toBe(1);
  expect(await ask({ seller: 's' }, 5, 1)).toBeLessThanOrEqual(2);
});

test('a page of a few fields has its time, without which it would not be known where its rows were', async () => {
  const reads = createReadsByTime(database.db, ROWS, () => NOW);
  const sort: TimeSort = { isTime: true, field: 'at.made', direction: -1 };
  const ask = (projection: Document) =>
    reads.rows({ filter: { seller: 's' }, sort, limit: 1, after: null, projection });
  const [first] = rows.toSorted((a, b) => madeOf(b).getTime() - madeOf(a).getTime());
  const at = { made: first && madeOf(first) };
  expect(await ask({ seller: 1 })).toMatchObject([{ seller: 's', at }]);
  expect(await ask({ at: 1 })).toMatchObject([{ at }]);
  const [whole] = await ask({ marks: 0 });
  expect(Object.keys(whole ?? {}).toSorted()).toEqual(['_id', 'at', 'seller', 'state']);
});

test('what was first last time may be gone, and older rows may have come', async () => {
  const collection = database.db.collection('moving');
  const row = (id: string, hours: number): Document => ({
    _id: id,
    at: new Date(NOW.getTime() - hours * HOUR_MS),
  });
  await collection.insertMany(['a', 'b', 'c', 'd', 'e'].map((id, n) => row(id, 500 - 90 * n)));
  const reads = createReadsByTime(database.db, 'moving', () => NOW);
  const sort: TimeSort = { isTime: true, field: 'at', direction: 1 };
  const two = async () =>
    (await reads.rows({ filter: {}, sort, limit: 2, after: null, projection: {} })).map(idOf);
  expect(await two()).toEqual(['a', 'b']);
  await collection.deleteMany({ at: { $lte: new Date(NOW.getTime() - 400 * HOUR_MS) } });
  expect(await two()).toEqual(['c', 'd']);
  await collection.insertOne(row('z', 9_000));
  expect(await two()).toEqual(['z', 'c']);
});

/** The database, with its finds counted. */
function countingFinds() {
  const counted = {
    finds: 0,
    db: new Proxy(database.db, {
      get: (db, name) =>
        name === 'collection'
          ? (collection: string) => {
              counted.finds += 1;
              return db.collection(collection);
            }
          : Reflect.get(db, name, db),
    }),
  };
  return counted;
}
