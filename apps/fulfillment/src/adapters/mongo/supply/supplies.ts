import type { Clock, OrderRef, Place } from '@astrolabe/kernel';
import { mapOk, orderKey, placeKey } from '@astrolabe/kernel';
import {
  OLDEST_FIRST,
  createJournalStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Supplies } from '../../../application/supply/ports.ts';
import type { SupplyEvent } from '../../../domain/supply/events.ts';
import { withHistory } from '../../../domain/supply/history.ts';
import { isForWarehouse } from '../../../domain/supply/supply.ts';
import type { Supply } from '../../../domain/supply/supply.ts';

const COLLECTION = 'supplies';

export type SupplyStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly encode: (order: OrderRef, event: SupplyEvent) => Omit<NewEvent, 'time'>;
};

/** Beside the state: the places that have something to do for it, and '' for all of them. */
type Stored = Supply & { readonly listed: readonly string[] };
/** As it may be in the database: orders of before have no history. */
type Kept = Omit<Stored, 'history'> & Partial<Pick<Stored, 'history'>>;

const INDEXES: Parameters<typeof ensureIndexes>[1] = [
  outboxIndexes(COLLECTION),
  {
    collection: COLLECTION,
    indexes: [
      dueIndex('state.dueAt', 'dueAt'),
      {
        key: { 'state.orderRef.sellerId': 1, 'state.listed': 1, createdAt: 1, _id: 1 },
        name: 'listed',
      },
    ],
  },
];

/** Orders that we supply, one document each, with the outbox of their events. */
export async function createSupplies(
  options: SupplyStoreOptions,
): Promise<Supplies & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, INDEXES);
  const store = await createJournalStore<Supply>({
    db,
    collection: COLLECTION,
    topic,
    source: 'fulfillment-supplies',
    wake,
    mapping: {
      encode: (state): Stored => ({ ...state, listed: listedOf(state) }),
      decode: (stored) => {
        const { history = [], ...supply } = stored as Kept;
        return { ...supply, history };
      },
    },
  });
  return {
    outbox: store.outbox,
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    change: async (order, from, decide) => {
      const stored = await store.transact(orderKey(order), from, (current) =>
        mapOk(decide(current), ({ supply, events, result }) => {
          const time = clock();
          return {
            state: withHistory(current, supply, time),
            events: events.map((event) => ({ ...encode(order, event), time })),
            result,
          };
        }),
      );
      return mapOk(stored, ({ result, applied }) => (applied ? (result ?? null) : null));
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
    list: async ({ sellerId, place }, { size, token }) => {
      const filter = { 'state.orderRef.sellerId': sellerId, 'state.listed': listKey(place) };
      const page = await pageByToken(store, filter, OLDEST_FIRST, size, token);
      return mapOk(page, ({ items, next }) => ({ items: items.map(({ state }) => state), next }));
    },
  };
}

const listKey = (place: Place | null): string => (place ? placeKey(place) : '');

const listedOf = (supply: Supply): readonly string[] =>
  isForWarehouse(supply)
    ? [...new Set(['', ...supply.lines.map(({ place }) => listKey(place))])]
    : [];
