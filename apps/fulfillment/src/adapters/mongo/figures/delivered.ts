import type { Clock, Result } from '@astrolabe/kernel';
import { TMALL, err, hoursOf, ok, orderKey } from '@astrolabe/kernel';
import { countUpTo, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Overview, WaitingOrder, WaitingPage } from '../../../application/ports.ts';
import type { OrderFacts } from '../../../domain/figures/facts.ts';
import { deliveredAt } from '../../../domain/waiting.ts';
import { DELIVERED_HOUR } from './facts.ts';

const FACTS = 'order_figures';

type Stored = { _id: string; state: OrderFacts & { readonly deliveredHour: string } };

/** Orders that were delivered, counted and listed by the hour of their last parcel. */
export function createDelivered(
  db: Db,
  clock: Clock,
): Pick<Overview, 'delivered' | 'listDelivered'> {
  const ours = (sellerId: string) => ({
    'state.orderRef.sellerId': sellerId,
    'state.orderRef.channel': TMALL,
  });
  return {
    delivered: async (sellerId, day) => {
      const hours = hoursOf(day, clock());
      if (!hours) return null;
      return await Promise.all(
        hours.map((hour) => countUpTo(db, FACTS, { ...ours(sellerId), [DELIVERED_HOUR]: hour })),
      );
    },
    listDelivered: async (sellerId, day, limit, token): Promise<Listed> => {
      if (!hoursOf(day, clock())) return err('INVALID_DAY');
      const after = positionOf(token);
      if (!after) return err('INVALID_PAGE_TOKEN');
      const ofDay = { ...ours(sellerId), [DELIVERED_HOUR]: { $gte: `${day} `, $lt: `${day}!` } };
      const behind = {
        $or: [
          { [DELIVERED_HOUR]: { $gt: after.hour } },
          { [DELIVERED_HOUR]: after.hour, _id: { $gt: after.id } },
        ],
      };
      const found = await mongoSpan(`find ${FACTS}`, {}, () =>
        db
          .collection<Stored>(FACTS)
          .find(token === '' ? ofDay : { $and: [ofDay, behind] })
          .sort({ [DELIVERED_HOUR]: 1, _id: 1 })
          .limit(limit + 1)
          .toArray(),
      );
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
