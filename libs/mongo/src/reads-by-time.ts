import { LRUCache } from 'lru-cache';
import { BSON } from 'mongodb';
import type { Db, Document, Filter } from 'mongodb';
import { countUpTo } from './count.ts';
import type { TimeRange, Window } from './time-windows.ts';
import { SMALLEST_MS, windowsOf, within } from './time-windows.ts';

/** A stored field, e.g. `createdAt` or `state.paidAt`, that is a time in every document that fits. */
export type TimeSort = {
  readonly isTime: true;
  readonly field: string;
  readonly direction: 1 | -1;
  /**
   * Fields whose values in the filter are the beginning of an index that has `field` next. When absent: all that the
   * filter has a single value for. When empty: the filter alone leaves few documents, which are read at once.
   */
  readonly along?: readonly string[];
  /** The values of `along` leave few documents: they are read at once. */
  readonly atOnce?: true;
};

/** A row that a page ended with: the time that it is sorted by, and its id. */
export type Position = { readonly time: Date; readonly id: string };

export type RowsAsked = {
  readonly filter: Filter<Document>;
  readonly sort: TimeSort;
  readonly limit: number;
  readonly after: Position | null;
  /** Of a few fields: the rows have the time as well. */
  readonly projection: Document;
};

/** Where the rows of a question were found when it was asked last. It saves reading, and decides nothing. */
type Known = { readonly anchor: Date | null; readonly size: number };

const FIRST_MS = 60_000;
const KNOWN_MAX = 1_000;
/** A window is a little larger than what was enough the last time. */
const SPARE = 1.25;

/**
 * First rows and bounded counts of a collection along a time, by windows that grow: a server that reads a range to its
 * end before it cuts it (findings/secantus-explain-counts-what-the-answer-shows.sh) reads no more than a
 * few times what it answers, and any other asks its index once or twice more (docs/adr/0102).
 */
export type ReadsByTime = {
  /** The same rows in the same order as of one query with `sort` and `limit`; ties break by id. */
  rows(asked: RowsAsked): Promise<Document[]>;
  /** How many documents fit, by an index of them; `limit` when there are so many or more. */
  count(
    asked: Pick<RowsAsked, 'filter' | 'limit'> & Pick<TimeSort, 'field' | 'along'>,
  ): Promise<number>;
};

export function createReadsByTime(
  db: Db,
  name: string,
  now: () => Date = () => new Date(),
): ReadsByTime {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX });
  return {
    rows: async (asked) => {
      const { sort, limit, after } = asked;
      const projection = withTime(asked.projection, sort.field);
      const key = keyOf('rows', asked);
      const start = startOf(asked, known.get(key), now());
      const order = { [sort.field]: sort.direction, _id: sort.direction };
      const found = new Map<unknown, Document>();
      for (const { filter } of partsOf(asked, start, now())) {
        const left = { projection, sort: order, limit: limit - found.size };
        for (const row of await db.collection(name).find(filter, left).toArray()) {
          const { _id: id } = row;
          // One whose time has changed meanwhile may come again.
          if (!found.has(id)) found.set(id, row);
        }
        if (found.size >= limit) break;
      }
      const rows = [...found.values()];
      if (!after) known.set(key, knownOf(rows, asked, start));
      return rows;
    },
    count: async ({ filter, field, along, limit }) => {
      const sort = { isTime: true, field, direction: -1, ...(along && { along }) } as const;
      const asked = { filter, sort, limit, after: null };
      const key = keyOf('count', asked);
      const start = startOf(asked, known.get(key), now());
      let count = 0;
      for (const part of partsOf(asked, start, now())) {
        count += await countUpTo(db, name, part.filter, limit - count);
        if (count < limit) continue;
        known.set(key, { anchor: null, size: part.size });
        return limit;
      }
      known.set(key, { anchor: null, size: Infinity });
      return count;
    },
  };
}

/** A projection of some fields, and the time among them: by it is known where rows were found. */
function withTime(projection: Document, field: string): Document {
  const names = Object.keys(projection);
  const isOfSome = names.some((name) => projection[name] === 1);
  const hasTime = names.some((name) => field === name || field.startsWith(`${name}.`));
  return isOfSome && !hasTime ? { ...projection, [field]: 1 } : projection;
}

type Asked = Omit<RowsAsked, 'projection'>;
type Part = { readonly filter: Filter<Document>; readonly size: number };

/** A question without its position: its later pages are as dense as the first. */
function keyOf(kind: string, { filter, sort, limit }: Asked): string {
  const asked = BSON.EJSON.stringify(filter, { relaxed: false });
  return `${kind} ${sort.field} ${sort.direction} ${limit} ${asked}`;
}

function startOf({ filter, sort, after }: Asked, known: Known | undefined, now: Date): Known {
  const size = known?.size ?? FIRST_MS;
  // Behind the first page there is more, whatever there was of it.
  if (after) return { anchor: after.time, size: Number.isFinite(size) ? size : FIRST_MS };
  const range = rangeOf(filter, sort.field);
  if (sort.direction === 1) return { anchor: known?.anchor ?? range.$gte ?? null, size };
  const upper = range.$lte ?? range.$lt ?? now;
  return { anchor: upper < now ? upper : now, size };
}

/** The filters of the windows. Without a time to begin at there is one. */
function* partsOf(asked: Asked, { anchor, size: first }: Known, now: Date): Generator<Part> {
  const { filter, sort, after } = asked;
  const { field, direction } = sort;
  if (sort.along?.length === 0 || !isRange(filter[field])) {
    yield { filter: after ? { $and: [filter, behind(sort, after)] } : filter, size: Infinity };
    return;
  }
  const { [field]: _own, ...rest } = filter;
  const range = { ...rangeOf(filter, field), ...from(direction, after) };
  const windows =
    anchor && !sort.atOnce ? windowsOf({ direction, anchor, first, now, range }) : [WHOLE];
  for (const window of windows) {
    const far = direction === 1 ? window.to : window.from;
    const time = within(range, window);
    const ranged = { ...lead(sort, rest), ...(Object.keys(time).length > 0 && { [field]: time }) };
    yield {
      filter: joined(ranged, rest, after && behind(sort, after)),
      size: far && anchor ? Math.abs(far.getTime() - anchor.getTime()) : Infinity,
    };
  }
}

const WHOLE: Window = { from: null, to: null };

/** What an index can be entered by, and the rest of the filter behind it. */
function joined(
  ranged: Filter<Document>,
  rest: Filter<Document>,
  position: Filter<Document> | null,
): Filter<Document> {
  const isMore = Object.keys(rest).some((name) => !(name in ranged));
  if (!isMore && !position) return ranged;
  return { $and: [ranged, ...(isMore ? [rest] : []), ...(position ? [position] : [])] };
}

function lead({ along }: TimeSort, filter: Filter<Document>): Filter<Document> {
  const isAlong = ([name, value]: [string, unknown]): boolean =>
    along ? along.includes(name) : !name.startsWith('$') && isOneValue(value);
  return Object.fromEntries(Object.entries(filter).filter(isAlong));
}

/** A value that is compared as it is; conditions such as `$gt` are objects. */
const isOneValue = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || value instanceof Date;

const RANGE: readonly string[] = ['$gt', '$gte', '$lt', '$lte'] satisfies (keyof TimeRange)[];

const isRange = (condition: unknown): condition is TimeRange | undefined =>
  condition === undefined ||
  (typeof condition === 'object' &&
    condition !== null &&
    !(condition instanceof Date) &&
    Object.keys(condition).every((name) => RANGE.includes(name)));

function rangeOf(filter: Filter<Document>, field: string): TimeRange {
  const own: unknown = filter[field];
  return (isRange(own) && own) || {};
}

/** The bound that a position is, for the rows before it are not even to be read. */
function from(direction: 1 | -1, after: Position | null): TimeRange {
  if (!after) return {};
  return direction === 1 ? { $gte: after.time } : { $lte: after.time };
}

function behind({ field, direction }: TimeSort, { time, id }: Position): Filter<Document> {
  const op = direction === 1 ? '$gt' : '$lt';
  return { $or: [{ [field]: { [op]: time } }, { [field]: time, _id: { [op]: id } }] };
}

function knownOf(
  rows: readonly Document[],
  { sort: { field, direction }, limit }: Asked,
  { anchor }: Known,
): Known {
  const [first, last] = [timeAt(rows[0], field), timeAt(rows.at(-1), field)];
  const begin = direction === 1 ? first : anchor;
  if (!last || !begin || rows.length < limit) {
    return { anchor: direction === 1 ? first : null, size: Infinity };
  }
  const size = Math.abs(last.getTime() - begin.getTime()) * SPARE;
  return { anchor: direction === 1 ? first : null, size: Math.max(size, SMALLEST_MS) };
}

function timeAt(row: Document | undefined, field: string): Date | null {
  const value = field
    .split('.')
    .reduce<unknown>((at, name) => (at as Document | undefined)?.[name], row);
  return value instanceof Date ? value : null;
}
