import {
  EVENTS,
  flowFromMessage,
  orderRefFromMessage,
  orderSeenFromMessage,
  placeFromMessage,
} from '@astrolabe/contracts';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok, shippedAtChannel } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { Fulfilments, Origin, Sellers } from '../../application/ports.ts';
import { allocate, seeClosed, seeReopened } from '../../domain/allocate.ts';
import type { Allocation } from '../../domain/allocate.ts';
import { byAllocation } from '../../domain/events.ts';
import type { Change } from '../../domain/events.ts';
import { emptyFulfilment } from '../../domain/fulfilment.ts';
import type { Fulfilment, Model } from '../../domain/fulfilment.ts';
import { isOfConcern, seeOrder } from '../../domain/seen-order.ts';
import type { Told } from '../../domain/seen-order.ts';
import { shipWarehouses } from '../../domain/tmall-shipment.ts';

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
  /** Of orders that we supply. */
  supplied: SuppliedHandlers;
  fulfilments: Fulfilments;
  sellers: Sellers;
  clock: Clock;
  /** Something to be told is durable: the store system may be told. */
  toTell: (order: OrderRef) => void;
  /** Sub-orders that an allocation came too late for. */
  keptBack: (order: OrderRef, subOrderIds: readonly string[]) => void;
  /** Goods have another place than before, or none: what was bought for their parcels is given back. */
  goodsLeft: (order: OrderRef) => Promise<void>;
};

type SuppliedHandlers = Readonly<
  Record<
    'supplyOrderConfirmed' | 'supplyOrderCancelled' | 'procurementSaid',
    (message: Incoming) => Promise<Handled>
  >
>;

const DONE: Handled = { kind: 'done' };

export const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

/** What channels have said of orders: their sub-orders, shipments, refunds and closes. */
const orderSeenHandler =
  (deps: Pick<IncomingDeps, 'fulfilments' | 'sellers' | 'clock' | 'toTell'>) =>
  async (message: Incoming): Promise<Handled> => {
    const { fulfilments, sellers, clock, toTell } = deps;
    const read = orderSeenFromMessage(EVENTS.orderSeen.decode(message.payload));
    if (!read.ok) return { kind: 'reject', reason: read.error };
    const seen = read.value;
    if (!isOfConcern(seen.cause)) return DONE;
    const { orderRef } = seen.order;
    const model = shippedAtChannel(seen) && (await sellers.modelOf(orderRef.sellerId));
    const done = await fulfilments.change(orderRef, originOf(message), (current) =>
      seeOrder(current, seen, model, clock()),
    );
    if (done.ok && done.value?.toTell) toTell(orderRef);
    return DONE;
  };

/** Orders at their channels; allocations give each sub-order to its place; a closed order takes them back. */
export const incomingHandler = (
  deps: IncomingDeps,
): ((message: Incoming) => Promise<HandlerOutcome>) =>
  byType('fulfillment', {
    orderSeen: orderSeenHandler(deps),
    orderAllocated: (message: Incoming) => onAllocated(deps, message),
    orderClosed: (message) => onClosed(deps, message),
    orderReopened: (message) => onReopened(deps, message),
    ...deps.supplied,
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
  if (allocation.allocation > 1) await deps.goodsLeft(order);
  return DONE;
}

function allocationChange(
  current: Fulfilment | null,
  allocation: Allocation & Pick<Model, 'allocator'>,
  now: Date,
): Change<Told & { kept: readonly string[] }> {
  const { notify, allocator } = allocation;
  const { channel } = allocation.orderRef;
  const { fulfilment, given, kept } = allocate(current, allocation, now);
  // Without a store system to call, the task's being there is the notice (OFFERED).
  const notified = notify ? [] : byAllocation('NOTIFIED', given, now, 'astrolabe');
  // The shipment may be heard of before the allocation: they come by two topics.
  const after = shipWarehouses(fulfilment, allocator, now, now);
  const events = [...notified, ...byAllocation('CONSIGNED', after.shipped, now, channel)];
  const toTell = after.shipped.length > 0;
  return { state: after.fulfilment, events, result: { toTell, kept } };
}

async function onClosed(
  { fulfilments, goodsLeft }: IncomingDeps,
  message: Incoming,
): Promise<Handled> {
  const { orderRef, subOrderIds } = EVENTS.orderClosed.decode(message.payload);
  const order = orderRefFromMessage(orderRef);
  if (!order) return { kind: 'reject', reason: 'INCOMPLETE_CLOSE' };
  await fulfilments.change(order, originOf(message), (current) =>
    ok({ state: seeClosed(current, order, subOrderIds), events: [], result: null }),
  );
  await goodsLeft(order);
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
    flow: flowFromMessage(event.flow) ?? 'SHIP',
    allocatedAt: event.allocatedAt ?? now,
    allocator: event.allocatedBy === 'isv' ? 'ISV' : 'ASTROLABE',
    // Where the seller's own router allocates, the seller knows already.
    notify: event.allocatedBy === 'astrolabe' && event.acceptor === 'pos',
    lines,
  };
}
