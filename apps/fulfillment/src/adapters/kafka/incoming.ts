import { EVENTS, placeFromMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type {
  Change,
  FulfilmentEvent,
  Fulfilments,
  OrderName,
  Origin,
} from '../../application/ports.ts';
import { byAllocation } from '../../application/events.ts';
import { allocate, seeClosed, seeShipped, seeTrade } from '../../domain/allocate.ts';
import type { Allocation } from '../../domain/allocate.ts';
import type { Fulfilment, WantedRefund } from '../../domain/fulfilment.ts';
import { askRefund } from '../../domain/refund.ts';

/** What the handlers need of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly payload: Uint8Array;
};

export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

export type IncomingDeps = {
  fulfilments: Fulfilments;
  clock: Clock;
  /** Something to be told is durable: the store system may be told. */
  toTell: (order: OrderName) => void;
  /** Sub-orders that an allocation came too late for. */
  keptBack: (order: OrderName, subOrderIds: readonly string[]) => void;
};

const DONE: Handled = { kind: 'done' };

const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const PAID = 'taobao_trade_TradeBuyerPay';
const REFUND_CREATED = 'taobao_refund_RefundCreated';
/** TOP's status of a sub-order whose buyer has asked for the money back. */
const REFUND_ASKED = 'WAIT_SELLER_AGREE';
const SHIPPED = 'taobao_trade_TradeSellerShip';
const PARTLY_SHIPPED = 'taobao_trade_TradePartlySellerShip';
/** TOP's statuses of a sub-order that has been shipped. */
const SHIPPED_STATUSES: readonly string[] = [
  'WAIT_BUYER_CONFIRM_GOODS',
  'TRADE_BUYER_SIGNED',
  'TRADE_FINISHED',
];

/** Trades: their sub-orders, whether Tmall has marked them as shipped, what the buyer wants back. */
export const tradeHandler =
  ({ fulfilments, clock, toTell }: Pick<IncomingDeps, 'fulfilments' | 'clock' | 'toTell'>) =>
  async (message: Incoming): Promise<Handled> => {
    if (message.type !== EVENTS.tradePushed.type) return DONE;
    const { messageTopic, trade } = EVENTS.tradePushed.decode(message.payload);
    if (!trade || trade.sellerId === '' || trade.tradeId === '') {
      return { kind: 'reject', reason: 'INCOMPLETE_TRADE' };
    }
    const order = { sellerId: trade.sellerId, tradeId: trade.tradeId };
    const { lines } = trade;
    if (![PAID, SHIPPED, PARTLY_SHIPPED, REFUND_CREATED].includes(messageTopic)) return DONE;
    const refunded: WantedRefund[] = lines
      .filter(({ refundStatus }) => refundStatus === REFUND_ASKED)
      .map(({ subOrderId, refundId, paymentFen: feeFen }) => ({ subOrderId, refundId, feeFen }));
    const shipped = lines
      .filter(({ status }) => messageTopic === SHIPPED || SHIPPED_STATUSES.includes(status))
      .map(({ subOrderId }) => subOrderId);
    await fulfilments.change(order, originOf(message), (current) => {
      const seen = seeTrade(current, {
        ...order,
        lines: lines.map(({ subOrderId, itemId, skuId, outerId, quantityMilli }) => ({
          subOrderId,
          itemId,
          skuId,
          outerId,
          quantity: quantityMilli,
        })),
      });
      if (messageTopic === REFUND_CREATED) return ok(refundChange(seen, refunded, clock()));
      const state = messageTopic === PAID ? seen : seeShipped(seen, shipped);
      return ok({ state, events: [], result: null });
    });
    if (messageTopic === REFUND_CREATED) toTell(order);
    return DONE;
  };

function refundChange(seen: Fulfilment, wanted: readonly WantedRefund[], now: Date): Change<null> {
  const { fulfilment, asked, agreed } = askRefund(seen, wanted, now);
  const events: FulfilmentEvent[] = byAllocation('REFUND_ASKED', asked, now, 'astrolabe');
  if (agreed.length > 0) {
    const nobodys = agreed.map((task) => ({ ...task, place: null }));
    events.push({ kind: 'REFUND_AGREED', tasks: nobodys, at: now, operator: 'astrolabe' });
  }
  return { state: fulfilment, events, result: null };
}

/** Allocations give each sub-order to its place; a closed order takes them back. */
export const orderHandler =
  (deps: IncomingDeps) =>
  async (message: Incoming): Promise<Handled> => {
    switch (message.type) {
      case EVENTS.orderAllocated.type:
        return await onAllocated(deps, message);
      case EVENTS.orderClosed.type:
        return await onClosed(deps, message);
      default:
        return DONE;
    }
  };

async function onAllocated(deps: IncomingDeps, message: Incoming): Promise<Handled> {
  const { fulfilments, clock, toTell, keptBack } = deps;
  const allocation = toAllocation(message.payload, clock());
  if (!allocation) return { kind: 'reject', reason: 'INCOMPLETE_ALLOCATION' };
  const { sellerId, tradeId, notify } = allocation;
  const order = { sellerId, tradeId };
  const done = await fulfilments.change<readonly string[], never>(
    order,
    originOf(message),
    (current) => {
      const now = clock();
      const { fulfilment, given, kept } = allocate(current, allocation, now);
      // Without a store system to call, the task's being there is the notice (X_ALLOCATION_NOTIFIED).
      const events = notify ? [] : byAllocation('NOTIFIED', given, now, 'astrolabe');
      return ok({ state: fulfilment, events, result: kept });
    },
  );
  if (done.ok && done.value && done.value.length > 0) keptBack(order, done.value);
  if (notify) toTell(order);
  return DONE;
}

async function onClosed({ fulfilments }: IncomingDeps, message: Incoming): Promise<Handled> {
  const { sellerId, tradeId, subOrderIds } = EVENTS.orderClosed.decode(message.payload);
  if (sellerId === '' || tradeId === '') return { kind: 'reject', reason: 'INCOMPLETE_CLOSE' };
  const order = { sellerId, tradeId };
  await fulfilments.change(order, originOf(message), (current) =>
    ok({ state: seeClosed(current, order, subOrderIds), events: [], result: null }),
  );
  return DONE;
}

function toAllocation(payload: Uint8Array, now: Date): Allocation | null {
  const event = EVENTS.orderAllocated.decode(payload);
  const lines = event.lines.flatMap((line) => {
    const place = placeFromMessage(line.place);
    if (!place) return [];
    const { subOrderId, placeName, itemId, skuId, outerId, quantityMilli } = line;
    return [{ subOrderId, place, placeName, itemId, skuId, outerId, quantity: quantityMilli }];
  });
  if (lines.length === 0 || lines.length !== event.lines.length) return null;
  return {
    sellerId: event.sellerId,
    tradeId: event.tradeId,
    allocation: event.allocation,
    flow: event.flow === DeliveryFlow.PICKUP ? 'PICKUP' : 'SHIP',
    allocatedAt: event.allocatedAt ?? now,
    // Where the seller's own router allocates, the seller knows already.
    notify: event.allocatedBy === 'astrolabe' && event.acceptor === 'pos',
    lines,
  };
}
