import { BSON } from 'mongodb';
import type { Collection, Filter } from 'mongodb';

import type { AggregateDocument } from './aggregate-document.ts';

/** A stored field, e.g. `updatedAt` or `state.status`, and the direction; ties break by id. */
export type PageSort = { readonly field: string; readonly direction: 1 | -1 };

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
 * One page by key set, not by skip: pages stay correct and equally fast while rows are added. Every
 * matching document must have the sort field.
 */
export async function readPage<S>(
  collection: Collection<AggregateDocument<unknown>>,
  decode: (stored: unknown) => S,
  filter: Filter<AggregateDocument<unknown>>,
  sort: PageSort,
  limit: number,
  after: string | undefined,
): Promise<Page<S>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new RangeError(`a page has 1 to ${LIMIT_MAX} rows, not ${limit}`);
  }
  const { field, direction } = sort;
  const range = after === undefined ? undefined : behind(after, sort);
  const found = await collection
    .find(range === undefined ? filter : { $and: [filter, range] }, {
      projection: { outbox: 0, inbox: 0 },
      sort: { [field]: direction, _id: direction },
      limit: limit + 1,
    })
    .toArray();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    items: rows.map(({ _id: id, state, version, createdAt, updatedAt }) => ({
      id,
      state: decode(state),
      version,
      createdAt,
      updatedAt,
    })),
    ...(found.length > limit && last !== undefined && { next: cursorOf(last, field) }),
  };
}

function cursorOf(doc: AggregateDocument<unknown>, field: string): string {
  const value = field
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], doc);
  const { _id: id } = doc;
  return Buffer.from(BSON.EJSON.stringify({ value, id }, { relaxed: false })).toString('base64url');
}

function behind(cursor: string, sort: PageSort): Filter<AggregateDocument<unknown>> {
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
