import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { HandledBy } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import type { Trade as TradeMessage } from '@astrolabe/contracts/ingress';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { TMALL } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { Origin, Pushes, Sellers, Tables } from '../../application/ports.ts';
import {
  recordAllocated,
  recordAllocationFailed,
  recordAnswer,
  recordAwaiting,
  recordClosed,
  recordNotified,
  recordReopened,
  recordShipped,
  recordRefundNotice,
  recordTrade,
} from '../../domain/news.ts';
import { newPushedOrder } from '../../domain/pushed-order.ts';
import type { PushedOrder, Trade } from '../../domain/pushed-order.ts';
import { isDueNow, planned } from '../../domain/schedule.ts';

/** What the handlers need of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly time: Date;
  readonly payload: Uint8Array;
};

/** `reject` sends the message to the dead letters: no repetition could help it. */
export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

export type IncomingDeps = {
  readonly pushes: Pick<Pushes, 'change'>;
  readonly sellers: Pick<Sellers, 'find'>;
  readonly hasTable: Tables['has'];
  readonly clock: Clock;
  /** Something may be due for an order. */
  readonly wake: (name: OrderRef) => void;
};

type Reader = (message: Incoming) => News | null;
type News = {
  readonly event: { readonly orderRef?: OrderRef | undefined };
  readonly apply: (push: PushedOrder, now: Date) => PushedOrder;
};

const DONE: Handled = { kind: 'done' };

/** What is told of orders, by the channel and by the services that route and fulfil them. */
export const newsHandler = (deps: IncomingDeps): ((message: Incoming) => Promise<HandlerOutcome>) =>
  byType('order-push', {
    tradePushed: taking(deps, READERS.tradePushed),
    refundTold: taking(deps, READERS.refundTold),
    orderAwaitingAllocation: taking(deps, READERS.orderAwaitingAllocation),
    orderAllocated: taking(deps, READERS.orderAllocated),
    orderAllocationFailed: taking(deps, READERS.orderAllocationFailed),
    orderShipped: taking(deps, READERS.orderShipped),
    orderClosed: taking(deps, READERS.orderClosed),
    orderReopened: taking(deps, READERS.orderReopened),
    storeNotified: taking(deps, READERS.storeNotified),
    storeNotReached: taking(deps, READERS.storeNotReached),
    storeAccepted: taking(deps, READERS.storeAccepted),
    storeRefused: taking(deps, READERS.storeRefused),
    storeConsigned: taking(deps, READERS.storeConsigned),
  });

const taking =
  ({ pushes, sellers, hasTable, clock, wake }: IncomingDeps, read: Reader) =>
  async (message: Incoming): Promise<Handled> => {
    const news = read(message);
    const name = orderRefFromMessage(news?.event.orderRef);
    if (!news || !name) return { kind: 'reject', reason: 'INCOMPLETE_NEWS' };
    // The tables and SPIs here are Tmall's, which name an order by its number alone.
    if (name.channel !== TMALL) return DONE;
    const settings = await sellers.find(name.sellerId);
    const push = await pushes.change(name, originOf(message), (before) => {
      const now = clock();
      const after = news.apply(before ?? newPushedOrder(name, now), now);
      return planned(after, settings, hasTable, now);
    });
    if (push && isDueNow(push, clock())) wake(name);
    return DONE;
  };

const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const X_STATES = {
  accepted: 'X_SHOP_ALLOCATION',
  refused: 'X_SHOP_DENY',
  consigned: 'X_SHOP_HANDLED',
} as const;

const answer =
  (
    spec: {
      decode(payload: Uint8Array): News['event'] & { allocation: number; subOrderIds: string[] };
    },
    orderState: string,
  ) =>
  ({ payload }: Incoming): News => {
    const event = spec.decode(payload);
    const { allocation } = event;
    const answers = event.subOrderIds.map((subOrderId) => ({ subOrderId, allocation, orderState }));
    return { event, apply: (push, now) => recordAnswer(push, answers, now) };
  };

const notified =
  (spec: { decode(payload: Uint8Array): News['event'] & { allocation: number } }) =>
  ({ payload }: Incoming): News => {
    const event = spec.decode(payload);
    return { event, apply: (push, now) => recordNotified(push, event.allocation, now) };
  };

const READERS = {
  tradePushed: ({ payload, time }) => {
    const { trade, publishedAt } = EVENTS.tradePushed.decode(payload);
    if (!trade || trade.lines.length === 0) return null;
    const told = tradeFrom(trade, publishedAt ?? time);
    return { event: trade, apply: (push, now) => recordTrade(push, told, now) };
  },
  // The SPI comes first, then the table (white paper 3.2, L343).
  refundTold: ({ payload, time }) => {
    const event = EVENTS.refundTold.decode(payload);
    const at = event.toldAt ?? time;
    const refunds = event.refunds.filter(({ refundId }) => refundId !== '');
    return {
      event,
      apply: (push, now) =>
        refunds.reduce((before, { refundId, subOrderId, feeFen: refundFeeFen, ...more }) => {
          const status = refundStatusOf(more);
          const told = { refundId, subOrderId, status, refundFeeFen, at };
          return recordRefundNotice(
            before,
            { ...told, ...(more.amountOnly && { amountOnly: true }) },
            now,
          );
        }, push),
    };
  },
  orderAwaitingAllocation: ({ payload }) => {
    const event = EVENTS.orderAwaitingAllocation.decode(payload);
    return { event, apply: (push, now) => recordAwaiting(push, event.subOrderIds, now) };
  },
  orderAllocated: ({ payload }) => {
    const event = EVENTS.orderAllocated.decode(payload);
    const { allocation } = event;
    const pickup = event.flow === DeliveryFlow.PICKUP && { pickup: true as const };
    const placements = event.lines.flatMap((line) => {
      const place = placeFromMessage(line.place);
      const attributes = Object.entries(line.attributes);
      const { subOrderId } = line;
      return place ? [{ subOrderId, allocation, place, ...pickup, attributes }] : [];
    });
    const given = {
      allocation,
      allocator: event.allocatedBy === 'isv' ? ('isv' as const) : ('astrolabe' as const),
      acceptor: event.acceptor === 'pos' ? ('pos' as const) : ('dianzhanggui' as const),
      placements,
    };
    return { event, apply: (push, now) => recordAllocated(push, given, now) };
  },
  orderAllocationFailed: ({ payload }) => {
    const event = EVENTS.orderAllocationFailed.decode(payload);
    return { event, apply: recordAllocationFailed };
  },
  orderShipped: ({ payload }) => {
    const event = EVENTS.orderShipped.decode(payload);
    const ids = event.lines.map((line) => line.subOrderId);
    return { event, apply: (push, now) => recordShipped(push, ids, now) };
  },
  orderClosed: ({ payload }) => {
    const event = EVENTS.orderClosed.decode(payload);
    return { event, apply: (push, now) => recordClosed(push, event.subOrderIds, now) };
  },
  orderReopened: ({ payload }) => {
    const event = EVENTS.orderReopened.decode(payload);
    return { event, apply: (push, now) => recordReopened(push, event.subOrderIds, now) };
  },
  storeNotified: notified(EVENTS.storeNotified),
  storeNotReached: notified(EVENTS.storeNotReached),
  storeAccepted: answer(EVENTS.storeAccepted, X_STATES.accepted),
  storeRefused: answer(EVENTS.storeRefused, X_STATES.refused),
  storeConsigned: answer(EVENTS.storeConsigned, X_STATES.consigned),
} satisfies Record<HandledBy<'order-push'>, Reader>;

/** The refund status of TOP. */
function refundStatusOf({ withdrawn, granted }: Partial<Record<'withdrawn' | 'granted', unknown>>) {
  if (withdrawn) return 'CLOSED';
  return granted ? 'SUCCESS' : 'WAIT_SELLER_AGREE';
}

const tradeFrom = (trade: TradeMessage, publishedAt: Date): Trade => ({
  sellerNick: trade.sellerNick,
  buyerRef: trade.buyerRef,
  status: trade.status,
  publishedAt,
  ...(trade.createdAt && { createdAt: trade.createdAt }),
  paidAt: trade.paidAt ?? null,
  ...(trade.totalFeeFen !== undefined && { totalFeeFen: trade.totalFeeFen }),
  paymentFen: trade.paymentFen,
  postFeeFen: trade.postFeeFen,
  receiver: {
    province: trade.receiverProvince,
    city: trade.receiverCity,
    area: trade.receiverArea,
  },
  lines: trade.lines.map((line) => ({
    subOrderId: line.subOrderId,
    itemId: line.itemId,
    skuId: line.skuId,
    outerId: line.outerId,
    ...(line.title !== undefined && { title: line.title }),
    ...(line.totalFeeFen !== undefined && { totalFeeFen: line.totalFeeFen }),
    quantityMilli: line.quantityMilli,
    priceFen: line.priceFen,
    paymentFen: line.paymentFen,
    omni: line.omni,
    status: line.status,
    refundStatus: line.refundStatus,
    ...(line.refundAmountOnly && { refundAmountOnly: true }),
  })),
});
