import type { ChannelOrderLine, OrderCause, OrderSeen, Result } from '@astrolabe/kernel';
import { assertNever, err, isOurs, ok, shippedAtChannel } from '@astrolabe/kernel';
import { seeShipped, seeTrade, takeUpWaiting } from './allocate.ts';
import type { TradeSeen } from './allocate.ts';
import { grantedIn, wantedIn, withdrawnIn } from './channel-refunds.ts';
import { byAllocation } from './events.ts';
import type { Change, FulfilmentEvent } from './events.ts';
import type { Fulfilment, Model, Task, WantedRefund } from './fulfilment.ts';
import { closeIdle, givenUp } from './granted.ts';
import type { Granted } from './granted.ts';
import { hearRefunds } from './refund-news.ts';
import { refundOf } from './refund.ts';
import { shipWarehouses } from './tmall-shipment.ts';
import { withdrawRefunds } from './withdrawal.ts';
import type { Withdrawn } from './withdrawal.ts';

/** `toTell`: the seller's system has something to hear. */
export type Told = { toTell: boolean };

type Moments = { publishedAt: Date; now: Date };

const OF_NO_CONCERN: readonly OrderCause[] = ['MODIFIED', 'OTHER'];

/** Whether what a channel has said can change anything at an order's places. */
export const isOfConcern = (cause: OrderCause): boolean => !OF_NO_CONCERN.includes(cause);

/**
 * What a channel has said of an order, its sub-orders being known from then on. An order that is not ours
 * is known too, for anybody may report steps of its work, but nothing of it is told: nobody waits for
 * what becomes of it. `model`: the seller's; null where it is not known, or not needed.
 * UNPAID: it was closed before anything was heard of it, as most that are closed were never paid.
 */
export function seeOrder(
  current: Fulfilment | null,
  seen: OrderSeen,
  model: Model | null,
  now: Date,
): Result<Change<Told>, 'UNPAID'> {
  const { order, cause } = seen;
  if (!current && cause === 'CLOSED') return err('UNPAID');
  const { orderRef, lines } = order;
  const known = seeTrade(current, { orderRef, lines: lines.map(toLine) });
  const change = changeOf(known, seen, model, now);
  return ok(isOurs(order) ? change : { ...change, events: [] });
}

function toLine(line: ChannelOrderLine): TradeSeen['lines'][number] {
  const { subOrderId, itemId, skuId, outerId, quantityMilli: quantity } = line;
  const { title, spec, picture } = line;
  const known = { subOrderId, itemId, skuId, outerId, quantity };
  if (!title && !spec && !picture) return known;
  return { ...known, shown: { title: title ?? '', spec: spec ?? '', picture: picture ?? '' } };
}

/**
 * Whatever the channel speaks of, the order that comes with it shows which sub-orders are closed by now
 * (docs/adr/0034); of a payment alone that is no news.
 */
function changeOf(
  known: Fulfilment,
  { cause, order, publishedAt }: OrderSeen,
  model: Model | null,
  now: Date,
): Change<Told> {
  const at = { publishedAt, now };
  switch (cause) {
    case 'PAID':
    case 'MODIFIED':
    case 'OTHER':
      return { state: known, events: [], result: { toTell: false } };
    case 'REFUND_CHANGED':
      return refundChange(known, wantedIn(order), at);
    case 'REFUND_WITHDRAWN': {
      const { state, events } = refundChange(known, grantedIn(order), at);
      const change = withdrawalChange(state, withdrawnIn(order), now);
      return { ...change, events: [...events, ...change.events] };
    }
    case 'CLOSED': {
      const granted = grantedIn(order);
      const closed = closeIdle(known, granted);
      const change = refundChange(closed, granted, at);
      return { ...change, events: [...change.events, ...agreedTo(givenUp(known, closed), now)] };
    }
    case 'SHIPPED':
    case 'PARTLY_SHIPPED':
    case 'COMPLETED': {
      const before = refundChange(known, grantedIn(order), at);
      return shipmentChange(before, shippedAtChannel({ cause, order }) ?? [], model, at);
    }
    default:
      return assertNever(cause, 'cause');
  }
}

/**
 * Goods have left: a warehouse has shipped by this, a store reports it itself. What the channel shows as
 * closed has not.
 */
function shipmentChange(
  { state, events, result }: Change<Told>,
  subOrderIds: readonly string[],
  model: Model | null,
  { publishedAt, now }: Moments,
): Change<Told> {
  const marked = seeShipped(state, subOrderIds);
  const allocator = model?.allocator ?? 'ASTROLABE';
  const { fulfilment, shipped } = shipWarehouses(marked, allocator, publishedAt, now);
  const { channel } = state.orderRef;
  return {
    state: fulfilment,
    events: [...events, ...byAllocation('CONSIGNED', shipped, publishedAt, channel)],
    result: { toTell: result.toTell || shipped.length > 0 },
  };
}

function refundChange(
  known: Fulfilment,
  wanted: readonly (WantedRefund | Granted)[],
  { publishedAt, now }: Moments,
): Change<Told> {
  const heard = hearRefunds(known, wanted, publishedAt, now);
  const { fulfilment, asked, agreed, freed } = heard;
  const events = byAllocation('REFUND_ASKED', asked, now, 'astrolabe');
  return goingOn(fulfilment, freed, [...events, ...agreedTo(agreed, now)], now);
}

/** Nobody has these sub-orders: their goods will not leave. */
function agreedTo(tasks: readonly Task[], now: Date): FulfilmentEvent[] {
  if (tasks.length === 0) return [];
  const nobodys = tasks.map((task) => ({ ...task, place: null }));
  return [{ kind: 'REFUND_AGREED', tasks: nobodys, at: now, operator: 'astrolabe' }];
}

function withdrawalChange(known: Fulfilment, told: readonly Withdrawn[], now: Date): Change<Told> {
  const { fulfilment, withdrawn } = withdrawRefunds(known, told, now);
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
