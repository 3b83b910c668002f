import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, mapOk } from '@astrolabe/kernel';
import { openPickups } from '../domain/pickup.ts';
import { recallLost } from '../domain/refund.ts';
import { eventOf, report } from '../domain/report.ts';
import type { ReportRefusal } from '../domain/report.ts';
import type { Report } from '../domain/rules.ts';
import { byAllocation } from '../domain/events.ts';
import type { Fulfilments, PickupCodes, Sellers, Shippings } from './ports.ts';
import { mayBeGone } from './under-way.ts';

export type StatusTaken = { already: boolean; onTime: boolean };

export type ReportStatusDeps = {
  fulfilments: Fulfilments;
  sellers: Sellers;
  shippings: Pick<Shippings, 'load'>;
  codes: PickupCodes;
  clock: Clock;
  /** An intent to tell a store system is durable. */
  wake: (order: OrderRef) => void;
};

/** `SHIPPING_UNDER_WAY`: the goods have left or may have, so they cannot be kept back. */
export type StatusRefusal = ReportRefusal | 'UNKNOWN_SELLER' | 'SHIPPING_UNDER_WAY';

/** Takes a status report; it is durable, with its event, when this answers. */
export const makeReportStatus =
  (deps: ReportStatusDeps) =>
  async (order: OrderRef, sent: Report): Promise<Result<StatusTaken, StatusRefusal>> => {
    const model = await deps.sellers.modelOf(order.sellerId);
    if (!model) return err('UNKNOWN_SELLER');
    const keepsBack = sent.status === 'CANCEL_AGREED';
    if (keepsBack && (await mayBeGone(deps, order, sent.subOrderIds))) {
      return err('SHIPPING_UNDER_WAY');
    }
    const hashOf = (number: number): string =>
      deps.codes.hashOf(order.sellerId, deps.codes.codeOf(order, number));
    const taken = await deps.fulfilments.change<StatusTaken & { toTell: boolean }, ReportRefusal>(
      order,
      null,
      (current) =>
        mapOk(report(current, sent, model, deps.clock()), ({ fulfilment, changed, onTime }) => {
          const news = eventOf(sent.status);
          const now = deps.clock();
          const after = recallLost(fulfilment, changed, now);
          return {
            state: openPickups(after.fulfilment, hashOf, now),
            events: [
              ...(news ? byAllocation(news, changed, sent.happenedAt, sent.operator) : []),
              ...byAllocation('REFUND_ASKED', after.asked, now, 'astrolabe'),
            ],
            result: {
              already: changed.length === 0,
              onTime,
              toTell: changed.length > 0 && after.fulfilment.notifyAt !== null,
            },
          };
        }),
    );
    if (!taken.ok) return taken;
    if (taken.value?.toTell) deps.wake(order);
    return mapOk(taken, (value) => ({
      already: value?.already ?? true,
      onTime: value?.onTime ?? true,
    }));
  };
