import { placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import type { Clock } from '@astrolabe/kernel';
import { syncOrderStatus, updateOrderStatus } from '@astrolabe/schemas';
import type { ConsignReport, StatusReport, StoreReport } from '@astrolabe/schemas';
import type { Peers } from './peers.ts';
import { serve } from './qimen-method.ts';
import type { Caller, Served } from './qimen-method.ts';

/** Status reports of both generations, told to the one keeper of states. */
export function statusMethods(peers: Pick<Peers, 'fulfillment'>): [string, Served][] {
  const reporting = (channel: ReportChannel) => async (report: StatusReport, caller: Caller) => {
    const told = {
      sellerId: caller.sellerId,
      tradeId: report.tradeId,
      subOrderIds: [...report.subOrderIds],
      status: report.status,
      channel,
      place: report.storeId ? placeToMessage({ type: 'STORE', id: report.storeId }) : undefined,
      flow: report.flow ? DeliveryFlow[report.flow] : DeliveryFlow.UNSPECIFIED,
      operator: report.operator,
      actionTime: report.actionTime,
      logistics: undefined,
      actor: `app:${caller.key.appKey}`,
      messageId: caller.inboundId,
    };
    await peers.fulfillment.call('reportStatus', told, caller.left());
    return { kind: 'done', answer: {} } as const;
  };
  const rules = {
    sellerOf: (report: StatusReport) => report.sellerId,
    tradeOf: (report: StatusReport) => report.tradeId,
  };
  return [
    [
      syncOrderStatus.method,
      serve(syncOrderStatus, { ...rules, work: reporting(ReportChannel.STATUS_SYNC) }),
    ],
    [
      updateOrderStatus.method,
      serve(updateOrderStatus, { ...rules, work: reporting(ReportChannel.STATUS_UPDATE) }),
    ],
  ];
}

/**
 * A store's report through the open API 2.0. It has no time of its own, so the event is taken to
 * happen when it is reported (catalogue 6.2).
 */
export function storeReporting(peers: Pick<Peers, 'fulfillment'>, clock: Clock, status: string) {
  return async (report: StoreReport | ConsignReport, caller: Caller): Promise<void> => {
    const told = {
      sellerId: caller.sellerId,
      tradeId: report.tradeId,
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
  };
}
