import { BSON } from 'mongodb';
import type { Db, Document, Filter } from 'mongodb';

import type { AggregateDocument } from './aggregate-document.ts';
import { createReadsByTime } from './reads-by-time.ts';
import type { Position, ReadsByTime, TimeSort } from './reads-by-time.ts';

/** A stored field that every matching document has, and the direction; ties break by id. Times are read by windows. */
export type PageSort = (
  TimeSort | { readonly isTime?: false; readonly field: string; readonly direction: 1 | -1 }
) & {
  /** Fields of the state that are not read: whoever decodes it has to do without them. */
  readonly without?: readonly string[];
};

export type PageItem<S> = {
  readonly id: string;
  readonly state: S;
  readonly version: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** `next` is the cursor of the following page; absent on the last one. */
export type Page<S> = { readonly items: readonly PageItem<S>[]; readonly next?: string };

const LIMIT_MAX = 500;

/** Thrown for a cursor that this code did not write. */
export class InvalidPageCursor extends Error {
  override readonly name = 'InvalidPageCursor';
}

/**
 * Reads pages by key set, not by skip: they stay correct and equally fast while rows are added. Every
 * matching document must have the sort field.
 */
export function createPages<S>(
  db: Db,
  collection: string,
  decode: (stored: unknown) => S,
): (
  filter: Filter<AggregateDocument<unknown>>,
  sort: PageSort,
  limit: number,
  after: string | undefined,
) => Promise<Page<S>> {
  const byTime = createReadsByTime(db, collection);
  return async (filter, sort, limit, after) => {
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
      throw new RangeError(`a page has 1 to ${LIMIT_MAX} rows, not ${limit}`);
    }
    const asked = { filter: filter as Filter<Document>, limit: limit + 1, after };
    const found = sort.isTime
      ? await rowsByTime(byTime, sort, asked)
      : await rowsByKey(db, collection, sort, asked);
    const rows = found.slice(0, limit) as unknown as AggregateDocument<unknown>[];
    const last = rows.at(-1);
    return {
      items: rows.map(({ _id: id, state, version, createdAt, updatedAt }) => ({
        id,
        state: decode(state),
        version,
        createdAt,
        updatedAt,
      })),
      ...(found.length > limit && last !== undefined && { next: cursorOf(last, sort.field) }),
    };
  };
}

/** Whoever lists reads neither what is to be published nor what was heard. */
const projectionOf = ({ without = [] }: PageSort): Document => ({
  outbox: 0,
  inbox: 0,
  ...Object.fromEntries(without.map((field) => [`state.${field}`, 0])),
});

type Asked = {
  readonly filter: Filter<Document>;
  readonly limit: number;
  readonly after: string | undefined;
};

async function rowsByTime(
  byTime: ReadsByTime,
  sort: Extract<PageSort, TimeSort>,
  { filter, limit, after }: Asked,
): Promise<Document[]> {
  const position = after === undefined ? null : positionOf(after);
  return await byTime.rows({
    filter,
    sort,
    limit,
    after: position,
    projection: projectionOf(sort),
  });
}

async function rowsByKey(
  db: Db,
  collection: string,
  sort: PageSort,
  { filter, limit, after }: Asked,
): Promise<Document[]> {
  const { field, direction } = sort;
  return await db
    .collection(collection)
    .find(after === undefined ? filter : { $and: [filter, behind(after, sort)] }, {
      projection: projectionOf(sort),
      sort: { [field]: direction, _id: direction },
      limit,
    })
    .toArray();
}

function cursorOf(doc: AggregateDocument<unknown>, field: string): string {
  const value = field
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], doc);
  const { _id: id } = doc;
  return Buffer.from(BSON.EJSON.stringify({ value, id }, { relaxed: false })).toString('base64url');
}

function positionOf(cursor: string): Position {
  const { value, id } = parseCursor(cursor);
  if (!(value instanceof Date)) throw new InvalidPageCursor('the page cursor has no time');
  return { time: value, id };
}

function behind(cursor: string, sort: PageSort): Filter<Document> {
  const { value, id } = parseCursor(cursor);
  const op = sort.direction === 1 ? '$gt' : '$lt';
  return { $or: [{ [sort.field]: { [op]: value } }, { [sort.field]: value, _id: { [op]: id } }] };
}

function parseCursor(cursor: string): { value: unknown; id: string } {
  try {
    const parsed = BSON.EJSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'), {
      relaxed: false,
      useBigInt64: true,
    }) as { value?: unknown; id?: unknown };
    if (typeof parsed.id === 'string') return { value: parsed.value, id: parsed.id };
  } catch (error) {
    throw new InvalidPageCursor('the page cursor is not valid', { cause: error });
  }
  throw new InvalidPageCursor('the page cursor is not valid');
}
