import type { Clock, OrderRef, Place } from '@astrolabe/kernel';
import { mapOk, orderKey, placeKey } from '@astrolabe/kernel';
import {
  NEWEST_FIRST,
  OLDEST_FIRST,
  createJournalStore,
  dueOrders,
  ensureIndexes,
  mongoSpan,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { Fulfilments } from '../../application/ports.ts';
import type { FulfilmentEvent } from '../../domain/events.ts';
import { isCollected } from '../../domain/pickup.ts';
import { isListed } from '../../domain/fulfilment.ts';
import type { Fulfilment } from '../../domain/fulfilment.ts';
import type { Offer } from '../../domain/waiting.ts';
import { offersOf, refundHours, refundSince } from '../../domain/waiting.ts';

export const FULFILMENTS = 'fulfilments';
export const LISTED = 'state.listed';
/** Since when a store owes its word about a refund; only orders with such a store are in its index. */
export const REFUND_SINCE = 'state.refundSince';
/** Since when an order has waited for a place to answer; only orders that wait are in its index. */
export const OFFERED_SINCE = 'state.offeredSince';

/** Texts among the lists' ones that are found by themselves. */
export const listText = {
  parcel: (mailNo: string): string => `mail ${mailNo}`,
  refund: (kind: 'CAME' | 'LEFT', hour: string): string => `refund ${kind} ${hour}`,
} as const;

export type FulfilmentOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly encode: (order: OrderRef, event: FulfilmentEvent) => Omit<NewEvent, 'time'>;
};

/**
 * Beside the state: a text per open task's place, and per place and status, for the lists; mail numbers and the hours of
 * refunds, to be found and counted by; since when a refund waits; and the places that have not answered.
 */
type Stored = Fulfilment & {
  listed: string[];
  refundSince: Date | null;
  offers: readonly Offer[];
  offeredSince: Date | null;
};

const INDEXES: Parameters<typeof ensureIndexes>[1] = [
  outboxIndexes(FULFILMENTS),
  {
    collection: FULFILMENTS,
    indexes: [
      { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
      { key: { 'state.orderRef.sellerId': 1, 'state.listed': 1, createdAt: -1 }, name: 'place' },
      { key: { 'state.notifyAt': 1 }, name: 'notifyAt' },
      {
        key: { 'state.orderRef.sellerId': 1, [REFUND_SINCE]: 1, _id: 1 },
        name: 'refundSince',
        partialFilterExpression: { [REFUND_SINCE]: { $gt: new Date(0) } },
      },
      {
        key: { 'state.orderRef.sellerId': 1, [OFFERED_SINCE]: 1, _id: 1 },
        name: 'offeredSince',
        partialFilterExpression: { [OFFERED_SINCE]: { $gt: new Date(0) } },
      },
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
  const documents = db.collection<{ _id: string; state: Stored }>(FULFILMENTS);
  const store = await createJournalStore<Fulfilment>({
    db,
    collection: FULFILMENTS,
    topic,
    source: 'fulfillment',
    wake,
    mapping: {
      encode: (state): Stored => ({
        ...state,
        listed: [...listedOf(state), ...foundBy(state)],
        refundSince: refundSince(state),
        ...offered(state),
      }),
      decode: (stored) => stored as Stored,
    },
  });
  return {
    outbox: store.outbox,
    load: async (order) => (await store.load(orderKey(order)))?.state ?? null,
    lastKnown: (order) => store.lastKnown(orderKey(order)),
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
    byPickup: async (sellerId, codeHash) => {
      await store.caughtUp();
      const filter = {
        'state.orderRef.sellerId': sellerId,
        'state.pickups.codeHash': codeHash,
        'state.pickups': { $exists: true },
      };
      return await namesOf(documents, filter, 2);
    },
    due: (now, limit) =>
      dueOrders(db, { collection: FULFILMENTS, dueAt: 'state.notifyAt' }, now, limit),
    count: async ({ sellerId, place, statuses }, most) => {
      await store.caughtUp();
      const filter = {
        'state.orderRef.sellerId': sellerId,
        'state.listed': { $in: statuses.map((status) => listKey(place, status)) },
      };
      return await mongoSpan('count fulfilments', {}, () =>
        documents.countDocuments(filter, { limit: most }),
      );
    },
    list: async ({ sellerId, place, status, oldestFirst }, { size, token }) => {
      const filter = {
        'state.orderRef.sellerId': sellerId,
        ...(place || status !== '' ? { 'state.listed': listKey(place, status) } : {}),
      };
      const sort = oldestFirst ? OLDEST_FIRST : NEWEST_FIRST;
      const page = await pageByToken(store, filter, sort, size, token);
      return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
    },
  };
}

function offered(state: Fulfilment): Pick<Stored, 'offers' | 'offeredSince'> {
  const offers = offersOf(state);
  const times = offers.map(({ since }) => since.getTime());
  return { offers, offeredSince: times.length === 0 ? null : new Date(Math.min(...times)) };
}

/** The orders that fit. */
async function namesOf(
  documents: Collection<{ _id: string; state: Stored }>,
  filter: Record<string, unknown>,
  limit: number,
): Promise<OrderRef[]> {
  const found = await mongoSpan('find fulfilments', {}, () =>
    documents
      .find(filter)
      .project<{ state: Pick<Fulfilment, 'orderRef'> }>({ 'state.orderRef': 1 })
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

function foundBy(fulfilment: Fulfilment): string[] {
  const { came, left } = refundHours(fulfilment);
  const mailNumbers = fulfilment.tasks.flatMap(({ logistics }) => logistics?.mailNo || []);
  return [
    ...[...new Set(mailNumbers)].map(listText.parcel),
    ...came.map((hour) => listText.refund('CAME', hour)),
    ...left.map((hour) => listText.refund('LEFT', hour)),
  ];
}
