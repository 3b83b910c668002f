import type { Milli } from '@astrolabe/kernel';
import { waitMs } from '@astrolabe/outbound';
import type { StockOutcome } from '../commands.ts';
import { hasEnded } from './life.ts';
import {
  consumedOf,
  hasOrigin,
  isKnown,
  keptForMore,
  linesWithSent,
  noted,
  withConsumed,
  withOrder,
  withRequisition,
} from './procurement.ts';
import type { Hold, OrderSeen, Procurement, Purchase } from './procurement.ts';
import type { Consumed, HoldLine, StockMove } from './stock-step.ts';

/** What is to be done with the stock now; empty: it is where it belongs. */
export function stockMoves(p: Procurement, isClosed: boolean): readonly StockMove[] {
  for (const order of p.orders) {
    const moves = orderMoves(p, order, isClosed);
    if (moves.length > 0) return moves;
  }
  return requisitionMoves(p, isClosed);
}

function orderMoves(p: Procurement, order: Purchase, isClosed: boolean): readonly StockMove[] {
  const { seen, hold, orderId } = order;
  if (!seen) return [];
  if (order.isAccountedFor) return accountMoves(order);
  if (!hasEnded(seen)) {
    const lines = linesToHold(order);
    const isDue = hold === null && hasOrigin(p, order) && isKnown(seen) && lines.length > 0;
    return isDue ? bindMoves(p, order, lines, isClosed) : [];
  }
  if (hold?.state !== 'HELD' || !isSureOfEnd(order) || unaccounted(order).length > 0) return [];
  return [{ kind: 'release', owner: orderId, hold: hold.number }];
}

const linesToHold = ({ seen }: Purchase): readonly HoldLine[] =>
  (seen?.lines ?? []).flatMap(({ lineId, goodsId, ordered }) =>
    ordered > 0n ? [{ lineId, goodsId, quantityMilli: ordered }] : [],
  );

/**
 * An order that may have been shipped has a second look at its end, a moment later: the platform takes
 * shipments and cancels at the same time, and its details lag (catalogue X-A15, field Q2).
 */
const isSureOfEnd = ({ endReadings, told }: Purchase): boolean =>
  endReadings >= 2 || told.revision === 0;

/** What the platform calls sent and none of our parcels has taken out of the stock. */
export const unaccounted = (order: Purchase): readonly Consumed[] =>
  linesWithSent(order).flatMap(({ lineId, sent }) => {
    const quantity = sent - consumedOf(order, lineId);
    return quantity > 0n ? [{ lineId, quantity }] : [];
  });

/** A person said that it has left: it is consumed, from the hold or from what is there. */
function accountMoves(order: Purchase): readonly StockMove[] {
  const { orderId: owner, hold, holds } = order;
  const lines = unaccounted(order);
  if (lines.length === 0) return [];
  if (hold?.state === 'HELD') return [{ kind: 'consume', owner, hold: hold.number, lines }];
  const goods = new Map(order.seen?.lines.map(({ lineId, goodsId }) => [lineId, goodsId]));
  const taken = lines.map(({ lineId, quantity }) => ({
    lineId,
    goodsId: goods.get(lineId) ?? '',
    quantityMilli: quantity,
  }));
  return [
    { kind: 'reserve', owner, hold: holds, lines: taken },
    { kind: 'consume', owner, hold: holds, lines },
  ];
}

/**
 * Passes the requisition's hold on to an order. What further orders may claim is held again at once, in the
 * same turn of the inventory. An order of more than the requisition has is held anew.
 */
function bindMoves(
  p: Procurement,
  { orderId: owner, holds }: Purchase,
  lines: readonly HoldLine[],
  isClosed: boolean,
): readonly StockMove[] {
  const { requisition } = p;
  const hold = requisition?.hold?.state === 'HELD' ? requisition.hold : null;
  const reserve = { kind: 'reserve', owner, hold: holds, lines } as const;
  if (!requisition || !hold) return [reserve];
  const rest = keptForMore(p, isClosed);
  const again: readonly StockMove[] =
    rest.length > 0 ? [{ kind: 'reserve', owner: '', hold: requisition.holds, lines: rest }] : [];
  if (hold.reason === '' && covers(hold, lines)) {
    return [{ kind: 'rebind', hold: hold.number, owner, to: holds, lines }, ...again];
  }
  return [{ kind: 'release', owner: '', hold: hold.number }, reserve, ...again];
}

function covers(hold: Hold, lines: readonly HoldLine[]): boolean {
  const needs = sums(lines);
  const has = sums(hold.lines);
  return [...needs].every(([goodsId, quantity]) => quantity <= (has.get(goodsId) ?? 0n));
}

function sums(lines: readonly HoldLine[]): Map<string, Milli> {
  const all = new Map<string, Milli>();
  for (const { goodsId, quantityMilli } of lines) {
    all.set(goodsId, (all.get(goodsId) ?? 0n) + quantityMilli);
  }
  return all;
}

const isSame = (hold: Hold, lines: readonly HoldLine[]): boolean => {
  const [has, wanted] = [sums(hold.lines), sums(lines)];
  return has.size === wanted.size && [...has].every(([goods, all]) => wanted.get(goods) === all);
};

/** Whether a requisition keeps these goods in these quantities, and nothing else. */
export const keepsJust = (
  { requisition }: Procurement,
  { lines }: Pick<OrderSeen, 'lines'>,
): boolean =>
  requisition?.hold?.state === 'HELD' &&
  isSame(
    requisition.hold,
    lines.map(({ lineId, goodsId, ordered }) => ({ lineId, goodsId, quantityMilli: ordered })),
  );

/** The requisition keeps what no order has claimed. What failed is not tried again by itself. */
function requisitionMoves(p: Procurement, isClosed: boolean): readonly StockMove[] {
  const { requisition } = p;
  if (!requisition?.seen) return [];
  const { hold, holds } = requisition;
  const lines = keptForMore(p, isClosed);
  const release: readonly StockMove[] =
    hold?.state === 'HELD' ? [{ kind: 'release', owner: '', hold: hold.number }] : [];
  if (lines.length === 0) return release;
  if (hold && hold.state !== 'RELEASED' && isSame(hold, lines)) return [];
  return [...release, { kind: 'reserve', owner: '', hold: holds, lines }];
}

/** Writes down what is to be done next, unless something is under way. */
export function planned(p: Procurement, isClosed: boolean, now: Date): Procurement {
  if (p.stock.pending || p.movedTo) return p;
  const moves = stockMoves(p, isClosed);
  if (moves.length === 0) return p;
  const number = p.stock.steps + 1;
  return { ...p, stock: { steps: number, pending: { number, moves, failures: 0, at: now } } };
}

const WAITS = { firstWaitMs: 500, factor: 2, waitMaxMs: 60_000 };

/** The inventory did not answer: the same commands again, later. */
export function stepFailed(p: Procurement, number: number, now: Date): Procurement {
  const { pending } = p.stock;
  if (pending?.number !== number) return p;
  const failures = pending.failures + 1;
  const at = new Date(now.getTime() + waitMs(WAITS, failures));
  return { ...p, stock: { ...p.stock, pending: { ...pending, failures, at } } };
}

/** Takes in how the commands of a step ended, in their order. One that is over changes nothing. */
export function stepTaken(
  p: Procurement,
  number: number,
  outcomes: readonly StockOutcome[],
  now: Date,
): Procurement {
  const { pending } = p.stock;
  if (pending?.number !== number) return p;
  return pending.moves.reduce<Procurement>(
    (before, move, at) => {
      const outcome = outcomes[at] ?? { kind: 'refused', reason: 'NO_OUTCOME' };
      return noted(
        moved(before, move, outcome),
        now,
        wordOf(move, outcome),
        move.owner,
        said(outcome),
      );
    },
    { ...p, stock: { ...p.stock, pending: null } },
  );
}

const said = (outcome: StockOutcome): string => (outcome.kind === 'done' ? '' : outcome.reason);

function wordOf({ kind }: StockMove, outcome: StockOutcome): string {
  if (outcome.kind === 'done') return DONE[kind];
  return kind === 'reserve' ? 'HOLD_FAILED' : `${kind.toUpperCase()}_REFUSED`;
}

const DONE = {
  reserve: 'HELD',
  rebind: 'BOUND',
  release: 'RELEASED',
  consume: 'CONSUMED',
} as const;

function moved(p: Procurement, move: StockMove, outcome: StockOutcome): Procurement {
  switch (move.kind) {
    case 'reserve':
      return withHold(p, move.owner, move.hold, holdOf(move.hold, move.lines, outcome));
    case 'rebind': {
      if (outcome.kind !== 'done') return notToBind(p, outcome.reason);
      const bound = released(p, '', move.hold);
      return withHold(bound, move.owner, move.to, holdOf(move.to, move.lines, outcome));
    }
    case 'release':
      return released(p, move.owner, move.hold);
    case 'consume':
      return withOrder(p, move.owner, (order) => accounted(order, move.lines, outcome));
  }
}

/** The inventory does not pass this hold on: it is released, and the order is held anew. */
const notToBind = (p: Procurement, reason: string): Procurement =>
  withRequisition(p, (requisition) => ({
    ...requisition,
    hold: requisition.hold && { ...requisition.hold, reason },
  }));

/** Asked for once: what did not go through is for the person to decide again. */
function accounted(order: Purchase, lines: readonly Consumed[], outcome: StockOutcome): Purchase {
  const after = outcome.kind === 'done' ? withConsumed(order, lines) : order;
  return { ...after, isAccountedFor: false };
}

const holdOf = (number: number, lines: readonly HoldLine[], outcome: StockOutcome): Hold => ({
  number,
  state: outcome.kind === 'done' ? 'HELD' : 'FAILED',
  lines: lines.map((line) => ({
    ...line,
    place: outcome.kind === 'done' ? (outcome.places[line.lineId] ?? null) : null,
  })),
  reason: outcome.kind === 'done' ? '' : outcome.reason,
});

function withHold(p: Procurement, owner: string, number: number, hold: Hold): Procurement {
  const holds = number + 1;
  if (owner === '') return withRequisition(p, (requisition) => ({ ...requisition, hold, holds }));
  return withOrder(p, owner, (order) => ({ ...order, hold, holds }));
}

function released(p: Procurement, owner: string, number: number): Procurement {
  const over = <T extends { readonly hold: Hold | null }>(one: T): T =>
    one.hold?.number === number ? { ...one, hold: { ...one.hold, state: 'RELEASED' } } : one;
  return owner === '' ? withRequisition(p, over) : withOrder(p, owner, over);
}
