import type { Clock, Result } from '@astrolabe/kernel';
import { TMALL, err, hourOf, hoursOf, ok, orderKey } from '@astrolabe/kernel';
import { countUpTo, mongoSpan } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Db, Filter } from 'mongodb';
import type { Overview, WaitingOrder, WaitingPage } from '../../../application/ports.ts';
import type { OrderFacts } from '../../../domain/figures/facts.ts';
import { deliveredAt } from '../../../domain/waiting.ts';
import { DELIVERED_HOUR } from './facts.ts';

const FACTS = 'order_figures';
const FRESH_MS = { present: 2_000, over: 5_000 } as const;
/** While an hour is counted anew, who looks meanwhile is shown the last number. */
const STALE_MS = 25_000;
const HOURS_KEPT = 20_000;
/** Hours with fewer rows than this part of a page are read together. */
const SPARSE = 4;

type HourAsked = { readonly sellerId: string; readonly hour: string };

type Stored = {
  _id: string;
  state: Pick<OrderFacts, 'orderRef'> & {
    readonly subOrders: readonly { readonly signedAt: Date | null }[];
    readonly deliveredHour: string;
  };
};

const FIELDS = { 'state.orderRef': 1, 'state.subOrders.signedAt': 1, [DELIVERED_HOUR]: 1 } as const;

/** Orders that were delivered, counted and listed by the hour of their last parcel. */
export function createDelivered(
  db: Db,
  clock: Clock,
): Pick<Overview, 'delivered' | 'listDelivered'> {
  const ours = (sellerId: string) => ({
    'state.orderRef.sellerId': sellerId,
    'state.orderRef.channel': TMALL,
  });
  // Word of a delivery may come late, so that an hour that is over may still change.
  const counted = createBriefAnswers({
    keyOf: ({ sellerId, hour }: HourAsked) => `${sellerId}/${hour}`,
    freshMs: ({ hour }) => (hour === hourOf(clock()) ? FRESH_MS.present : FRESH_MS.over),
    staleMs: STALE_MS,
    most: HOURS_KEPT,
    read: ({ sellerId, hour }) =>
      countUpTo(db, FACTS, { ...ours(sellerId), [DELIVERED_HOUR]: hour }),
  });
  const find = (filter: Filter<Stored>, limit: number): Promise<Stored[]> =>
    mongoSpan(`find ${FACTS}`, {}, () =>
      db
        .collection<Stored>(FACTS)
        .find(filter)
        .project<Stored>(FIELDS)
        .sort({ [DELIVERED_HOUR]: 1, _id: 1 })
        .limit(limit)
        .toArray(),
    );
  return {
    delivered: async (sellerId, day) => {
      const hours = hoursOf(day, clock());
      if (!hours) return null;
      return await Promise.all(hours.map((hour) => counted.of({ sellerId, hour })));
    },
    listDelivered: async (sellerId, day, limit, token): Promise<Listed> => {
      const hours = hoursOf(day, clock());
      if (!hours) return err('INVALID_DAY');
      const after = positionOf(token);
      if (!after) return err('INVALID_PAGE_TOKEN');
      const found: Stored[] = [];
      let left = hours.filter((one) => one >= after.hour);
      // An hour where there are many, and more of them at once where there are few.
      for (let together = 1; left.length > 0 && found.length <= limit;) {
        const [first = '', ...more] = left.slice(0, together);
        const last = more.at(-1);
        const ofHours = {
          ...ours(sellerId),
          [DELIVERED_HOUR]: last === undefined ? first : { $gte: first, $lte: last },
          ...(first === after.hour && { _id: { $gt: after.id } }),
        };
        const rows = await find(ofHours, limit + 1 - found.length);
        found.push(...rows);
        left = left.slice(together);
        if (rows.length < limit / SPARSE) together *= 2;
      }
      const rows = found.slice(0, limit);
      const last = rows.at(-1)?.state;
      const orders = rows.flatMap(({ state }): WaitingOrder[] => {
        const since = deliveredAt(state);
        return since ? [{ orderRef: state.orderRef, since }] : [];
      });
      return ok({ orders, next: found.length > limit && last ? tokenOf(last) : '' });
    },
  };
}

type Listed = Result<WaitingPage, 'INVALID_PAGE_TOKEN' | 'INVALID_DAY'>;

const tokenOf = ({ deliveredHour, orderRef }: Stored['state']): string =>
  Buffer.from(`${deliveredHour} ${orderKey(orderRef)}`).toString('base64url');

/** Where a page begins; null for a token that this code did not write. */
function positionOf(token: string): { readonly hour: string; readonly id: string } | null {
  if (token === '') return { hour: '', id: '' };
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const [, hour = '', id = ''] = /^(\d{4}-\d{2}-\d{2} \d{2}) (\S+)$/.exec(text) ?? [];
  return id === '' ? null : { hour, id };
}
