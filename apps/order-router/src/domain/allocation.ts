import type { Place } from '@astrolabe/kernel';
import { placeKey, samePlace } from '@astrolabe/kernel';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { Choice, StockOutcome } from './commands.ts';
import type { AllocatedLine } from './events.ts';
import type { OrderLine, OrderState, RoutingDecision } from './order.ts';
import { changeLines, told } from './order.ts';
import type { RoutingOrder } from './routing/types.ts';
import type { RouteTarget, Step } from './step.ts';
import { operationId, withStep } from './steps.ts';

/** Choices of one round; after that the order is handed to people. */
export const MAX_ATTEMPTS = 5;

const MAX_DECISIONS = 10;

/** Lines that no place is chosen for. */
export const waiting = (state: OrderState): readonly OrderLine[] =>
  state.lines.filter((line) => line.decided === 'WAITING');

/**
 * Opens the next round of allocation for the waiting lines, if there are any. Where the seller's own
 * router allocates it is asked to: the event says for which lines. Not while an operator holds the order.
 */
export function openRound(state: OrderState): Change {
  if (state.hold) return silent(state);
  const subOrderIds = waiting(state).map((line) => line.subOrderId);
  if (subOrderIds.length === 0) return silent(state);
  const allocation = state.allocation + 1;
  if (state.allocator === 'isv') {
    return { state, events: [{ type: 'OrderAwaitingAllocation', allocation, subOrderIds }] };
  }
  if (state.steps.some((step) => step.kind === 'choose')) return silent(state);
  const id = operationId.choose(state.orderRef, allocation, 1);
  return silent(withStep({ ...state, allocation, attempt: 1, missed: [] }, { kind: 'choose', id }));
}

/**
 * Lines that were closed and are held again go on where the rest of the order is, for this service
 * never splits an order; where nothing else is alive, or the seller routes, they are chosen for anew.
 */
export function resumed(state: OrderState, now: Date): Change {
  const rest = placedLine(state);
  const lines = waiting(state);
  if (!rest?.place || lines.length === 0 || state.hold) return openRound(state);
  const { place, placeName } = rest;
  const targets = lines.map(({ subOrderId, certainPlace }): RouteTarget => {
    const isThere = certainPlace !== null && samePlace(certainPlace, place);
    const kind = isThere ? 'CERTAIN' : (rest.kind ?? 'CERTAIN');
    return { subOrderId, place, placeName, kind, attributes: {} };
  });
  const next = { ...state, allocation: state.allocation + 1, attempt: 1, missed: [] };
  return routed(next, targets, [], now);
}

/** A line of an order of ours that stands somewhere: the others must not go elsewhere [O-48]. */
const placedLine = (state: OrderState): OrderLine | undefined =>
  state.allocator === 'astrolabe'
    ? state.lines.find(
        ({ decided, place }) =>
          place !== null && ['ALLOCATED', 'ACCEPTED', 'SHIPPED'].includes(decided),
      )
    : undefined;

/** What routing has to know of the order as it stands now. */
export function routingOrderOf(state: OrderState, now: Date): RoutingOrder {
  const lines = waiting(state);
  return {
    orderRef: state.orderRef,
    atMs: now.getTime(),
    ...(state.collectStoreId === ''
      ? { flow: 'SHIP' }
      : { flow: 'PICKUP', collectStoreId: state.collectStoreId }),
    receiver: state.receiver,
    // What rides along needs no stock and no binding: it goes where the others go.
    lines: lines
      .filter(({ rides }) => !rides)
      .map((line) => ({
        subOrderId: line.subOrderId,
        itemId: line.itemId,
        goodsId: line.goodsId,
        quantityMilli: line.quantityMilli,
        certainPlace: line.certainPlace,
      })),
    refusedBy: distinct(lines.flatMap((line) => line.refusedBy)),
    missed: state.missed,
  };
}

/** Names the state of affairs that a choice is good for. */
export function basisOf(state: OrderState): string {
  const { lines, refusedBy, missed } = routingOrderOf(state, new Date(0));
  const goods = lines.map(
    (line) => `${line.subOrderId}@${line.certainPlace ? placeKey(line.certainPlace) : '-'}`,
  );
  const out = [...refusedBy, ...missed].map(placeKey);
  return [`${state.allocation}.${state.attempt}`, ...goods, '/', ...out].join(' ');
}

/** Applies a choice to the head step, which is the `choose` step it answers. */
export function chosen(state: OrderState, choice: Choice, now: Date): Change {
  const lines = waiting(state);
  if (lines.length === 0) return silent(state);
  const decision: RoutingDecision = {
    allocation: state.allocation,
    attempt: state.attempt,
    at: now,
    chosen: choice.chosen?.place ?? null,
  };
  const decided = { ...state, decisions: [...state.decisions, decision].slice(-MAX_DECISIONS) };
  if (!choice.chosen) return allocationFailed(decided, now, 'NO_PLACE');
  const { place, name } = choice.chosen;
  const targets = lines.map((line): RouteTarget => ({
    subOrderId: line.subOrderId,
    place,
    placeName: name,
    kind: choice.kinds[line.subOrderId] ?? 'CERTAIN',
    attributes: {},
  }));
  const noted = told(decided, now, 'ROUTED', `${placeKey(place)} ${name}`);
  if (!choice.claim) return routed(noted, targets, [], now);
  const { claim } = choice;
  const id = operationId.claim(claim.token);
  return silent(withStep(noted, { kind: 'claim', id, claim, targets }));
}

/**
 * The store's day had a slot for the order, or none: then it is chosen again without the store, as
 * after stock that is gone. A slot that no line needs any more goes back (see claims.ts).
 */
export function claimed(
  state: OrderState,
  step: Step & { kind: 'claim' },
  outcome: StockOutcome,
  now: Date,
): Change {
  if (outcome.kind !== 'done') return missedPlace(state, step.targets, now, 'CAP_REACHED');
  const next = { ...state, claim: step.claim };
  const isOver = waiting(state).length === 0 || state.hold !== null;
  return isOver ? silent(next) : routed(next, step.targets, [], now);
}

/**
 * Sends lines to their places. Stock is moved only for lines whose stock does not stand there already
 * (`held` and [O-34]); without any to move the lines are allocated at once.
 */
export function routed(
  state: OrderState,
  targets: readonly RouteTarget[],
  held: readonly string[],
  now: Date,
): Change {
  const moving = targets
    .filter((target) => !held.includes(target.subOrderId) && !standsThere(state, target))
    .map((target) => target.subOrderId);
  if (moving.length === 0) return allocated(state, targets, now);
  const { allocation, attempt } = state;
  const id = operationId.route(state.orderRef, allocation, attempt);
  return silent(withStep(state, { kind: 'route', id, targets, moving }));
}

/** The line's stock is there already, or it has none. Only where this document alone moves stock does it know where the guarantee stands. */
function standsThere(state: OrderState, target: RouteTarget): boolean {
  const line = state.lines.find(({ subOrderId }) => subOrderId === target.subOrderId);
  if (line?.rides) return true;
  if (state.allocator === 'isv') return false;
  const place = line?.certainPlace;
  return target.kind === 'CERTAIN' && place != null && samePlace(place, target.place);
}

/**
 * The stock was moved while an operator began to hold the order: nobody is told, and what is shared at the
 * place is free again.
 */
export function unrouted(state: OrderState, step: Step & { kind: 'route' }, now: Date): Change {
  const moved = step.targets.reduce(
    (next, { subOrderId, place, kind }) =>
      changeLines(next, [subOrderId], (line) =>
        kind === 'CERTAIN' && !line.rides ? { ...line, certainPlace: place } : line,
      ),
    state,
  );
  const subOrderIds = waiting(moved)
    .map((line) => line.subOrderId)
    .filter((id) => step.moving.includes(id));
  if (subOrderIds.length === 0) return silent(moved);
  const id = operationId.unroute(state.orderRef, state.allocation, state.attempt);
  return silent(
    withStep(told(moved, now, 'UNROUTED', 'ON_HOLD'), { kind: 'refuse', id, subOrderIds }),
  );
}

/** The stock stands where the lines go: they may be told. Lines closed meanwhile are left out. */
export function allocated(state: OrderState, targets: readonly RouteTarget[], now: Date): Change {
  let next = state;
  for (const target of targets) {
    next = changeLines(next, [target.subOrderId], (line) => placed(line, target, state.allocation));
  }
  const names = new Set(targets.map((target) => target.subOrderId));
  const lines = next.lines
    .filter((line) => names.has(line.subOrderId) && line.decided === 'ALLOCATED')
    .flatMap(toAllocatedLine);
  if (lines.length === 0) return silent(next);
  const { allocation, acceptor, paidAt, allocator: allocatedBy } = state;
  const detail = `${allocation}: ${whither(lines)}`;
  return {
    state: told(next, now, 'ALLOCATED', detail),
    events: [
      {
        type: 'OrderAllocated',
        allocation,
        lines,
        allocatedBy,
        acceptor,
        paidAt,
        allocatedAt: now,
      },
    ],
  };
}

/** Where lines go: one place and kind for all of them, or each with the sub-orders that go there. */
function whither(lines: readonly AllocatedLine[]): string {
  const groups = Map.groupBy(lines, ({ place, kind }) => `${placeKey(place)} ${kind}`);
  if (groups.size === 1) return [...groups.keys()].join('');
  return [...groups]
    .map(([name, group]) => `${group.map((line) => line.subOrderId).join(' ')} at ${name}`)
    .join(', ');
}

/** The chosen place could not be had after all: choose again without it, a few times. */
export function missedPlace(
  state: OrderState,
  targets: readonly RouteTarget[],
  now: Date,
  reason: 'STOCK_GONE' | 'CAP_REACHED',
): Change {
  const places = distinct(targets.map((target) => target.place));
  const next = told(state, now, reason, places.map(placeKey).join(' '));
  if (waiting(state).length === 0 || state.hold) return silent(next);
  if (placedLine(state)) return allocationFailed(next, now, 'WOULD_SPLIT');
  if (state.allocator === 'isv' || state.attempt >= MAX_ATTEMPTS)
    return allocationFailed(next, now, reason);
  const attempt = state.attempt + 1;
  const id = operationId.choose(state.orderRef, state.allocation, attempt);
  const missed = distinct([...state.missed, ...places]);
  return silent(withStep({ ...next, attempt, missed }, { kind: 'choose', id }));
}

/** No place can serve the waiting lines; their guarantee holds stay. */
export function allocationFailed(state: OrderState, now: Date, reason: string): Change {
  const ids = waiting(state).map((line) => line.subOrderId);
  if (ids.length === 0) return silent(state);
  const failed = changeLines(state, ids, (line) => ({
    ...line,
    decided: 'FAILED',
    state: 'FAILED',
  }));
  return {
    state: told(failed, now, 'ALLOCATE_FAILED', reason),
    events: [{ type: 'OrderAllocationFailed', allocation: state.allocation, reason }],
  };
}

function placed(line: OrderLine, target: RouteTarget, allocation: number): OrderLine {
  const { place, placeName, kind, attributes } = target;
  const certainPlace = kind === 'CERTAIN' && !line.rides ? place : line.certainPlace;
  if (line.decided !== 'WAITING') return { ...line, certainPlace };
  return {
    ...line,
    decided: 'ALLOCATED',
    state: 'ALLOCATED',
    allocation,
    place,
    placeName,
    kind,
    attributes,
    certainPlace,
  };
}

const toAllocatedLine = (line: OrderLine): readonly AllocatedLine[] =>
  line.place && line.kind
    ? [
        {
          subOrderId: line.subOrderId,
          place: line.place,
          placeName: line.placeName,
          kind: line.kind,
          itemId: line.itemId,
          skuId: line.skuId,
          outerId: line.outerId,
          quantityMilli: line.quantityMilli,
          attributes: line.attributes,
        },
      ]
    : [];

const distinct = (places: readonly Place[]): readonly Place[] =>
  places.filter((place, index) => places.findIndex((other) => samePlace(other, place)) === index);
