import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
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
import { MongoServerError } from 'mongodb';
import type { Db } from 'mongodb';
import type { Decided, Distributions } from '../../application/distribution/ports.ts';
import { withHistory } from '../../domain/distribution/history.ts';
import type { DispatchEvent, DistributionOrder } from '../../domain/distribution/order.ts';
import { dueAt } from '../../domain/distribution/order.ts';
import { createNumbers } from './distribution-numbers.ts';
import type { Numbers } from './distribution-numbers.ts';

const COLLECTION = 'distributions';

/** The state with the time at which it is due, for its index. */
type Stored = DistributionOrder & { readonly dueAt: Date | null };
/** As it may be in the database: orders of before have no history. */
type Kept = Omit<Stored, 'history'> & Partial<Pick<Stored, 'history'>>;

export type DistributionStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly encode: (order: DistributionOrder, event: DispatchEvent) => Omit<NewEvent, 'time'>;
};

/** The distribution orders of this service, with the outbox that its relay reads. */
export async function createDistributions(
  options: DistributionStoreOptions,
): Promise<Distributions & { readonly outbox: OutboxSource }> {
  const { db, topic, wake } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    { collection: COLLECTION, indexes: INDEXES },
  ]);
  const numbers = createNumbers(db);
  await claimThoseOfBefore(db, numbers);
  const store = await createJournalStore<DistributionOrder>({
    db,
    collection: COLLECTION,
    topic,
    // Orders and their dispatches count their events each for themselves.
    source: 'order-router.distribution',
    wake,
    mapping: {
      encode: (order): Stored => ({ ...order, dueAt: dueAt(order) }),
      decode: (stored) => {
        const { dueAt: _dueAt, history = [], ...order } = stored as Kept;
        return { ...order, history };
      },
    },
  });
  return {
    outbox: store.outbox,
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    change: changing(store, options),
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
    claimNumbers: (order, outOrderIds) => numbers.claim(order, outOrderIds),
    list: (query) => list(store, query),
  };
}

/** Changes an order and stores the events of the change with it. */
const changing =
  (
    store: AggregateStore<DistributionOrder>,
    { clock, encode }: Pick<DistributionStoreOptions, 'clock' | 'encode'>,
  ): Distributions['change'] =>
  async <R, E>(
    order: OrderRef,
    decide: (current: DistributionOrder | null) => Result<Decided<R>, E>,
  ): Promise<Result<R, E>> => {
    const stored = await store.transact<{ readonly of: R }, E>(orderKey(order), null, (current) => {
      const decided = decide(current);
      if (!decided.ok) return decided;
      const { result } = decided.value;
      const time = clock();
      const state = withHistory(current, decided.value.state, time);
      const events = decided.value.events.map((event) => ({ ...encode(state, event), time }));
      return ok({ state, events, result: { of: result } });
    });
    if (!stored.ok) return stored;
    if (!stored.value.result) throw new TypeError('a change without origin is always applied');
    return ok(stored.value.result.of);
  };

async function list(
  store: AggregateStore<DistributionOrder>,
  { sellerId, state, limit, after }: Parameters<Distributions['list']>[0],
): ReturnType<Distributions['list']> {
  const filter = {
    'state.orderRef.sellerId': sellerId,
    ...(state !== '' && { 'state.dispatches.state': state }),
  };
  const page = await pageByToken(store, filter, NEWEST_FIRST, limit, after);
  return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
}

const INDEXES = [
  dueIndex('state.dueAt', 'dueAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.dispatches.state': 1, createdAt: -1, _id: -1 },
    name: 'sellerState',
  },
] as const;

/** An index of before, when numbers were looked for among the orders. */
const NUMBERS_OF_BEFORE = 'sellerNumber';

/** A number is one order's at the suppliers, also that of an order from before they were taken one by one. */
async function claimThoseOfBefore(db: Db, numbers: Pick<Numbers, 'claimAll'>): Promise<void> {
  const documents = db.collection<{ _id: string; state: Stored }>(COLLECTION);
  if (!(await documents.indexExists(NUMBERS_OF_BEFORE))) return;
  const orders = documents
    .find({}, { projection: { 'state.orderRef': 1, 'state.dispatches.outOrderId': 1 } })
    .map(({ state: { orderRef: order, dispatches } }) => ({
      order,
      outOrderIds: dispatches.map(({ outOrderId }) => outOrderId),
    }));
  await numbers.claimAll(orders);
  // The last step: where it is missing, all of it is done again.
  await documents.dropIndex(NUMBERS_OF_BEFORE).catch((error: unknown) => {
    if (!isIndexGone(error)) throw error;
  });
}

/** Another process was faster. */
const isIndexGone = (error: unknown): boolean =>
  error instanceof MongoServerError && error.codeName === 'IndexNotFound';
