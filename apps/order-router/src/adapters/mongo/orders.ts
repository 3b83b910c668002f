import type { Clock, OrderRef } from '@astrolabe/kernel';
import { err, ok, orderKey } from '@astrolabe/kernel';
import type { AggregateStore, NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  createJournalStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  outboxIndexes,
  pageInTurn,
} from '@astrolabe/mongo';
import type { Db, Document, Filter } from 'mongodb';
import type { OrderQuery, Orders } from '../../application/ports.ts';
import type { OrderRefusal } from '../../domain/commands.ts';
import type { Decided } from '../../domain/decide.ts';
import type { OrderEvent } from '../../domain/events.ts';
import type { OrderState } from '../../domain/order.ts';
import { ORDER_QUEUES } from '../../domain/standing.ts';
import { orderMapping } from './mapping.ts';
import { askedOf, waitIndex } from './order-filter.ts';

const COLLECTION = 'orders';

const DUE = 'state.headCall.nextAt';

export type OrderStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** Payload of a domain event. */
  readonly encode: (state: OrderState, event: OrderEvent) => Omit<NewEvent, 'time'>;
  /** Called after each write that changed the status. */
  readonly onTransition: (from: string, to: string) => void;
};

/** The order documents of this service, with the outbox that its relay reads. */
export async function createOrders(
  options: OrderStoreOptions,
): Promise<Orders & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    { collection: COLLECTION, indexes: INDEXES },
  ]);
  const store = await createJournalStore<OrderState>({
    db,
    collection: COLLECTION,
    topic,
    source: 'order-router',
    wake,
    mapping: orderMapping,
  });
  return {
    outbox: store.outbox,
    load: (ref) => store.load(orderKey(ref)),
    isAt: (ref, version) => store.isAt(orderKey(ref), version),
    change: async (ref, change) => {
      let before: OrderState | null = null;
      const stored = await store.transact<Decided, OrderRefusal | 'NOTHING'>(
        orderKey(ref),
        null,
        (state) => {
          before = state;
          const decided = change(state);
          if (!decided.ok) return decided;
          const next = decided.value.state;
          // Without a document and without a wish for one there is nothing to write.
          if (!next) return err('NOTHING');
          const time = clock();
          const events = decided.value.events.map((e) => ({ ...options.encode(next, e), time }));
          return ok({ state: next, events, result: decided.value });
        },
      );
      if (!stored.ok) {
        if (stored.error === 'NOTHING') return ok({ state: null, events: [], drive: false });
        return err(stored.error);
      }
      const { result } = stored.value;
      if (!result) throw new TypeError('a change without origin is always applied');
      notice(options, before, result.state);
      return ok(result);
    },
    due: (now, limit) => dueOrders(db, { collection: COLLECTION, dueAt: DUE }, now, limit),
    dueRetries: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.retryAt' }, now, limit),
    openAt: async (sellerId, storeId, limit) => {
      await store.caughtUp();
      const line = { 'place.type': 'STORE', 'place.id': storeId, decided: 'ALLOCATED' };
      const status = { 'state.orderRef.sellerId': sellerId, 'state.status': 'ALLOCATED' };
      const filter = { ...status, 'state.lines': { $elemMatch: line } };
      return await names(db, filter, { createdAt: 1 }, limit);
    },
    list: (query) => list(store, query, clock()),
  };
}

async function names(
  db: Db,
  filter: Filter<Document>,
  sort: Record<string, 1>,
  limit: number,
): Promise<readonly OrderRef[]> {
  const found = await db
    .collection(COLLECTION)
    .find(filter)
    .project<{ state: Pick<OrderState, 'orderRef'> }>({ 'state.orderRef': 1 })
    .sort(sort)
    .limit(limit)
    .toArray();
  return found.map(({ state }) => state.orderRef);
}

const INDEXES: Parameters<typeof ensureIndexes>[1][number]['indexes'] = [
  dueIndex(DUE, 'headCall'),
  dueIndex('state.retryAt', 'retryAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  // Few orders have a flag, and only they are in its index.
  {
    key: { 'state.orderRef.sellerId': 1, 'state.flags': 1, createdAt: -1, _id: -1 },
    name: 'sellerFlags',
    partialFilterExpression: { 'state.flags': { $gt: '' } },
  },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.status': 1, createdAt: -1, _id: -1 },
    name: 'sellerStatus',
  },
  { key: { 'state.orderRef.sellerId': 1, 'state.paidAt': -1, _id: -1 }, name: 'sellerPaid' },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.marks': 1, createdAt: -1, _id: -1 },
    name: 'sellerMarks',
  },
  ...ORDER_QUEUES.map(waitIndex),
];

function notice(
  options: OrderStoreOptions,
  before: OrderState | null,
  after: OrderState | null,
): void {
  const from = before?.status ?? 'NEW';
  if (after && after.status !== from) options.onTransition(from, after.status);
}

async function list(
  store: AggregateStore<OrderState>,
  query: OrderQuery,
  now: Date,
): ReturnType<Orders['list']> {
  const asked = askedOf(query, now);
  if (!asked) return ok({ items: [], next: '' });
  const without = query.isBrief ? [...UNLISTED, ...TOLD] : UNLISTED;
  return await pageInTurn(store, asked.parts, { ...asked.sort, without }, query.limit, query.after);
}

/** What no list shows of an order is most of its document. */
const UNLISTED = ['decisions', 'inbox', 'marks', 'passages', 'steps'] as const satisfies readonly (
  keyof OrderState | 'marks'
)[];
const TOLD = ['actions', 'timeline'] as const satisfies readonly (keyof OrderState)[];
