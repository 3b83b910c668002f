import { placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import { tmallOrder } from '@astrolabe/kernel';
import { syncOrderStatus, updateOrderStatus } from '@astrolabe/schemas/qimen';
import type { StatusReport } from '@astrolabe/schemas/qimen';
import { SUB_ORDERS_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';
import type { Peers } from '../peers.ts';
import { qimenRow } from './method.ts';
import type { Served } from './method.ts';

/** Status reports of both generations, told to the one keeper of states. */
export function statusMethods(peers: Pick<Peers, 'fulfillment'>): readonly Served[] {
  const reporting = (channel: ReportChannel) => async (report: StatusReport, caller: Caller) => {
    const told = {
      orderRef: tmallOrder(caller.sellerId, report.tradeId),
      subOrderIds: [...report.subOrderIds],
      status: report.status,
      channel,
      // The message has no type; the keeper of states knows which place has the sub-orders.
      place: report.storeId ? placeToMessage({ type: 'STORE', id: report.storeId }) : undefined,
      flow: report.flow ? DeliveryFlow[report.flow] : DeliveryFlow.UNSPECIFIED,
      operator: report.operator,
      actionTime: report.actionTime,
      logistics: undefined,
      actor: `app:${caller.key.appKey}`,
      messageId: caller.inboundId,
      ...(report.remark && { reason: { code: '', text: report.remark } }),
    };
    await peers.fulfillment.call('reportStatus', told, caller.left());
    return { kind: 'done', answer: {} } as const;
  };
  const rules = {
    sellerOf: (report: StatusReport) => report.sellerId,
    tradeOf: (report: StatusReport) => report.tradeId,
    bodyBytesMax: SUB_ORDERS_BODY_BYTES,
  };
  return [
    qimenRow(syncOrderStatus, { ...rules, work: reporting(ReportChannel.STATUS_SYNC) }),
    qimenRow(updateOrderStatus, { ...rules, work: reporting(ReportChannel.STATUS_UPDATE) }),
  ];
}
