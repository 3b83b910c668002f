import type { Place } from '@astrolabe/kernel';
import { placeKey, samePlace } from '@astrolabe/kernel';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { StoreAnswer } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import type { Shipment } from './step.ts';
import { operationId, withStep } from './steps.ts';

/**
 * The store took lines. What counts is the line's place in this document: an answer to an older
 * allocation, or one that comes after the line was closed, is written down and has no effect.
 */
export function accepted(state: OrderState, answer: StoreAnswer, now: Date): Change {
  const { mine, rest } = sorted(state, answer, ['ALLOCATED']);
  const next = ignored(state, answer, rest, ['ACCEPTED', 'SHIPPED'], 'ACCEPTANCE_IGNORED', now);
  return silent(takeAcceptance(next, mine, answer, now));
}

/** The goods left. It implies the acceptance, should that event come later. */
export function consigned(
  state: OrderState,
  answer: StoreAnswer,
  shipment: Shipment,
  now: Date,
): Change {
  const { mine, rest } = sorted(state, answer, ['ALLOCATED', 'ACCEPTED']);
  let next = ignored(state, answer, rest, ['SHIPPED'], 'CONSIGNMENT_IGNORED', now);
  const unaccepted = mine.filter((line) => line.decided === 'ALLOCATED');
  next = takeAcceptance(next, unaccepted, answer, now);
  const subOrderIds = ids(mine);
  if (subOrderIds.length === 0) return silent(next);
  next = changeLines(next, subOrderIds, (line) => ({ ...line, decided: 'SHIPPED' }));
  const id = operationId.consume(state.orderRef, mine);
  return silent(withStep(next, { kind: 'consume', id, subOrderIds, shipment }));
}

/**
 * The store refused lines: its shared holds go, the guarantee stays, the lines wait again and the
 * place is out for them. This service never splits an order, so a refusal takes all lines of the
 * place back, and lines that would have to go elsewhere than an accepted one fail [O-48].
 */
export function refused(state: OrderState, answer: StoreAnswer, now: Date): Change {
  const { mine, rest } = sorted(state, answer, ['ALLOCATED']);
  let next = ignored(state, answer, rest, [], 'REFUSAL_IGNORED', now);
  if (mine.length === 0) return silent(next);
  const whole = state.allocator === 'astrolabe';
  const back = whole ? next.lines.filter((line) => line.decided === 'ALLOCATED') : mine;
  const split =
    whole && next.lines.some((l) => l.decided === 'ACCEPTED' || l.decided === 'SHIPPED');
  const taken = split ? mine : back;
  const subOrderIds = ids(taken);
  const outcome: LineState = split ? 'FAILED' : 'WAITING';
  next = told(next, now, 'REFUSED', where(taken, answer.operator));
  next = changeLines(next, subOrderIds, (line) => ({
    ...unplaced(line),
    decided: outcome,
    state: outcome,
    refusedBy: line.place ? withPlace(line.refusedBy, line.place) : line.refusedBy,
  }));
  const id = operationId.refuse(state.orderRef, taken);
  next = withStep(next, { kind: 'refuse', id, subOrderIds });
  if (!split) return silent(next);
  const { allocation } = state;
  return {
    state: told(next, now, 'ALLOCATE_FAILED', 'WOULD_SPLIT'),
    events: [{ type: 'OrderAllocationFailed', allocation, reason: 'WOULD_SPLIT' }],
  };
}

/** A line that goes nowhere for now. */
export const unplaced = (line: OrderLine): OrderLine => ({
  ...line,
  place: null,
  placeName: '',
  kind: null,
  attributes: {},
});

function takeAcceptance(
  state: OrderState,
  lines: readonly OrderLine[],
  answer: StoreAnswer,
  now: Date,
): OrderState {
  const [first] = lines;
  if (!first) return state;
  const subOrderIds = ids(lines);
  const decided = changeLines(state, subOrderIds, (line) => ({ ...line, decided: 'ACCEPTED' }));
  const noted = told(decided, now, 'STORE_ACCEPTED', where(lines, answer.operator));
  const id = operationId.accept(state.orderRef, lines);
  return withStep(noted, { kind: 'accept', id, subOrderIds, place: first.place });
}

/** Splits the named lines into those the answer is good for and the rest. */
export function sorted(
  state: OrderState,
  answer: StoreAnswer,
  good: readonly LineState[],
): { mine: readonly OrderLine[]; rest: readonly OrderLine[] } {
  const named = state.lines.filter((line) => answer.subOrderIds.includes(line.subOrderId));
  const isMine = (line: OrderLine): boolean =>
    good.includes(line.decided) &&
    line.allocation > 0 &&
    answer.allocation >= line.allocation &&
    answer.allocation <= state.allocation &&
    line.place !== null &&
    (answer.place === null || samePlace(answer.place, line.place));
  return { mine: named.filter(isMine), rest: named.filter((line) => !isMine(line)) };
}

/** Writes down the lines that an answer does not touch, but for those that stand there already. */
export function ignored(
  state: OrderState,
  answer: StoreAnswer,
  lines: readonly OrderLine[],
  already: readonly LineState[],
  what: string,
  now: Date,
): OrderState {
  const strange = lines.filter(
    (line) => answer.allocation < line.allocation || !already.includes(line.decided),
  );
  if (strange.length === 0) return state;
  return told(state, now, what, strange.map((l) => `${l.subOrderId} is ${l.decided}`).join(', '));
}

const ids = (lines: readonly OrderLine[]): readonly string[] => lines.map((l) => l.subOrderId);

export const withPlace = (places: readonly Place[], place: Place): readonly Place[] =>
  places.some((known) => samePlace(known, place)) ? places : [...places, place];

/** Lines with their places, as a split order has several, and who answered. */
export function where(lines: readonly OrderLine[], operator: string): string {
  const groups = Map.groupBy(lines, ({ place }) => (place ? placeKey(place) : ''));
  const parts = [...groups].map(([place, group]) => `${ids(group).join(' ')} at ${place}`);
  return `${parts.join(', ')}${operator ? ` by ${operator}` : ''}`;
}
