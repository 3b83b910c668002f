import { placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import { RefusedHere } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { TRADE_STATUS_WORDS } from '@astrolabe/schemas/omni';
import type { ConsignReport, StoreReport, SubOrderState } from '@astrolabe/schemas/omni';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import type { Caller } from '../caller.ts';
import type { Peers } from '../peers.ts';

/**
 * The first sub-order of a report that is said to be in a trade status (white paper 6.6.8) in which no
 * store has anything to do for it. Only a shipment may name a closed one: its goods may have been out
 * when it was closed, which fulfillment knows (docs/adr/0034).
 */
function deadRefusal(
  subOrders: readonly SubOrderState[],
  reported: StoreStatus,
): ChannelRefusal | null {
  const dead = subOrders.find(
    ({ status }) => status === 'NOT_PAID' || (status === 'REFUNDED' && reported !== 'SHIPPED'),
  );
  if (!dead) return null;
  const why = dead.status === 'NOT_PAID' ? 'is not paid' : 'is closed';
  const message = `sub-order ${dead.subOrderId} ${why} (${TRADE_STATUS_WORDS[dead.status]}), nothing was recorded`;
  return { code: 'isv.invalid-sub-order-status', message };
}

type StoreStatus = 'ACCEPTED' | 'REFUSED' | 'SHIPPED';

/**
 * A store's report through the open API 2.0. It has no time of its own, so the event is taken to
 * happen when it is reported (catalogue 6.2). A sub-order that is said to be closed or unpaid is refused
 * with the whole report: its store would act on goods that are not to leave.
 */
export function storeReporting(
  peers: Pick<Peers, 'fulfillment'>,
  clock: Clock,
  status: StoreStatus,
) {
  return async (report: StoreReport | ConsignReport, caller: Caller): Promise<object> => {
    const refusal = deadRefusal(report.subOrders, status);
    if (refusal) throw new RefusedHere(refusal);
    const told = {
      orderRef: tmallOrder(caller.sellerId, report.tradeId),
      subOrderIds: report.subOrders.map((subOrder) => subOrder.subOrderId),
      status,
      channel: ReportChannel.OMNIORDER,
      place: placeToMessage(report.place),
      flow: DeliveryFlow.SHIP,
      operator: report.operator,
      actionTime: clock(),
      logistics:
        'mailNo' in report
          ? {
              logisticId: report.logisticId,
              logisticCompany: report.logisticCompany,
              mailNo: report.mailNo,
              description: report.description ?? '',
            }
          : undefined,
      actor: `app:${caller.key.appKey}`,
      messageId: caller.inboundId,
    };
    await peers.fulfillment.call('reportStatus', told, caller.left());
    return {};
  };
}
