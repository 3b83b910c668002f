import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import {
  NEWEST_FIRST,
  createJournalStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  mongoSpan,
  pageByToken,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Pushes } from '../../application/ports.ts';
import type { PushedOrder } from '../../domain/pushed-order.ts';

const COLLECTION = 'pushes';

/** The orders on their way, one document per order. This service tells nobody: there is no outbox. */
export async function createPushes(db: Db): Promise<Pushes> {
  await ensureIndexes(db, [{ collection: COLLECTION, indexes: INDEXES }]);
  const documents = db.collection<{ _id: string; state: PushedOrder }>(COLLECTION);
  const store = await createJournalStore<PushedOrder>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'order-push',
    wake: () => undefined,
    // Pages of this process see everything; sweeps look for what is to be done.
    leisurely: ({ nextAt }) => nextAt === null,
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
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.nextAt' }, now, limit),
    withProblem: async (sellerId, problem, limit) => {
      await store.caughtUp();
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
      const filter = {
        'state.orderRef.sellerId': sellerId,
        ...(problemsOnly && { 'state.problems.0': { $exists: true } }),
      };
      const page = await pageByToken(store, filter, NEWEST_FIRST, limit, after);
      return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
    },
  };
}

const INDEXES = [
  dueIndex('state.nextAt', 'nextAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  { key: { 'state.orderRef.sellerId': 1, 'state.problems': 1 }, name: 'problems' },
] as const;
