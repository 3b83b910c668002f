import { hourOf, ok, orderKey } from '@astrolabe/kernel';
import { createJournalStore, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { FactStore } from '../../../application/figures/ports.ts';
import type { OrderFacts } from '../../../domain/figures/facts.ts';
import { noFacts, withFact } from '../../../domain/figures/facts.ts';
import { dayOf } from '../../../domain/figures/period.ts';
import { deliveredAt } from '../../../domain/waiting.ts';

const COLLECTION = 'order_figures';
const PAGE = 500;

/** The hour (`yyyy-MM-dd HH`, Asia/Shanghai) in which the last of an order was signed for. */
export const DELIVERED_HOUR = 'state.deliveredHour';

/** Beside the state: the day that the order belongs to, and the hour of its delivery. */
type Stored = OrderFacts & {
  readonly paidDay: string | null;
  readonly deliveredHour: string | null;
};

const INDEXES: Parameters<typeof ensureIndexes>[1] = [
  {
    collection: COLLECTION,
    indexes: [
      {
        key: {
          'state.orderRef.sellerId': 1,
          'state.paidDay': 1,
          'state.orderRef.number': 1,
          _id: 1,
        },
        name: 'paidDay',
      },
      // For the oldest day of any seller.
      { key: { 'state.paidDay': 1 }, name: 'day' },
      {
        key: {
          'state.orderRef.sellerId': 1,
          'state.orderRef.channel': 1,
          [DELIVERED_HOUR]: 1,
          _id: 1,
        },
        name: 'deliveredHour',
        partialFilterExpression: { [DELIVERED_HOUR]: { $gt: '' } },
      },
    ],
  },
];

/**
 * Facts of orders, one document per order. Adding needs no inbox: a fact that is told again changes
 * nothing. There is nothing to publish, so there is no relay either.
 */
export async function createFactStore(db: Db): Promise<FactStore> {
  await ensureIndexes(db, INDEXES);
  const store = await createJournalStore<OrderFacts>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'fulfillment-figures',
    wake: () => undefined,
    leisurely: true,
    mapping: {
      encode: (state): Stored => {
        const delivered = deliveredAt(state);
        return {
          ...state,
          paidDay: state.paidAt === null ? null : dayOf(state.paidAt),
          deliveredHour: delivered && hourOf(delivered),
        };
      },
      decode: (stored) => stored as Stored,
    },
  });
  const documents = db.collection<{ _id: string; state: Stored }>(COLLECTION);
  return {
    oldestBefore: async (day) => {
      await store.caughtUp();
      const [found] = await mongoSpan('find order_figures', {}, () =>
        documents
          .find({ 'state.paidDay': { $lt: day, $type: 'string' } })
          .sort({ 'state.paidDay': 1 })
          .limit(1)
          .toArray(),
      );
      return found?.state.paidDay
        ? { sellerId: found.state.orderRef.sellerId, day: found.state.paidDay }
        : null;
    },
    forget: async (sellerId, day) => {
      await store.remove({ 'state.orderRef.sellerId': sellerId, 'state.paidDay': day });
    },
    add: async (order, facts) => {
      const changed = await store.transact<Change, never>(orderKey(order), null, (current) => {
        const before = current ?? noFacts(order);
        const after = facts.reduce(withFact, before);
        return ok({ state: after, events: [], result: { before, after } });
      });
      if (!changed.ok || !changed.value.result) throw new TypeError('facts are always taken');
      return { ...changed.value.result, version: changed.value.version };
    },
    paidOn: async function* (sellerId, day) {
      const filter = { 'state.orderRef.sellerId': sellerId, 'state.paidDay': day };
      const sort = { field: 'state.orderRef.number', direction: 1 } as const;
      let after: string | undefined;
      do {
        const page = await store.page(filter, sort, PAGE, after);
        for (const { state } of page.items) yield state;
        after = page.next;
      } while (after !== undefined);
    },
  };
}

type Change = { readonly before: OrderFacts; readonly after: OrderFacts };
