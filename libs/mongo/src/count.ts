import type { Db, Document, Filter } from 'mongodb';
import { mongoSpan } from './spans.ts';

/**
 * How many documents of a collection fit, counted to `limit` at the most (0: all). It is the command `count`,
 * which an index alone answers; the aggregation behind `countDocuments` would read every document.
 */
export async function countUpTo(
  db: Db,
  collection: string,
  query: Filter<Document>,
  limit = 0,
): Promise<number> {
  const { n } = await mongoSpan(`count ${collection}`, {}, () =>
    db.command({ count: collection, query, ...(limit > 0 && { limit }) }),
  );
  return Number(n);
}
