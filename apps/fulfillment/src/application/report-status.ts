import type { Clock, Result } from '@astrolabe/kernel';
import { err, mapOk } from '@astrolabe/kernel';
import type { Task } from '../domain/fulfilment.ts';
import { report } from '../domain/report.ts';
import type { Report, ReportRefusal } from '../domain/report.ts';
import type { FulfilmentEvent, Fulfilments, OrderName, Sellers } from './ports.ts';

export type StatusTaken = { already: boolean; onTime: boolean };

/** The statuses that other services act on. */
function eventsOf(changed: readonly Task[], status: string, at: Date): FulfilmentEvent[] {
  if (changed.length === 0) return [];
  switch (status) {
    case 'X_SHOP_ALLOCATION':
    case 'X_COMMODITY_CONFIRM':
      return [{ kind: 'accepted', tasks: changed, at }];
    case 'X_SHOP_DENY':
      return [{ kind: 'refused', tasks: changed, at }];
    case 'X_SHOP_HANDLED':
      return [{ kind: 'consigned', tasks: changed, at }];
    default:
      return [];
  }
}

/** Takes a status report; it is durable, with its event, when this answers. */
export const makeReportStatus =
  (deps: { fulfilments: Fulfilments; sellers: Sellers; clock: Clock }) =>
  async (
    order: OrderName,
    sent: Report,
  ): Promise<Result<StatusTaken, ReportRefusal | 'UNKNOWN_SELLER'>> => {
    const model = await deps.sellers.modelOf(order.sellerId);
    if (!model) return err('UNKNOWN_SELLER');
    const taken = await deps.fulfilments.change<StatusTaken, ReportRefusal>(
      order,
      null,
      (current) =>
        mapOk(report(current, sent, model, deps.clock()), ({ fulfilment, changed, onTime }) => ({
          state: fulfilment,
          events: eventsOf(changed, sent.status, sent.happenedAt),
          result: { already: changed.length === 0, onTime },
        })),
    );
    return mapOk(taken, (result) => result ?? { already: true, onTime: true });
  };
