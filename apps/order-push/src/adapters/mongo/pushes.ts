import { err, ok, orderKey } from '@astrolabe/kernel';
import {
  InvalidPageCursor,
  createAggregateStore,
  ensureIndexes,
  mongoSpan,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Pushes } from '../../application/ports.ts';
import type { PushedOrder } from '../../domain/pushed-order.ts';

const COLLECTION = 'pushes';

/** Orders that have something to do; the others are not in the index (a null is no date). */
const SOME_TIME = new Date(0);

/** The orders on their way, one document per order. This service tells nobody: there is no outbox. */
export async function createPushes(db: Db): Promise<Pushes> {
  await ensureIndexes(db, [{ collection: COLLECTION, indexes: INDEXES }]);
  const documents = db.collection<{ _id: string; state: PushedOrder }>(COLLECTION);
  const store = createAggregateStore<PushedOrder>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'order-push',
    wake: () => undefined,
  });
  const names = { 'state.orderRef': 1 } as const;
  return {
    load: async (name) => (await store.load(orderKey(name)))?.state ?? null,
    change: async (name, from, decide) => {
      const stored = await store.transact<PushedOrder, never>(orderKey(name), from, (push) => {
        const state = decide(push);
        return ok({ state, events: [], result: state });
      });
      return (stored.ok ? stored.value.result : null) ?? null;
    },
    due: async (before, limit) => {
      const found = await mongoSpan('find pushes', {}, () =>
        documents
          .find({ 'state.nextAt': { $gt: SOME_TIME, $lte: before } })
          .project<{ state: Pick<PushedOrder, 'orderRef'> }>(names)
          .sort({ 'state.nextAt': 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => state.orderRef);
    },
    withProblem: async (sellerId, problem, limit) => {
      const found = await mongoSpan('find pushes', {}, () =>
        documents
          .find({ 'state.orderRef.sellerId': sellerId, 'state.problems': problem })
          .project<{ state: Pick<PushedOrder, 'orderRef'> }>(names)
          .sort({ createdAt: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => state.orderRef);
    },
    list: async ({ sellerId, problemsOnly, limit, after }) => {
      const newest = { field: 'createdAt', direction: -1 } as const;
      const filter = {
        'state.orderRef.sellerId': sellerId,
        ...(problemsOnly && { 'state.problems.0': { $exists: true } }),
      };
      try {
        const page = await store.page(filter, newest, limit, after || undefined);
        return ok({ items: page.items.map((item) => item.state), next: page.next ?? '' });
      } catch (error) {
        if (error instanceof InvalidPageCursor) return err('INVALID_PAGE_TOKEN');
        throw error;
      }
    },
  };
}

const INDEXES = [
  {
    key: { 'state.nextAt': 1 },
    name: 'nextAt',
    partialFilterExpression: { 'state.nextAt': { $gt: SOME_TIME } },
  },
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  { key: { 'state.orderRef.sellerId': 1, 'state.problems': 1 }, name: 'problems' },
] as const;
