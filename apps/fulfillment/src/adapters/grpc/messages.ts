import { flowFromMessage, placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { ReportChannel } from '@astrolabe/contracts/fulfillment';
import { standingOf, wordsOf } from '@astrolabe/outbound';
import type {
  Notification as NotificationMessage,
  Parcel as ParcelMessage,
  Refund as RefundMessage,
  ReportStatusRequest,
  StatusEntry as StatusEntryMessage,
  Task as TaskMessage,
} from '@astrolabe/contracts/fulfillment';
import type { Fulfilment, Notification, StatusEntry, Task } from '../../domain/fulfilment.ts';
import { reasonOf } from '../../domain/reason.ts';
import type { Refund } from '../../domain/refund.ts';
import type { Channel, Report } from '../../domain/rules.ts';
import { parcelOf, presentCall, stateOf } from '../../domain/shipping.ts';
import type { Parcel, Shipping } from '../../domain/shipping.ts';
import { isTimed } from '../../domain/status.ts';

const CHANNELS = new Map<ReportChannel, Channel>([
  [ReportChannel.OMNIORDER, 'OMNIORDER'],
  [ReportChannel.STATUS_SYNC, 'STATUS_SYNC'],
  [ReportChannel.STATUS_UPDATE, 'STATUS_UPDATE'],
  [ReportChannel.CONSOLE, 'CONSOLE'],
]);

/** A report of the contract; null when it names no channel, no sub-order or no time. */
export function reportFrom(request: ReportStatusRequest): Report | null {
  const channel = CHANNELS.get(request.channel);
  if (!channel || !request.actionTime || request.subOrderIds.length === 0) return null;
  const { logistics } = request;
  const reason = reasonOf(request.reason);
  return {
    subOrderIds: request.subOrderIds,
    status: request.status,
    channel,
    place: placeFromMessage(request.place),
    flow: flowFromMessage(request.flow),
    operator: request.operator,
    happenedAt: request.actionTime,
    logistics: logistics ? { ...logistics } : null,
    ...(reason && { reason }),
  };
}

export const taskTo = (
  fulfilment: Fulfilment,
  task: Task,
  shipping: Shipping | null,
): TaskMessage => ({
  orderRef: fulfilment.orderRef,
  subOrderId: task.subOrderId,
  allocation: task.allocation,
  place: task.place ? placeToMessage(task.place) : undefined,
  placeName: task.placeName,
  flow: DeliveryFlow[task.flow],
  status: task.status ?? '',
  itemId: task.itemId,
  skuId: task.skuId,
  outerId: task.outerId,
  quantityMilli: task.quantity,
  history: task.history.map(entryTo),
  logistics: task.logistics ?? undefined,
  handedOverAt: task.handedOverAt,
  attributes: Object.fromEntries(task.attributes ?? []),
  parcel: underWay(parcelOf(shipping, task)),
  title: task.shown?.title ?? '',
  spec: task.shown?.spec ?? '',
  picture: task.shown?.picture ?? '',
});

/** A parcel that is through is told by the task's status. */
const underWay = (parcel: Parcel | null): ParcelMessage | undefined =>
  parcel && stateOf(parcel) !== 'DONE' ? parcelTo(parcel) : undefined;

export function parcelTo(parcel: Parcel): ParcelMessage {
  const { attempts, problem } = presentCall(parcel);
  return {
    subOrderIds: [...parcel.subOrderIds],
    storeId: parcel.storeId,
    allocation: parcel.allocation,
    company: parcel.company,
    mailNo: parcel.mailNo,
    state: stateOf(parcel),
    attempts,
    errorCode: problem?.code ?? '',
    errorMessage: problem?.message ?? '',
    shippedAt: parcel.shippedAt ?? undefined,
    operator: parcel.operator,
  };
}

const entryTo = (entry: StatusEntry): StatusEntryMessage => ({
  status: entry.status,
  actionTime: entry.happenedAt,
  receivedAt: entry.receivedAt,
  operator: entry.operator,
  onTime: isTimed(entry.status) ? entry.onTime : undefined,
  withdrawn: entry.withdrawn ?? false,
  allocation: entry.allocation,
  place: entry.place ? placeToMessage(entry.place) : undefined,
  reason: entry.reason,
  givenBack: entry.givenBack,
  lostMilli: entry.lost,
});

export const notificationTo = (notification: Notification): NotificationMessage => ({
  allocation: notification.allocation,
  state: standingOf(notification),
  attempts: notification.attempts,
  lastError: wordsOf(notification),
  deliveredAt: notification.deliveredAt ?? undefined,
});

/** Nothing for a sub-order that nobody wants refunded. */
export const refundTo = (refund: Refund | null): RefundMessage[] =>
  refund
    ? [
        {
          ...refund,
          place: refund.place ? placeToMessage(refund.place) : undefined,
          answeredAt: refund.answeredAt ?? undefined,
        },
      ]
    : [];
