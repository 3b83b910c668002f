import { codedNote, formatShanghai, isClosedAtChannel, isGivenUp } from '@astrolabe/kernel';
import { openRound } from './allocation.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { SellerSettings, PlacedOrder, PlacedLine } from './commands.ts';
import type { OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import { operationId, withStep } from './steps.ts';

/** The buyer paid: take the order and hold stock for all its open lines. */
export function paid(
  state: OrderState | null,
  placed: PlacedOrder,
  settings: SellerSettings,
  now: Date,
): Change {
  if (state?.paid) return silent(state);
  const order = { ...(state ?? newOrder(placed, settings, now)), paid: true };
  const received = told(order, now, 'RECEIVED', `paid ${formatShanghai(order.paidAt)}`);
  const notes = placed.notes ?? [];
  const fresh = notes.reduce(
    (state, note) => told(state, now, 'MESSAGE_NOTE', codedNote(note)),
    received,
  );
  const open = fresh.lines.filter((line) => line.decided === 'WAITING');
  if (open.length === 0) return silent(fresh);
  const stocked = open.filter((line) => !line.rides);
  if (stocked.length === 0) return openRound(fresh);
  if (stocked.some((line) => line.goodsId === '')) {
    return silent(unfulfillable(fresh, now, 'UNKNOWN_GOODS'));
  }
  const id = operationId.reserve(placed.orderRef);
  const subOrderIds = stocked.map((line) => line.subOrderId);
  return silent(withStep(fresh, { kind: 'reserve', id, subOrderIds, hold: 0 }));
}

/**
 * The order was closed at the channel. Lines that no store has accepted are given up and their holds
 * released. Accepted lines stay until their store has said where the goods are: fulfillment reads the
 * same message and asks it (CANCEL_ASKED, docs/adr/0034); its RefundAgreed gives the stock back. A close
 * that arrives before its payment leaves a closed order behind, which the payment finds.
 */
export function closed(
  state: OrderState | null,
  placed: PlacedOrder,
  settings: SellerSettings,
  now: Date,
): Change {
  const order = state ?? newOrder(placed, settings, now);
  const named = new Set(closedLines(placed));
  const asked = order.lines.filter((line) => named.has(line.subOrderId));
  const held = asked.filter((line) => line.decided === 'ACCEPTED');
  const late = asked.filter((line) => line.decided === 'SHIPPED');
  const open = asked.filter(({ decided }) => !['ACCEPTED', 'SHIPPED', 'CLOSED'].includes(decided));
  const ids = open.map((line) => line.subOrderId);
  const over = asked.filter((line) => line.refunded).map((line) => line.subOrderId);
  // What the channel has closed no withdrawal brings back.
  let next = changeLines(order, over, (line) => ({ ...line, refunded: false }));
  if (held.length > 0) {
    next = told(next, now, 'CLOSE_ASKED', held.map((line) => line.subOrderId).join(' '));
  }
  if (late.length > 0) {
    next = told(next, now, 'CLOSE_TOO_LATE', late.map((line) => line.subOrderId).join(' '));
  }
  if (ids.length === 0) return silent(next);
  const reason = 'CLOSED_AT_CHANNEL';
  next = told(next, now, 'CLOSE_DECIDED', ids.join(' '));
  next = changeLines(next, ids, (line) => ({ ...line, decided: 'CLOSED' }));
  if (state?.paid) {
    const id = operationId.release(placed.orderRef, open);
    next = withStep(next, { kind: 'release', id, subOrderIds: ids, reason });
  } else {
    next = changeLines(next, ids, (line) => ({ ...line, state: 'CLOSED' }));
  }
  return { state: next, events: [{ type: 'OrderClosed', subOrderIds: ids, reason }] };
}

/** Gives every waiting line up because certain stock cannot be held. */
export function unfulfillable(state: OrderState, now: Date, reason: string): OrderState {
  const waiting = state.lines.filter((line) => line.decided === 'WAITING');
  const failed = changeLines(
    { ...state, unfulfillable: reason },
    waiting.map((line) => line.subOrderId),
    (line) => ({ ...line, decided: 'FAILED', state: 'FAILED' }),
  );
  return told(failed, now, 'UNFULFILLABLE', reason);
}

function closedLines(placed: PlacedOrder): readonly string[] {
  const dead = placed.lines.filter(isGivenUp);
  const some = !isClosedAtChannel(placed) && dead.length > 0;
  return (some ? dead : placed.lines).map((line) => line.subOrderId);
}

/** An order before anything has happened to it. */
export function newOrder(placed: PlacedOrder, settings: SellerSettings, now: Date): OrderState {
  return {
    orderRef: placed.orderRef,
    traceId: placed.traceId,
    status: 'RECEIVED',
    allocator: settings.allocator,
    acceptor: settings.acceptor,
    buyerRef: placed.buyerRef,
    paidAt: placed.paidAt ?? now,
    paymentFen: placed.paymentFen,
    postFeeFen: placed.postFeeFen,
    paid: false,
    postFeeTold: false,
    receiver: placed.receiver,
    collectStoreId: placed.collectStoreId,
    holdPolicy: placed.hold,
    lines: placed.lines.map(newLine),
    allocation: 0,
    attempt: 0,
    missed: [],
    unfulfillable: null,
    flags: [],
    hold: null,
    actions: [],
    claim: null,
    retryAt: null,
    retries: 0,
    steps: [],
    headCall: null,
    inbox: {},
    decisions: [],
    timeline: [],
    waits: {},
    passages: [],
  };
}

function newLine(line: PlacedLine): OrderLine {
  const state = isGivenUp(line) ? 'CLOSED' : 'WAITING';
  return {
    subOrderId: line.subOrderId,
    itemId: line.itemId,
    skuId: line.skuId,
    outerId: line.outerId,
    goodsId: line.goodsId,
    quantityMilli: line.quantityMilli,
    paymentFen: line.paymentFen,
    omni: line.fulfilment === 'OMNI',
    decided: state,
    state,
    allocation: 0,
    place: null,
    placeName: '',
    kind: null,
    certainPlace: null,
    refusedBy: [],
    attributes: {},
    hold: 0,
    returns: 0,
    refunded: false,
    rides: line.rides,
    left: false,
  };
}
