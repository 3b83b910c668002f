import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, mapOk } from '@astrolabe/kernel';
import { openPickups } from '../domain/pickup.ts';
import { recallLost } from '../domain/refund.ts';
import { eventOf, report } from '../domain/report.ts';
import type { ReportRefusal } from '../domain/report.ts';
import type { Report } from '../domain/rules.ts';
import { byAllocation } from './events.ts';
import type { Fulfilments, PickupCodes, Sellers } from './ports.ts';

export type StatusTaken = { already: boolean; onTime: boolean };

export type ReportStatusDeps = {
  fulfilments: Fulfilments;
  sellers: Sellers;
  codes: PickupCodes;
  clock: Clock;
  /** An intent to tell a store system is durable. */
  wake: (order: OrderRef) => void;
};

/** Takes a status report; it is durable, with its event, when this answers. */
export const makeReportStatus =
  (deps: ReportStatusDeps) =>
  async (
    order: OrderRef,
    sent: Report,
  ): Promise<Result<StatusTaken, ReportRefusal | 'UNKNOWN_SELLER'>> => {
    const model = await deps.sellers.modelOf(order.sellerId);
    if (!model) return err('UNKNOWN_SELLER');
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
