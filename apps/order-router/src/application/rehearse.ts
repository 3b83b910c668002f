import type { Clock, Place, Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import type { Choice, OrderCommand, OrderRefusal } from '../domain/commands.ts';
import { decide } from '../domain/decide.ts';
import type { OrderEvent } from '../domain/events.ts';
import type { OrderLine, OrderState } from '../domain/order.ts';
import type { Step } from '../domain/step.ts';

/** What a command would come to if nothing else happens meanwhile. */
export type Plan = {
  readonly changes: readonly PlannedChange[];
  readonly heldBefore: boolean;
  readonly heldAfter: boolean;
  /** In the order in which they would go out. */
  readonly messages: readonly PlannedMessage[];
};

export type PlannedChange = {
  readonly subOrderId: string;
  readonly before: Pick<OrderLine, 'decided' | 'place'>;
  readonly after: Pick<OrderLine, 'decided' | 'place' | 'placeName'>;
};

export type PlannedMessage = {
  readonly what:
    | 'RECALLED'
    | 'ALLOCATED'
    | 'AWAITING_ALLOCATION'
    | 'ALLOCATION_FAILED'
    | 'CLOSED'
    | 'HELD'
    | 'MOVED'
    | 'RELEASED'
    | 'RETURNED';
  readonly place: Place | null;
};

export type RehearseDeps = {
  /** Picks a place as `choose` does, and keeps no record of it. */
  readonly look: (state: OrderState) => Promise<Choice>;
  readonly clock: Clock;
};

/** More steps than a command leads to. */
const MAX_STEPS = 50;

/**
 * Decides a command and all that follows from it on a copy, with the functions that decide in earnest; every
 * step succeeds. Nothing is stored, sent or held.
 */
export async function rehearse(
  { look, clock }: RehearseDeps,
  start: OrderState,
  command: OrderCommand,
): Promise<Result<Plan, OrderRefusal>> {
  const messages: PlannedMessage[] = [];
  let state = start;
  let next: OrderCommand = command;
  for (let count = 0; count < MAX_STEPS; count += 1) {
    const decided = decide(state, next, clock());
    if (!decided.ok) return err(decided.error);
    state = decided.value.state ?? state;
    messages.push(...decided.value.events.flatMap(messagesOf));
    const [head] = state.steps;
    if (!head) break;
    messages.push(...messagesOfStep(state, head));
    const choice = head.kind === 'choose' ? await look(state) : null;
    const outcome = { kind: 'done', places: placesOf(state, head) } as const;
    next = { kind: 'stepDone', stepId: head.id, outcome, choice };
  }
  return ok({
    changes: changesOf(start, state),
    heldBefore: start.hold !== null,
    heldAfter: state.hold !== null,
    messages,
  });
}

function changesOf(before: OrderState, after: OrderState): readonly PlannedChange[] {
  return before.lines.flatMap((line, index) => {
    const then = after.lines[index];
    const isSame =
      !then || (then.decided === line.decided && placeText(then.place) === placeText(line.place));
    return isSame ? [] : [{ subOrderId: line.subOrderId, before: line, after: then }];
  });
}

const placeText = (place: Place | null): string => (place ? `${place.type}:${place.id}` : '');

function messagesOf(event: OrderEvent): readonly PlannedMessage[] {
  switch (event.type) {
    case 'OrderAllocated':
      return distinct(event.lines.map(({ place }) => place)).map((place) => ({
        what: 'ALLOCATED',
        place,
      }));
    case 'OrderAllocationFailed':
      return [{ what: 'ALLOCATION_FAILED', place: null }];
    case 'OrderAwaitingAllocation':
      return [{ what: 'AWAITING_ALLOCATION', place: null }];
    case 'OrderClosed':
      return [{ what: 'CLOSED', place: null }];
    case 'OrderAccepted':
    case 'OrderShipped':
    case 'OrderReopened':
      return [];
  }
}

function messagesOfStep(state: OrderState, step: Step): readonly PlannedMessage[] {
  switch (step.kind) {
    case 'recall': {
      const named = state.lines.filter((line) => step.subOrderIds.includes(line.subOrderId));
      const places = named.flatMap(({ place }) => place ?? []);
      return distinct(places).map((place) => ({ what: 'RECALLED', place }));
    }
    case 'reserve':
      return [{ what: 'HELD', place: null }];
    case 'route':
      return distinct(step.targets.map(({ place }) => place)).map((place) => ({
        what: 'MOVED',
        place,
      }));
    case 'release':
      return [{ what: 'RELEASED', place: null }];
    case 'giveBack':
      return [{ what: 'RETURNED', place: null }];
    case 'choose':
    case 'claim':
    case 'unclaim':
    case 'writeOff':
    case 'refuse':
    case 'accept':
    case 'consume':
      return [];
  }
}

/** Where a reservation would stand: where it stood, as far as is known. */
const placesOf = (state: OrderState, step: Step): Readonly<Record<string, Place>> =>
  step.kind === 'reserve'
    ? Object.fromEntries(
        state.lines.flatMap(({ subOrderId, certainPlace }) =>
          certainPlace ? [[subOrderId, certainPlace]] : [],
        ),
      )
    : {};

const distinct = (places: readonly Place[]): readonly Place[] =>
  places.filter((place, index) => places.findIndex((one) => samePlace(one, place)) === index);
