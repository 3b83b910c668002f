import type { Clock } from '@astrolabe/kernel';
import { err, lastFullHour, mapOk, ok, orderKey, parseOrderKey } from '@astrolabe/kernel';
import type { OrderRef, Result } from '@astrolabe/kernel';
import { NEWEST_FIRST, countUpTo, createReadsByTime, mongoSpan } from '@astrolabe/mongo';
import type { ReadsByTime } from '@astrolabe/mongo';
import { COUNTED_BRIEFLY, createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Overview, TaskQueueCount, WaitingOrder } from '../../application/ports.ts';
import type { TaskQueue } from '../../domain/waiting.ts';
import { TASK_QUEUES } from '../../domain/waiting.ts';
import { createDelivered } from './figures/delivered.ts';
import { FULFILMENTS, LISTED, REFUND_SINCE, listText } from './fulfilments.ts';
import { SHIPPINGS, UNKNOWN_SINCE } from './shippings.ts';

const SELLER = 'state.orderRef.sellerId';
const COUNT_MAX = 1_000;
const FOUND_MAX = 50;
/** What sellers were counted as a moment ago. */
const ANSWERS_KEPT = 1_000;
/** A null is no date. */
const SOME_TIME = new Date(0);

const WHERE: Readonly<Record<TaskQueue, { readonly collection: string; readonly field: string }>> =
  {
    REFUND_WAITING: { collection: FULFILMENTS, field: REFUND_SINCE },
    WRITE_UNKNOWN: { collection: SHIPPINGS, field: UNKNOWN_SINCE },
  };

const waitingIn = (sellerId: string, queue: TaskQueue) => ({
  [SELLER]: sellerId,
  [WHERE[queue].field]: { $gt: SOME_TIME },
});

/** Orders of a queue behind a position, who has waited longest first. */
async function listIn(
  { reads, sellerId, queue }: QueueOf,
  limit: number,
  after: Position | null,
): Promise<readonly WaitingOrder[]> {
  const { collection, field } = WHERE[queue];
  const [, name = ''] = field.split('.');
  const found = await mongoSpan(`find ${collection}`, {}, () =>
    reads[queue].rows({
      filter: waitingIn(sellerId, queue),
      sort: { isTime: true, direction: 1, ...along(queue) },
      limit,
      after: after && { time: after.since, id: orderKey(after.orderRef) },
      projection: { 'state.orderRef': 1, [field]: 1 },
    }),
  );
  return found.flatMap((row) => {
    const { orderRef, ...state } = row['state'] as Waiting['state'];
    const since = state[name];
    return since instanceof Date ? [{ orderRef, since }] : [];
  });
}

type QueueOf = {
  readonly reads: Readonly<Record<TaskQueue, ReadsByTime>>;
  readonly sellerId: string;
  readonly queue: TaskQueue;
};

const along = (queue: TaskQueue) => ({ field: WHERE[queue].field, along: [SELLER] });

/** What of a seller's orders waits here, counted and listed by indexes. */
export function createOverview(db: Db, clock: Clock): Overview {
  const moved = (sellerId: string, kind: 'CAME' | 'LEFT'): Promise<number> =>
    countUpTo(db, FULFILMENTS, {
      [SELLER]: sellerId,
      [LISTED]: listText.refund(kind, lastFullHour(clock())),
    });

  const fulfilments = createReadsByTime(db, FULFILMENTS);
  const reads = { REFUND_WAITING: fulfilments, WRITE_UNKNOWN: createReadsByTime(db, SHIPPINGS) };
  const counted = createBriefAnswers({
    ...COUNTED_BRIEFLY,
    most: ANSWERS_KEPT,
    keyOf: (sellerId: string) => sellerId,
    read: async (sellerId) =>
      await Promise.all(
        TASK_QUEUES.map(async (queue): Promise<TaskQueueCount> => {
          const { collection } = WHERE[queue];
          // Of writes it is not kept when they came to be unknown, nor when that ended.
          const isKept = queue === 'REFUND_WAITING';
          const [count, [oldest], came, left] = await Promise.all([
            mongoSpan(`count ${collection}`, {}, () =>
              reads[queue].count({
                filter: waitingIn(sellerId, queue),
                limit: COUNT_MAX + 1,
                ...along(queue),
              }),
            ),
            listIn({ reads, sellerId, queue }, 1, null),
            isKept ? moved(sellerId, 'CAME') : undefined,
            isKept ? moved(sellerId, 'LEFT') : undefined,
          ]);
          const isMore = count > COUNT_MAX;
          const oldestSince = oldest?.since ?? null;
          return { queue, count: Math.min(count, COUNT_MAX), isMore, oldestSince, came, left };
        }),
      ),
  });
  return {
    queues: (sellerId) => counted.of(sellerId),
    list: async (sellerId, queue, limit, token) => {
      const after = token === '' ? ok(null) : positionOf(token);
      if (!after.ok) return after;
      const found = await listIn({ reads, sellerId, queue }, limit + 1, after.value);
      const orders = found.slice(0, limit);
      const last = orders.at(-1);
      return ok({ orders, next: found.length > limit && last ? tokenOf(last) : '' });
    },
    ...createDelivered(db, clock),
    byParcel: async (sellerId, mailNo) => {
      const found = await mongoSpan(`find ${FULFILMENTS}`, {}, () =>
        fulfilments.rows({
          filter: { [SELLER]: sellerId, [LISTED]: listText.parcel(mailNo) },
          sort: NEWEST_FIRST,
          limit: FOUND_MAX,
          after: null,
          projection: { 'state.orderRef': 1 },
        }),
      );
      return found.map((row) => (row['state'] as Waiting['state']).orderRef);
    },
  };
}

type Waiting = { state: { orderRef: OrderRef } & Record<string, unknown> };

type Position = WaitingOrder;

const tokenOf = ({ orderRef, since }: WaitingOrder): string =>
  Buffer.from(`${since.getTime()} ${orderKey(orderRef)}`).toString('base64url');

function positionOf(token: string): Result<Position, 'INVALID_PAGE_TOKEN'> {
  const [ms = '', key = ''] = Buffer.from(token, 'base64url').toString('utf8').split(' ');
  const order = parseOrderKey(key);
  if (!order.ok || !/^\d{1,15}$/.test(ms)) return err('INVALID_PAGE_TOKEN');
  return mapOk(order, (orderRef) => ({ orderRef, since: new Date(Number(ms)) }));
}
