import { EVENTS, placeFromMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Fulfilments, OrderName, Origin } from '../../application/ports.ts';
import { allocate, seeShipped, seeTrade } from '../../domain/allocate.ts';
import type { Allocation } from '../../domain/allocate.ts';

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
  /** An allocation is durable: its store may be told. */
  allocated: (order: OrderName) => void;
};

const DONE: Handled = { kind: 'done' };

const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const PAID = 'taobao_trade_TradeBuyerPay';
const SHIPPED = new Set(['taobao_trade_TradeSellerShip', 'taobao_trade_TradePartlySellerShip']);

/** Trades: their sub-orders, and whether Tmall has marked them as shipped. */
export const tradeHandler =
  ({ fulfilments }: Pick<IncomingDeps, 'fulfilments'>) =>
  async (message: Incoming): Promise<Handled> => {
    if (message.type !== EVENTS.tradePushed.type) return DONE;
    const { messageTopic, trade } = EVENTS.tradePushed.decode(message.payload);
    if (!trade || trade.sellerId === '' || trade.tradeId === '') {
      return { kind: 'reject', reason: 'INCOMPLETE_TRADE' };
    }
    const order = { sellerId: trade.sellerId, tradeId: trade.tradeId };
    const { lines } = trade;
    if (messageTopic !== PAID && !SHIPPED.has(messageTopic)) return DONE;
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
      const state = SHIPPED.has(messageTopic) ? seeShipped(seen, order) : seen;
      return ok({ state, events: [], result: null });
    });
    return DONE;
  };

/** Allocations: a task for each sub-order at its place. */
export const orderHandler =
  ({ fulfilments, clock, allocated }: IncomingDeps) =>
  async (message: Incoming): Promise<Handled> => {
    if (message.type !== EVENTS.orderAllocated.type) return DONE;
    const allocation = toAllocation(message.payload, clock());
    if (!allocation) return { kind: 'reject', reason: 'INCOMPLETE_ALLOCATION' };
    const order = { sellerId: allocation.sellerId, tradeId: allocation.tradeId };
    await fulfilments.change(order, originOf(message), (current) =>
      ok({ state: allocate(current, allocation, clock()), events: [], result: null }),
    );
    if (allocation.notify) allocated(order);
    return DONE;
  };

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
