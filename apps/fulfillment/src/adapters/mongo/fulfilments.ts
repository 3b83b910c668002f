import type { Clock, OrderRef, Place } from '@astrolabe/kernel';
import { err, mapOk, ok, orderKey, placeKey } from '@astrolabe/kernel';
import {
  InvalidPageCursor,
  createAggregateStore,
  ensureIndexes,
  mongoSpan,
  outboxIndexes,
} from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { Fulfilments } from '../../application/ports.ts';
import type { FulfilmentEvent } from '../../domain/events.ts';
import { isCollected } from '../../domain/pickup.ts';
import { isListed } from '../../domain/fulfilment.ts';
import type { Fulfilment } from '../../domain/fulfilment.ts';

const COLLECTION = 'fulfilments';

export type FulfilmentOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly encode: (order: OrderRef, event: FulfilmentEvent) => Omit<NewEvent, 'time'>;
};

/** Beside the state: a text per open task's place, and per place and status, for the lists. */
type Stored = Fulfilment & { listed: string[] };

const INDEXES: Parameters<typeof ensureIndexes>[1] = [
  outboxIndexes(COLLECTION),
  {
    collection: COLLECTION,
    indexes: [
      { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
      { key: { 'state.orderRef.sellerId': 1, 'state.listed': 1, createdAt: -1 }, name: 'place' },
      { key: { 'state.notifyAt': 1 }, name: 'notifyAt' },
      {
        key: { 'state.orderRef.sellerId': 1, 'state.pickups.codeHash': 1 },
        name: 'pickup',
        partialFilterExpression: { 'state.pickups': { $exists: true } },
      },
    ],
  },
];

/** Fulfilments, one document per order, with the outbox of their events. */
export async function createFulfilments(
  options: FulfilmentOptions,
): Promise<Fulfilments & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, INDEXES);
  const documents = db.collection<{ _id: string; state: Stored }>(COLLECTION);
  const store = createAggregateStore<Fulfilment>({
    db,
    collection: COLLECTION,
    topic,
    source: 'fulfillment',
    wake,
    mapping: {
      encode: (state): Stored => ({ ...state, listed: listedOf(state) }),
      decode: (stored) => stored as Stored,
    },
  });
  return {
    outbox: store.outbox,
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    change: async (order, from, decide) => {
      const stored = await store.transact(orderKey(order), from, (current) =>
        mapOk(decide(current), ({ state, events, result }) => ({
          state,
          events: events.map((event) => ({ ...encode(order, event), time: clock() })),
          result,
        })),
      );
      return mapOk(stored, ({ result, applied }) => (applied ? (result ?? null) : null));
    },
    byPickup: (sellerId, codeHash) =>
      namesOf(
        documents,
        {
          'state.orderRef.sellerId': sellerId,
          'state.pickups.codeHash': codeHash,
          'state.pickups': { $exists: true },
        },
        2,
      ),
    due: (before, limit) => namesOf(documents, { 'state.notifyAt': { $lte: before } }, limit),
    list: async ({ sellerId, place, status }, { size, token }) => {
      const newest = { field: 'createdAt', direction: -1 } as const;
      const filter = {
        'state.orderRef.sellerId': sellerId,
        ...(place || status !== '' ? { 'state.listed': listKey(place, status) } : {}),
      };
      try {
        const page = await store.page(filter, newest, size, token || undefined);
        return ok({ items: page.items.map((item) => item.state), next: page.next ?? '' });
      } catch (error) {
        if (error instanceof InvalidPageCursor) return err('INVALID_PAGE_TOKEN');
        throw error;
      }
    },
  };
}

/** The orders that fit, the longest due first. */
async function namesOf(
  documents: Collection<{ _id: string; state: Stored }>,
  filter: Record<string, unknown>,
  limit: number,
): Promise<OrderRef[]> {
  const found = await mongoSpan('find fulfilments', {}, () =>
    documents
      .find(filter)
      .project<{ state: Pick<Fulfilment, 'orderRef'> }>({ 'state.orderRef': 1 })
      .sort({ 'state.notifyAt': 1 })
      .limit(limit)
      .toArray(),
  );
  return found.map(({ state }) => state.orderRef);
}

/** E.g. `STORE:1342`, `STORE:1342 OFFERED` or ` OFFERED`. */
const listKey = (place: Place | null, status: string): string =>
  `${place ? placeKey(place) : ''}${status === '' ? '' : ` ${status}`}`;

const listedOf = ({ tasks }: Fulfilment): string[] => [
  ...new Set(
    tasks.filter(isListed).flatMap((task) => {
      const { place } = task;
      const status = isCollected(task) ? null : task.status;
      return [
        ...(place ? [listKey(place, '')] : []),
        ...(status ? [listKey(place, status), listKey(null, status)] : []),
      ];
    }),
  ),
];
