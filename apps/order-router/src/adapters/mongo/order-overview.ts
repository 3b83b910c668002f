import type { Clock } from '@astrolabe/kernel';
import { MALL, POS, PROCUREMENT, hoursOf, lastFullHour, spanOf } from '@astrolabe/kernel';
import { countUpTo, createReadsByTime, mongoSpan } from '@astrolabe/mongo';
import type { ReadsByTime } from '@astrolabe/mongo';
import { COUNTED_BRIEFLY, createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Overview, QueueCount, StageCounts } from '../../application/ports.ts';
import type { OrderQueue, OrderState } from '../../domain/order.ts';
import { ORDER_QUEUES, ORDER_STAGES } from '../../domain/standing.ts';
import { CHANNELS, mark } from './marks.ts';
import { longestFirst, waitingIn } from './order-filter.ts';

const ORDERS = 'orders';
const COUNT_MAX = 1_000;

/**
 * Channels whose orders have a document of another kind, of which it is known when they came and no more:
 * their further stages are not counted as nothing.
 */
const ELSEWHERE = [
  { channel: PROCUREMENT, collection: 'procurements' },
  { channel: MALL, collection: 'mall_orders' },
  { channel: POS, collection: 'till_sales' },
] as const;

/** Queries see a change within seconds; an hour that is over for longer does not change any more. */
const SETTLED_AFTER_MS = 120_000;
const HOURS_KEPT = 50_000;
/** What sellers were counted as a moment ago. */
const ANSWERS_KEPT = 1_000;

/**
 * Counts of a seller's orders, each by an index alone; hours that are over are counted once, and what many people look at
 * once for all of them.
 */
export function createOverview(db: Db, clock: Clock): Overview {
  const counted = createCounts(db, clock);
  const queues = createBriefAnswers({
    ...COUNTED_BRIEFLY,
    most: ANSWERS_KEPT,
    keyOf: (sellerId: string) => sellerId,
    read: (sellerId) => counted.queues(sellerId),
  });
  const stages = createBriefAnswers({
    ...COUNTED_BRIEFLY,
    most: ANSWERS_KEPT,
    keyOf: ({ sellerId, day }: DayAsked) => `${day} ${sellerId}`,
    read: ({ sellerId, day }) => counted.stages(sellerId, day),
  });
  return {
    queues: (sellerId) => queues.of(sellerId),
    stages: (sellerId, day) => stages.of({ sellerId, day }),
  };
}

type DayAsked = { readonly sellerId: string; readonly day: string };

function createCounts(db: Db, clock: Clock): Overview {
  const settled = new Map<string, number>();
  const orders = createReadsByTime(db, ORDERS);
  const inHour = async (hour: string, name: string, count: () => Promise<number>) => {
    const key = `${name} ${hour}`;
    const known = settled.get(key);
    if (known !== undefined) return known;
    const isOver = clock().getTime() > spanOf(hour).to.getTime() + SETTLED_AFTER_MS;
    const counted = await count();
    if (!isOver) return counted;
    if (settled.size >= HOURS_KEPT) settled.clear();
    settled.set(key, counted);
    return counted;
  };
  const marked = (sellerId: string, text: string, hour: string): Promise<number> =>
    inHour(hour, `${sellerId} ${text}`, () =>
      countUpTo(db, ORDERS, { 'state.orderRef.sellerId': sellerId, 'state.marks': text }),
    );
  const created = (sellerId: string, collection: string, hour: string): Promise<number> =>
    inHour(hour, `${sellerId} ${collection}`, () => {
      const { from, to } = spanOf(hour);
      const createdAt = { $gte: from, $lt: to };
      return countUpTo(db, collection, { 'state.orderRef.sellerId': sellerId, createdAt });
    });

  return {
    queues: async (sellerId) => {
      const hour = lastFullHour(clock());
      return await Promise.all(
        ORDER_QUEUES.map(async (queue): Promise<QueueCount> => {
          const [count, oldest, came, left] = await Promise.all([
            mongoSpan(`count ${ORDERS}`, {}, () =>
              orders.count({
                filter: waitingIn(sellerId, queue),
                limit: COUNT_MAX + 1,
                ...longestFirst(queue),
              }),
            ),
            oldestIn(orders, sellerId, queue),
            marked(sellerId, mark.move('CAME', queue, hour), hour),
            marked(sellerId, mark.move('LEFT', queue, hour), hour),
          ]);
          const isMore = count > COUNT_MAX;
          return { queue, count: Math.min(count, COUNT_MAX), isMore, ...oldest, came, left };
        }),
      );
    },
    stages: async (sellerId, day) => {
      const hours = hoursOf(day, clock());
      if (!hours) return null;
      const ours = CHANNELS.map(async (channel): Promise<StageCounts> => ({
        channel,
        stages: await Promise.all(
          ORDER_STAGES.map(async (stage) => ({
            stage,
            hours: await Promise.all(
              hours.map((hour) => marked(sellerId, mark.stage(stage, channel, hour), hour)),
            ),
          })),
        ),
      }));
      const others = ELSEWHERE.map(async ({ channel, collection }): Promise<StageCounts> => {
        const all = await Promise.all(hours.map((hour) => created(sellerId, collection, hour)));
        return { channel, stages: [{ stage: 'RECEIVED', hours: all }] };
      });
      return await Promise.all([...ours, ...others]);
    },
  };
}

async function oldestIn(
  orders: ReadsByTime,
  sellerId: string,
  queue: OrderQueue,
): Promise<Pick<QueueCount, 'oldestSince' | 'nextAt'>> {
  const [found] = await mongoSpan(`find ${ORDERS}`, {}, () =>
    orders.rows({
      filter: waitingIn(sellerId, queue),
      sort: longestFirst(queue),
      limit: 1,
      after: null,
      projection: { 'state.waits': 1, 'state.retryAt': 1, 'state.headCall': 1 },
    }),
  );
  if (!found) return { oldestSince: null, nextAt: null };
  const { waits, retryAt, headCall } = found['state'] as Pick<
    OrderState,
    'waits' | 'retryAt' | 'headCall'
  >;
  return { oldestSince: waits[queue] ?? null, nextAt: retryAt ?? headCall?.nextAt ?? null };
}
