import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import { isShipment, shippedAtTmall } from '@astrolabe/contracts/ingress';
import type { Trade, TradeLine } from '@astrolabe/contracts/ingress';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type {
  Change,
  FulfilmentEvent,
  Fulfilments,
  Origin,
  Sellers,
} from '../../application/ports.ts';
import { byAllocation } from '../../application/events.ts';
import {
  allocate,
  seeClosed,
  seeReopened,
  seeShipped,
  seeTrade,
  takeUpWaiting,
} from '../../domain/allocate.ts';
import type { Allocation } from '../../domain/allocate.ts';
import { emptyFulfilment } from '../../domain/fulfilment.ts';
import type { Fulfilment, Model, Task, WantedRefund } from '../../domain/fulfilment.ts';
import { closeIdle } from '../../domain/granted.ts';
import type { Granted } from '../../domain/granted.ts';
import { hearRefunds } from '../../domain/refund-news.ts';
import { refundOf } from '../../domain/refund.ts';
import { shipWarehouses } from '../../domain/tmall-shipment.ts';
import { withdrawRefunds } from '../../domain/withdrawal.ts';
import type { Withdrawn } from '../../domain/withdrawal.ts';
import { REFUND_TOPICS, grantedIn, wantedIn } from './trade-refunds.ts';

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
  sellers: Sellers;
  clock: Clock;
  /** Something to be told is durable: the store system may be told. */
  toTell: (order: OrderRef) => void;
  /** Sub-orders that an allocation came too late for. */
  keptBack: (order: OrderRef, subOrderIds: readonly string[]) => void;
};

const DONE: Handled = { kind: 'done' };

const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const PAID = 'taobao_trade_TradeBuyerPay';
const CLOSED = 'taobao_trade_TradeClose';
const REFUND_CLOSED = 'taobao_refund_RefundClosed';
/** TOP's status of a sub-order whose buyer does not want the money back any more. */
const REFUND_WITHDRAWN = 'CLOSED';
/** Trades: their sub-orders, whether Tmall has marked them as shipped, what the buyer wants back. */
const tradeHandler =
  (deps: Pick<IncomingDeps, 'fulfilments' | 'sellers' | 'clock' | 'toTell'>) =>
  async (message: Incoming): Promise<Handled> => {
    const { fulfilments, sellers, clock, toTell } = deps;
    const { messageTopic, trade, publishedAt } = EVENTS.tradePushed.decode(message.payload);
    const order = orderRefFromMessage(trade?.orderRef);
    if (!trade || !order) return { kind: 'reject', reason: 'INCOMPLETE_TRADE' };
    const isOfShipment = isShipment(messageTopic);
    if (!isOfShipment && !READ_TOPICS.includes(messageTopic)) return DONE;
    const model = isOfShipment ? await sellers.modelOf(order.sellerId) : null;
    const done = await fulfilments.change<Told, 'UNPAID'>(order, originOf(message), (current) => {
      // Most trades that are closed were never paid.
      if (!current && messageTopic === CLOSED) return err('UNPAID');
      const seen = seeTrade(current, { orderRef: order, lines: trade.lines.map(toLine) });
      const at = { publishedAt: publishedAt ?? clock(), now: clock() };
      const change = isOfShipment
        ? shipmentChange(seen, messageTopic, trade, model, at)
        : tradeChange(seen, messageTopic, trade, at);
      // Orders without omni-channel goods are not routed: nobody waits for what becomes of them.
      const isOmni = trade.lines.some(({ omni }) => omni);
      return ok(isOmni ? change : { ...change, events: [] });
    });
    if (done.ok && done.value?.toTell) toTell(order);
    return DONE;
  };

const READ_TOPICS: readonly string[] = [PAID, CLOSED, ...REFUND_TOPICS, REFUND_CLOSED];

type Moments = { publishedAt: Date; now: Date };
/** `toTell`: the seller's system has something to hear. */
type Told = { toTell: boolean };

/**
 * Goods have left: a warehouse has shipped by this, a store reports it itself. What the trade shows as
 * closed has not.
 */
function shipmentChange(
  seen: Fulfilment,
  messageTopic: string,
  trade: Trade,
  model: Model | null,
  at: Moments,
): Change<Told> {
  const { state, events, result } = refundChange(seen, grantedIn(trade), at);
  const marked = seeShipped(state, shippedAtTmall(messageTopic, trade));
  const allocator = model?.allocator ?? 'ASTROLABE';
  const { publishedAt, now } = at;
  const { fulfilment, shipped } = shipWarehouses(marked, allocator, publishedAt, now);
  return {
    state: fulfilment,
    events: [...events, ...byAllocation('CONSIGNED', shipped, publishedAt, 'tmall')],
    result: { toTell: result.toTell || shipped.length > 0 },
  };
}

const toLine = ({ subOrderId, itemId, skuId, outerId, quantityMilli }: TradeLine) => ({
  subOrderId,
  itemId,
  skuId,
  outerId,
  quantity: quantityMilli,
});

/**
 * What a message about a trade comes to, its sub-orders being known. Whatever it is about, the trade
 * that comes with it shows which sub-orders are closed by now (docs/adr/0034).
 */
function tradeChange(
  seen: Fulfilment,
  messageTopic: string,
  trade: Trade,
  at: Moments,
): Change<Told> {
  if (messageTopic === PAID) return { state: seen, events: [], result: { toTell: false } };
  if (REFUND_TOPICS.includes(messageTopic)) return refundChange(seen, wantedIn(trade), at);
  const granted = grantedIn(trade);
  if (messageTopic === CLOSED) return refundChange(closeIdle(seen, granted), granted, at);
  const { state, events } = refundChange(seen, granted, at);
  const told = trade.lines.filter(({ refundStatus }) => refundStatus === REFUND_WITHDRAWN);
  const change = withdrawalChange(state, told, at.now);
  return { ...change, events: [...events, ...change.events] };
}

function refundChange(
  seen: Fulfilment,
  wanted: readonly (WantedRefund | Granted)[],
  { publishedAt, now }: Moments,
): Change<Told> {
  const heard = hearRefunds(seen, wanted, publishedAt, now);
  const { fulfilment, asked, agreed, freed } = heard;
  const events: FulfilmentEvent[] = byAllocation('REFUND_ASKED', asked, now, 'astrolabe');
  if (agreed.length > 0) {
    const nobodys = agreed.map((task) => ({ ...task, place: null }));
    events.push({ kind: 'REFUND_AGREED', tasks: nobodys, at: now, operator: 'astrolabe' });
  }
  return goingOn(fulfilment, freed, events, now);
}

function withdrawalChange(seen: Fulfilment, told: readonly Withdrawn[], now: Date): Change<Told> {
  const { fulfilment, withdrawn } = withdrawRefunds(seen, told, now);
  return goingOn(fulfilment, withdrawn, [], now);
}

/** The questions about these tasks are void: what waited for their answers goes on. */
function goingOn(
  current: Fulfilment,
  freed: readonly Task[],
  events: readonly FulfilmentEvent[],
  now: Date,
): Change<Told> {
  const { fulfilment, given } = takeUpWaiting(current, freed, now);
  const known = given.filter(({ subOrderId }) => {
    const before = freed.find((task) => task.subOrderId === subOrderId);
    return before?.waiting?.notify === false;
  });
  const told = byAllocation('NOTIFIED', known, now, 'astrolabe');
  const all = [...withdrawnEvents(freed, now), ...events, ...told];
  return { state: fulfilment, events: all, result: { toTell: fulfilment.notifyAt !== null } };
}

/** That questions about goods are void, by the tasks as they were. */
function withdrawnEvents(withdrawn: readonly Task[], now: Date): FulfilmentEvent[] {
  // A place that was not asked about the refund has nothing to hear of its withdrawal.
  const asked = withdrawn.map((task) => ({ ...task, place: refundOf(task)?.place ?? null }));
  const events = byAllocation('REFUND_WITHDRAWN', asked, now, 'astrolabe');
  const nobodys = asked.filter(({ place }) => place === null);
  if (nobodys.length > 0) {
    events.push({ kind: 'REFUND_WITHDRAWN', tasks: nobodys, at: now, operator: 'astrolabe' });
  }
  return events;
}

/** Trades; allocations give each sub-order to its place; a closed order takes them back. */
export const incomingHandler = (
  deps: IncomingDeps,
): ((message: Incoming) => Promise<HandlerOutcome>) =>
  byType('fulfillment', {
    tradePushed: tradeHandler(deps),
    orderAllocated: (message: Incoming) => onAllocated(deps, message),
    orderClosed: (message) => onClosed(deps, message),
    orderReopened: (message) => onReopened(deps, message),
  });

async function onAllocated(deps: IncomingDeps, message: Incoming): Promise<Handled> {
  const { fulfilments, clock, toTell, keptBack } = deps;
  const allocation = toAllocation(message.payload, clock());
  if (!allocation) return { kind: 'reject', reason: 'INCOMPLETE_ALLOCATION' };
  const { orderRef: order } = allocation;
  const done = await fulfilments.change(order, originOf(message), (current) =>
    ok(allocationChange(current, allocation, clock())),
  );
  const result = done.ok ? done.value : null;
  if (result && result.kept.length > 0) keptBack(order, result.kept);
  if (allocation.notify || result?.toTell) toTell(order);
  return DONE;
}

function allocationChange(
  current: Fulfilment | null,
  allocation: Allocation & Pick<Model, 'allocator'>,
  now: Date,
): Change<Told & { kept: readonly string[] }> {
  const { notify, allocator } = allocation;
  const { fulfilment, given, kept } = allocate(current, allocation, now);
  // Without a store system to call, the task's being there is the notice (X_ALLOCATION_NOTIFIED).
  const notified = notify ? [] : byAllocation('NOTIFIED', given, now, 'astrolabe');
  // The shipment may be heard of before the allocation: they come by two topics.
  const after = shipWarehouses(fulfilment, allocator, now, now);
  const events = [...notified, ...byAllocation('CONSIGNED', after.shipped, now, 'tmall')];
  const toTell = after.shipped.length > 0;
  return { state: after.fulfilment, events, result: { toTell, kept } };
}

async function onClosed({ fulfilments }: IncomingDeps, message: Incoming): Promise<Handled> {
  const { orderRef, subOrderIds } = EVENTS.orderClosed.decode(message.payload);
  const order = orderRefFromMessage(orderRef);
  if (!order) return { kind: 'reject', reason: 'INCOMPLETE_CLOSE' };
  await fulfilments.change(order, originOf(message), (current) =>
    ok({ state: seeClosed(current, order, subOrderIds), events: [], result: null }),
  );
  return DONE;
}

async function onReopened({ fulfilments }: IncomingDeps, message: Incoming): Promise<Handled> {
  const { orderRef, subOrderIds } = EVENTS.orderReopened.decode(message.payload);
  const order = orderRefFromMessage(orderRef);
  if (!order) return { kind: 'reject', reason: 'INCOMPLETE_REOPENING' };
  await fulfilments.change(order, originOf(message), (current) => {
    const state = seeReopened(current ?? emptyFulfilment(order), subOrderIds);
    return ok({ state, events: [], result: null });
  });
  return DONE;
}

function toAllocation(
  payload: Uint8Array,
  now: Date,
): (Allocation & Pick<Model, 'allocator'>) | null {
  const event = EVENTS.orderAllocated.decode(payload);
  const lines = event.lines.flatMap((line) => {
    const place = placeFromMessage(line.place);
    if (!place) return [];
    const { subOrderId, placeName, itemId, skuId, outerId, quantityMilli } = line;
    const goods = { itemId, skuId, outerId, quantity: quantityMilli };
    return [
      { subOrderId, place, placeName, ...goods, attributes: Object.entries(line.attributes) },
    ];
  });
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef || lines.length === 0 || lines.length !== event.lines.length) return null;
  return {
    orderRef,
    allocation: event.allocation,
    flow: event.flow === DeliveryFlow.PICKUP ? 'PICKUP' : 'SHIP',
    allocatedAt: event.allocatedAt ?? now,
    allocator: event.allocatedBy === 'isv' ? 'ISV' : 'ASTROLABE',
    // Where the seller's own router allocates, the seller knows already.
    notify: event.allocatedBy === 'astrolabe' && event.acceptor === 'pos',
    lines,
  };
}
