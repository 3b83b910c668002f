import type { Due, OrderRef } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import { mongoSpan } from './spans.ts';

/** A null is no date: what is not to be done has none and is in no such index. */
const SOME_TIME = new Date(0);

/** The index of a field that says when something is due; what is not to be done is not in it. */
export const dueIndex = (field: string, name: string) => ({
  key: { [field]: 1 },
  name,
  partialFilterExpression: { [field]: { $gt: SOME_TIME } },
});

/**
 * Orders of a collection whose field `dueAt` (e.g. `state.dueAt`, indexed) is not after `now`, the longest
 * due first; `limit` at most. The documents name their order in `state.orderRef`.
 */
export async function dueOrders(
  db: Db,
  { collection, dueAt }: { readonly collection: string; readonly dueAt: string },
  now: Date,
  limit: number,
): Promise<Due<OrderRef>> {
  const found = await mongoSpan(`find ${collection}`, {}, () =>
    db
      .collection(collection)
      .find({ [dueAt]: { $gt: SOME_TIME, $lte: now } })
      .project<{ state: { orderRef: OrderRef } }>({ 'state.orderRef': 1, [dueAt]: 1 })
      .sort({ [dueAt]: 1 })
      .limit(limit)
      .toArray(),
  );
  const oldestAt = dueAt.split('.').reduce<unknown>(fieldOf, found[0]);
  return {
    names: found.map(({ state }) => state.orderRef),
    oldestAt: oldestAt instanceof Date ? oldestAt : null,
  };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
