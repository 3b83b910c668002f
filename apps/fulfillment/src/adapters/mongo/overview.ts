import type { Clock } from '@astrolabe/kernel';
import { err, lastFullHour, mapOk, ok, orderKey, parseOrderKey } from '@astrolabe/kernel';
import type { OrderRef, Result } from '@astrolabe/kernel';
import { countUpTo, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Overview, TaskQueueCount, WaitingOrder } from '../../application/ports.ts';
import type { TaskQueue } from '../../domain/waiting.ts';
import { TASK_QUEUES } from '../../domain/waiting.ts';
import { createDelivered } from './figures/delivered.ts';
import { FULFILMENTS, LISTED, REFUND_SINCE, listText } from './fulfilments.ts';
import { SHIPPINGS, UNKNOWN_SINCE } from './shippings.ts';

const COUNT_MAX = 1_000;
const FOUND_MAX = 50;
/** A null is no date. */
const SOME_TIME = new Date(0);

const WHERE: Readonly<Record<TaskQueue, { readonly collection: string; readonly field: string }>> =
  {
    REFUND_WAITING: { collection: FULFILMENTS, field: REFUND_SINCE },
    WRITE_UNKNOWN: { collection: SHIPPINGS, field: UNKNOWN_SINCE },
  };

const waitingIn = (sellerId: string, queue: TaskQueue) => ({
  'state.orderRef.sellerId': sellerId,
  [WHERE[queue].field]: { $gt: SOME_TIME },
});

/** Orders of a queue behind a position, who has waited longest first. */
async function listIn(
  db: Db,
  sellerId: string,
  queue: TaskQueue,
  limit: number,
  after: Position | null,
): Promise<readonly WaitingOrder[]> {
  const { collection, field } = WHERE[queue];
  const [, name = ''] = field.split('.');
  const behind = after && {
    $or: [
      { [field]: { $gt: after.since } },
      { [field]: after.since, _id: { $gt: orderKey(after.orderRef) } },
    ],
  };
  const filter = waitingIn(sellerId, queue);
  const found = await mongoSpan(`find ${collection}`, {}, () =>
    db
      .collection<Waiting>(collection)
      .find(behind ? { $and: [filter, behind] } : filter)
      .project<Waiting>({ 'state.orderRef': 1, [field]: 1 })
      .sort({ [field]: 1, _id: 1 })
      .limit(limit)
      .toArray(),
  );
  return found.flatMap(({ state }) => {
    const since = state[name];
    return since instanceof Date ? [{ orderRef: state.orderRef, since }] : [];
  });
}

/** What of a seller's orders waits here, counted and listed by indexes. */
export function createOverview(db: Db, clock: Clock): Overview {
  const moved = (sellerId: string, kind: 'CAME' | 'LEFT'): Promise<number> =>
    countUpTo(db, FULFILMENTS, {
      'state.orderRef.sellerId': sellerId,
      [LISTED]: listText.refund(kind, lastFullHour(clock())),
    });

  return {
    queues: async (sellerId) =>
      await Promise.all(
        TASK_QUEUES.map(async (queue): Promise<TaskQueueCount> => {
          const { collection } = WHERE[queue];
          // Of writes it is not kept when they came to be unknown, nor when that ended.
          const isKept = queue === 'REFUND_WAITING';
          const [count, [oldest], came, left] = await Promise.all([
            countUpTo(db, collection, waitingIn(sellerId, queue), COUNT_MAX + 1),
            listIn(db, sellerId, queue, 1, null),
            isKept ? moved(sellerId, 'CAME') : undefined,
            isKept ? moved(sellerId, 'LEFT') : undefined,
          ]);
          const isMore = count > COUNT_MAX;
          const oldestSince = oldest?.since ?? null;
          return { queue, count: Math.min(count, COUNT_MAX), isMore, oldestSince, came, left };
        }),
      ),
    list: async (sellerId, queue, limit, token) => {
      const after = token === '' ? ok(null) : positionOf(token);
      if (!after.ok) return after;
      const found = await listIn(db, sellerId, queue, limit + 1, after.value);
      const orders = found.slice(0, limit);
      const last = orders.at(-1);
      return ok({ orders, next: found.length > limit && last ? tokenOf(last) : '' });
    },
    ...createDelivered(db, clock),
    byParcel: async (sellerId, mailNo) => {
      const found = await mongoSpan(`find ${FULFILMENTS}`, {}, () =>
        db
          .collection<Waiting>(FULFILMENTS)
          .find({ 'state.orderRef.sellerId': sellerId, [LISTED]: listText.parcel(mailNo) })
          .project<Waiting>({ 'state.orderRef': 1 })
          .sort({ createdAt: -1 })
          .limit(FOUND_MAX)
          .toArray(),
      );
      return found.map(({ state }) => state.orderRef);
    },
  };
}

type Waiting = { _id: string; state: { orderRef: OrderRef } & Record<string, unknown> };

type Position = WaitingOrder;

const tokenOf = ({ orderRef, since }: WaitingOrder): string =>
  Buffer.from(`${since.getTime()} ${orderKey(orderRef)}`).toString('base64url');

function positionOf(token: string): Result<Position, 'INVALID_PAGE_TOKEN'> {
  const [ms = '', key = ''] = Buffer.from(token, 'base64url').toString('utf8').split(' ');
  const order = parseOrderKey(key);
  if (!order.ok || !/^\d{1,15}$/.test(ms)) return err('INVALID_PAGE_TOKEN');
  return mapOk(order, (orderRef) => ({ orderRef, since: new Date(Number(ms)) }));
}
