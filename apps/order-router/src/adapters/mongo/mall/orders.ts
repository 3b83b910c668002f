import type { Clock } from '@astrolabe/kernel';
import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import type { AggregateStore, NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  NEWEST_FIRST,
  createJournalStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { MallOrders, MallQuery } from '../../../application/mall/ports.ts';
import type { MallReceiver } from '../../../domain/mall/content.ts';
import { mallEvents } from '../../../domain/mall/events.ts';
import type { MallEvent } from '../../../domain/mall/events.ts';
import type { MallOrder } from '../../../domain/mall/order.ts';

const COLLECTION = 'mall_orders';

export type MallOrderStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** Payload of an event; `receiver` where it is known whom the goods go to. */
  readonly encode: (event: MallEvent, receiver: MallReceiver | null) => Omit<NewEvent, 'time'>;
};

/** The orders of malls, with the outbox that their relay reads. Queries may be a second behind. */
export async function createMallOrders(
  options: MallOrderStoreOptions,
): Promise<MallOrders & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    { collection: COLLECTION, indexes: INDEXES },
  ]);
  const store = await createJournalStore<MallOrder>({
    db,
    collection: COLLECTION,
    topic,
    source: 'order-router-mall',
    wake,
  });
  const decisionOf = (
    before: MallOrder | null,
    order: MallOrder,
    receiver: MallReceiver | null,
  ) => {
    const time = clock();
    const events = mallEvents(before, order).map((event) => ({ ...encode(event, receiver), time }));
    return { state: order, events, result: order };
  };
  return {
    outbox: store.outbox,
    load: async (name) => {
      const found = await store.load(orderKey(name));
      return found && { order: found.state, version: found.version };
    },
    change: async (name, change, receiver = null) => {
      const stored = await store.transact(orderKey(name), null, (before) =>
        mapOk(change(before), (order) => decisionOf(before, order, receiver)),
      );
      if (!stored.ok) return stored;
      const { result, version } = stored.value;
      if (!result) throw new TypeError('a change without origin is always applied');
      return ok({ order: result, version });
    },
    receive: async (name, origin, change) => {
      const stored = await store.transact(orderKey(name), origin, (before) =>
        mapOk(change(before), (order) => decisionOf(before, order, null)),
      );
      return mapOk(stored, () => null);
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
    list: (query) => list(store, query),
  };
}

const INDEXES = [
  dueIndex('state.dueAt', 'dueAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.state': 1, createdAt: -1, _id: -1 },
    name: 'sellerState',
  },
] as const;

async function list(
  store: AggregateStore<MallOrder>,
  { sellerId, state, limit, after }: MallQuery,
): ReturnType<MallOrders['list']> {
  const filter = { 'state.orderRef.sellerId': sellerId, ...(state && { 'state.state': state }) };
  const page = await pageByToken(store, filter, NEWEST_FIRST, limit, after);
  return mapOk(page, ({ items, next }) => ({
    items: items.map((item) => ({ order: item.state, version: item.version })),
    next,
  }));
}
