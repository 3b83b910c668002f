import type { Clock, OrderRef } from '@astrolabe/kernel';
import { DAY_MS, orderKey, parseShanghai, placeKey } from '@astrolabe/kernel';
import { createNewestRows, ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { AskStore } from '../../../application/figures/ports.ts';
import { sameAsk } from '../../../domain/figures/asks.ts';
import type { Ask } from '../../../domain/figures/asks.ts';
import { dayOf } from '../../../domain/figures/period.ts';
import type { AskGroup } from '../../../domain/figures/place-work.ts';

const COLLECTION = 'store_asks';
const KEPT_DAYS = 40;
/** A day that is over changes little, and costs as much to count as today. */
const FRESH_MS = { today: 2_000, over: 60_000 } as const;
/** While a newer count is read, who looks meanwhile is shown the last one. */
const STALE_MS = 8_000;
const REMEMBERED_MAX = 500;

type Row = Omit<Ask, 'place' | 'allocation'> & {
  readonly _id: string;
  readonly sellerId: string;
  readonly place: string;
  readonly version: bigint;
  readonly expireAt: Date;
};

type DayAsked = { readonly sellerId: string; readonly day: string };

const COUNTED = ['acceptedIn', 'refused', 'givenBack', 'inTime'] as const;

/** The index has all that is counted, so that no document is read for it. */
const KEY = { sellerId: 1, day: 1, place: 1, ...ones(COUNTED) } as const;

/** Rows of what was asked of places. They follow from the facts of an order, which are written first. */
export async function createAskStore(db: Db, clock: Clock): Promise<AskStore> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [{ key: KEY, name: 'sellerDay' }, expiryIndex('expireAt', 'expire')],
    },
  ]);
  const rows = db.collection<Row>(COLLECTION);
  const put = createNewestRows(rows);
  const count = ({ sellerId, day }: DayAsked): Promise<readonly AskGroup[]> =>
    mongoSpan(`aggregate ${COLLECTION}`, {}, async () => {
      const fields = Object.fromEntries(['place', ...COUNTED].map((name) => [name, `$${name}`]));
      const found = await rows
        .aggregate<{ _id: Omit<AskGroup, 'count'>; count: number }>(
          [{ $match: { sellerId, day } }, { $group: { _id: fields, count: { $sum: 1 } } }],
          { hint: 'sellerDay' },
        )
        .toArray();
      return found.map(({ _id, count }) => ({ ..._id, count }));
    });
  const counted = createBriefAnswers({
    keyOf: ({ sellerId, day }: DayAsked) => `${sellerId}/${day}`,
    freshMs: ({ day }) => (day === dayOf(clock()) ? FRESH_MS.today : FRESH_MS.over),
    staleMs: STALE_MS,
    most: REMEMBERED_MAX,
    read: count,
  });
  return {
    put: async (order, { before, after, version }) => {
      const known = new Map(before?.map((ask) => [rowId(order, ask), ask]));
      const changed = after
        .map((ask) => ({ row: rowOf(order, ask, version), ask }))
        .filter(({ row, ask }) => {
          const { _id: id } = row;
          const standing = known.get(id);
          return !standing || !sameAsk(standing, ask);
        });
      if (changed.length === 0) return;
      await mongoSpan(`put ${COLLECTION}`, {}, async () => {
        const puts = changed.map(({ row }) => {
          const { _id: id } = row;
          return put(row, before === null || known.has(id));
        });
        await Promise.all(puts);
      });
    },
    ofDay: (sellerId, day) => counted.of({ sellerId, day }),
  };
}

function ones<N extends string>(names: readonly N[]): Record<N, 1> {
  return Object.fromEntries(names.map((name) => [name, 1])) as Record<N, 1>;
}

const rowId = (order: OrderRef, { allocation, place }: Ask): string =>
  `${orderKey(order)}#${allocation} ${placeKey(place)}`;

function rowOf(order: OrderRef, asked: Ask, version: bigint): Row {
  const { allocation: _allocation, place, ...ask } = asked;
  const began = parseShanghai(`${ask.day} 00:00:00`);
  const from = began.ok ? began.value.getTime() : 0;
  return {
    _id: rowId(order, asked),
    sellerId: order.sellerId,
    place: placeKey(place),
    ...ask,
    version,
    expireAt: new Date(from + KEPT_DAYS * DAY_MS),
  };
}
