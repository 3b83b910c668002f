import type { Clock, Result } from '@astrolabe/kernel';
import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import type { AggregateStore, NewEvent, OutboxSource, StateMapping } from '@astrolabe/mongo';
import {
  NEWEST_FIRST,
  createAggregateStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  mongoSpan,
  nextValue,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { SaleQuery, Sales, Till } from '../../../application/till/ports.ts';
import { saleEvents } from '../../../domain/till/events.ts';
import type { SaleEvent } from '../../../domain/till/events.ts';
import { withHistory } from '../../../domain/till/history.ts';
import { SALE_STATES, isOver } from '../../../domain/till/sale.ts';
import type { AtPlatform, Sale } from '../../../domain/till/sale.ts';

const COLLECTION = 'till_sales';
/** Numbers of our own have 17 digits, as the channels' have, and begin where no counter comes to. */
const FIRST_TRADE_NO = 10_000_000_000_000_000n;

export type SaleStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** Payload of an event. */
  readonly encode: (event: SaleEvent) => Omit<NewEvent, 'time'>;
};

type Document = { _id: string; state: StoredSale };
type StoredSale = Omit<Sale, 'platform' | 'returns' | 'history'> & {
  readonly platform: StoredPlatform | null;
  /** Absent in sales of before goods could come back. */
  readonly returns?: Sale['returns'];
  /** Absent in sales of before it was kept. */
  readonly history?: Sale['history'];
};
type StoredPlatform = Omit<AtPlatform, 'request'> & { readonly request: Binary | null };

/** The request is bytes, which the driver gives back in a wrapper of its own. */
const mapping: StateMapping<Sale> = {
  encode: ({ platform, ...sale }): StoredSale => ({
    ...sale,
    platform: platform && {
      ...platform,
      request: platform.request && new Binary(Buffer.from(platform.request)),
    },
  }),
  decode: (stored): Sale => {
    const { platform, returns = [], history = [], ...sale } = stored as StoredSale;
    const request = platform?.request?.buffer ?? null;
    return { ...sale, returns, history, platform: platform && { ...platform, request } };
  },
};

/** The sales of tills, with the outbox that their relay reads. */
export async function createSales(
  options: SaleStoreOptions,
): Promise<Sales & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    { collection: COLLECTION, indexes: INDEXES },
  ]);
  const documents = db.collection<Document>(COLLECTION);
  const store = createAggregateStore<Sale>({
    db,
    collection: COLLECTION,
    topic,
    source: 'order-router-tills',
    wake,
    mapping,
  });
  return {
    outbox: store.outbox,
    load: async (name) => {
      const found = await store.load(orderKey(name));
      return found && { sale: found.state, version: found.version };
    },
    change: async (name, change) => {
      const stored = await store.transact<Sale, Refused<typeof change>>(
        orderKey(name),
        null,
        (before) =>
          mapOk(change(before), (changed) => {
            const time = clock();
            const sale = withHistory(before, changed, time);
            const events = saleEvents(before, sale).map(encode);
            return { state: sale, events: events.map((one) => ({ ...one, time })), result: sale };
          }),
      );
      if (!stored.ok) return stored;
      if (!stored.value.result) throw new TypeError('a change without origin is always applied');
      return ok(stored.value.result);
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
    openAt: (sellerId, till, limit) => openAt(db, sellerId, till, limit),
    blocked: async (sellerId, limit) => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        documents
          .find({ 'state.orderRef.sellerId': sellerId, 'state.state': 'BLOCKED' })
          .project<{ state: Pick<Sale, 'orderRef'> }>({ 'state.orderRef': 1 })
          .sort({ createdAt: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => state.orderRef);
    },
    list: (query) => list(store, query),
    nextTradeNo: async () => (FIRST_TRADE_NO + (await nextValue(db, 'till_trade'))).toString(),
  };
}

type Refused<C> = C extends (sale: Sale | null) => Result<Sale, infer E> ? E : never;

const INDEXES = [
  dueIndex('state.dueAt', 'dueAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.state': 1, createdAt: -1, _id: -1 },
    name: 'sellerState',
  },
  {
    key: {
      'state.orderRef.sellerId': 1,
      'state.place.id': 1,
      'state.basket.deviceNo': 1,
      'state.state': 1,
    },
    name: 'till',
  },
] as const;

const OPEN_STATES = SALE_STATES.filter((state) => !isOver({ state }));

async function openAt(
  db: Db,
  sellerId: string,
  { storeId, deviceNo }: Till,
  limit: number,
): Promise<readonly Sale[]> {
  const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
    db
      .collection<Document>(COLLECTION)
      .find({
        'state.orderRef.sellerId': sellerId,
        'state.place.id': storeId,
        'state.basket.deviceNo': deviceNo,
        'state.state': { $in: OPEN_STATES },
      })
      .sort({ createdAt: 1 })
      .limit(limit)
      .toArray(),
  );
  return found.map(({ state }) => mapping.decode(state));
}

async function list(
  store: AggregateStore<Sale>,
  { sellerId, state, limit, after }: SaleQuery,
): ReturnType<Sales['list']> {
  const filter = { 'state.orderRef.sellerId': sellerId, ...(state && { 'state.state': state }) };
  const page = await pageByToken(store, filter, NEWEST_FIRST, limit, after);
  return mapOk(page, ({ items, next }) => ({
    items: items.map((item) => ({ sale: item.state, version: item.version })),
    next,
  }));
}
