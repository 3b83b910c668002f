import { hourOf, placeKey } from '@astrolabe/kernel';
import type { Fulfilment, Task } from './fulfilment.ts';
import type { OrderFacts } from './figures/facts.ts';
import type { Shipping } from './shipping.ts';
import type { Status } from './status.ts';

/** What waits that people look at: a store's word about a refund, and a write of which nobody knows the end. */
export const TASK_QUEUES = ['REFUND_WAITING', 'WRITE_UNKNOWN'] as const;

export type TaskQueue = (typeof TASK_QUEUES)[number];

export const isTaskQueue = (text: string): text is TaskQueue =>
  TASK_QUEUES.some((queue) => queue === text);

const ASKED: readonly Status[] = ['CANCEL_ASKED', 'RETURN_EXPECTED'];
const ANSWERED: readonly Status[] = ['CANCEL_AGREED', 'CANCEL_DENIED', 'RETURNED'];

const earliest = (times: readonly Date[]): Date | null =>
  times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())));

/** Since when a store of the order has owed its word about a refund; null when none does. */
export const refundSince = ({ tasks }: Fulfilment): Date | null =>
  earliest(
    tasks.flatMap(({ status, history }) => {
      if (status === null || !ASKED.includes(status)) return [];
      const asked = history.findLast((entry) => entry.status === status);
      return asked ? [asked.receivedAt] : [];
    }),
  );

/** Hours (`yyyy-MM-dd HH`, Asia/Shanghai) in which the order came to wait for such a word, and left again. */
export function refundHours({ tasks }: Fulfilment): {
  readonly came: readonly string[];
  readonly left: readonly string[];
} {
  const of = (statuses: readonly Status[]): readonly Date[] =>
    tasks.flatMap(({ history }) =>
      history.filter(({ status }) => statuses.includes(status)).map(({ receivedAt }) => receivedAt),
    );
  const withdrawn = tasks.flatMap(({ refund }: Task) => refund?.withdrawnAt ?? []);
  return {
    came: [...new Set(of(ASKED).map(hourOf))],
    left: [...new Set([...of(ANSWERED), ...withdrawn].map(hourOf))],
  };
}

/** What stands at a place that has not answered. */
export type Offer = {
  /** See `placeKey`. */
  readonly place: string;
  /** When the place was told of it first. */
  readonly since: Date;
};

/** The places that an order waits for, one each; a closed sub-order waits for none. */
export function offersOf({ tasks }: Fulfilment): readonly Offer[] {
  const open = tasks.filter(
    ({ status, closed, place }) => status === 'OFFERED' && !closed && place,
  );
  const byPlace = Map.groupBy(open, ({ place }) => (place ? placeKey(place) : ''));
  return [...byPlace].flatMap(([place, group]) => {
    const since = earliest(
      group.flatMap(({ allocation, history }) =>
        history
          .filter((entry) => entry.status === 'OFFERED' && entry.allocation === allocation)
          .map(({ receivedAt }) => receivedAt),
      ),
    );
    return since ? [{ place, since }] : [];
  });
}

/** Since when a parcel of the order may be shipped at its channel, and nobody knows; null when none is. */
export const unknownSince = ({ parcels }: Shipping): Date | null =>
  earliest(parcels.flatMap(({ tmall, askedAt }) => (tmall.state === 'UNKNOWN' ? [askedAt] : [])));

/** When the last of the order's parcels was signed for; null while one is under way. */
export function deliveredAt({
  subOrders,
}: {
  readonly subOrders: readonly Pick<OrderFacts['subOrders'][number], 'signedAt'>[];
}): Date | null {
  const times = subOrders.map(({ signedAt }) => signedAt);
  const signed = times.filter((time) => time !== null);
  if (signed.length === 0 || signed.length < times.length) return null;
  return new Date(Math.max(...signed.map((time) => time.getTime())));
}
