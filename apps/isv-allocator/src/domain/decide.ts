import type { Milli, Place } from '@astrolabe/kernel';
import { samePlace } from '@astrolabe/kernel';
import { begun, ended, isOpen, waitMs } from '@astrolabe/outbound';
import type { Begun, Outcome, Policy } from '@astrolabe/outbound';
import type { Allocation, Effect, Goods, Line } from './allocation.ts';
import { openEffect, scheduled, voidOpen, wanted, withEffects } from './allocation.ts';
import type { Choice } from './choose.ts';
import { refundOf, withdrawnSeen } from './refund.ts';
import { afterShipFailed } from './report.ts';

/** One sub-order as the platform has it. */
export type SeenLine = {
  readonly subOrderId: string;
  readonly goods: Goods;
  readonly quantityMilli: Milli;
  /** Whose stock is occupied for it; null when none is. */
  readonly deducted: Place | null;
  /** The place that it is allocated to; null when it waits for one. */
  readonly target: Place | null;
  /** WAITING, ALLOCATED, ACCEPTED, SHIPPED, FAILED or CLOSED. */
  readonly state: string;
  /** The sub-order's newest refund was withdrawn, or is of money alone: its goods are wanted. */
  readonly refundWithdrawn?: boolean;
};

/**
 * How often a decision, and a call, are attempted. The waits between nine attempts come to two minutes; a
 * result is due in five (white paper 5.4).
 */
export const effectPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 9,
  firstWaitMs: retryMs,
  factor: 2,
  waitMaxMs: Math.max(retryMs, 30_000),
  leaseMs,
});

/**
 * Brings our record in line with the platform's. A place that we told and that the platform does not
 * have any more was refused; what was accepted, shipped or closed there is not ours to move.
 */
export function seen(state: Allocation, view: readonly SeenLine[]): Allocation {
  const lines = view.map((one): Line => {
    const before = state.lines.find(({ subOrderId }) => subOrderId === one.subOrderId);
    const { subOrderId, goods, quantityMilli, deducted, target } = one;
    const line = { ...(before ?? NEW_LINE), subOrderId, goods, quantityMilli, deducted };
    if (isFixed(one) && target) return { ...line, place: target, told: true };
    const isRefused =
      line.place !== null && line.told && !(target && samePlace(target, line.place));
    if (!isRefused || !line.place) return line;
    // What the buyer gave back no store has refused.
    if (state.refunded.includes(subOrderId)) return { ...line, place: null, told: false };
    return { ...line, place: null, told: false, refusedBy: [...line.refusedBy, line.place] };
  });
  const back = view.filter((one) => comesBack(state, one)).map(({ subOrderId }) => subOrderId);
  const closed = view
    .filter((one) => one.state === 'CLOSED' && !back.includes(one.subOrderId))
    .map(({ subOrderId }) => subOrderId);
  const known = withdrawnSeen({ ...state, lines }, back);
  return { ...known, refunded: [...new Set([...known.refunded, ...closed])] };
}

/** A sub-order that a refund had closed, and the buyer has withdrawn the refund. */
const comesBack = (state: Allocation, { subOrderId, refundWithdrawn }: SeenLine): boolean =>
  refundWithdrawn === true && refundOf(state, subOrderId) !== undefined;

/** The refund is withdrawn, but the platform has not opened the sub-order again: it will. */
export const awaitsReopening = (state: Allocation, view: readonly SeenLine[]): boolean =>
  view.some((one) => one.state === 'CLOSED' && comesBack(state, one));

const NEW_LINE = { place: null, kind: null, told: false, refusedBy: [], missed: [] } as const;

const isFixed = ({ state }: SeenLine): boolean => ['ACCEPTED', 'SHIPPED'].includes(state);

/** Tries until a refusal that the platform does not show is taken for a repeated notice. */
const REFUSAL_TRIES = 3;

/**
 * A store's refusal is told before the platform's order shows it: whether the decision has to wait for
 * that. Without the wait it would choose the refusing store again.
 */
export const awaitsRefusal = (state: Allocation, view: readonly SeenLine[]): boolean =>
  state.decision?.cause === 'REFUSED' &&
  state.decision.attempts < REFUSAL_TRIES &&
  state.lines.every(({ subOrderId, place }) => {
    const target = view.find((one) => one.subOrderId === subOrderId)?.target;
    return !place || (target !== null && target !== undefined && samePlace(target, place));
  });

/** Lines that a decision is to be made for. */
export const undecided = (state: Allocation, view: readonly SeenLine[]): readonly Line[] =>
  wanted(state).filter(
    ({ subOrderId }) => !view.some((one) => one.subOrderId === subOrderId && isFixed(one)),
  );

/**
 * Writes a decision down: a place per line, the moves that it takes, and the result to tell. No move
 * where the platform has deducted the very place (white paper 4.3). `billNum` is new with every
 * decision and the same in every try of it. A line without a choice makes the allocation fail.
 */
export function decided(
  state: Allocation,
  view: readonly SeenLine[],
  choices: readonly Choice[],
  now: Date,
): Allocation {
  const decisions = state.decisions + 1;
  const known = seen(state, view);
  const open = undecided(known, view);
  const base = { ...known, decision: null, decisions };
  const effects = voidOpen(known.effects, 'a later decision');
  if (wanted(known).length === 0) return scheduled({ ...base, progress: 'RELEASED', effects });
  if (wanted(known).every(({ subOrderId }) => isShipped(view, subOrderId))) {
    return scheduled({ ...base, progress: 'SHIPPED', status: 'ALLOCATED', effects });
  }
  if (open.some(({ subOrderId }) => !choices.some((one) => one.subOrderId === subOrderId)))
    return failed({ ...base, effects }, now);
  const lines = base.lines.map((line): Line => {
    const choice = choices.find(({ subOrderId }) => subOrderId === line.subOrderId);
    if (!choice) return line;
    const stands = line.place !== null && samePlace(line.place, choice.place);
    return { ...line, place: choice.place, kind: choice.kind, told: stands && line.told };
  });
  const moves = choices.flatMap(({ subOrderId, place }) => {
    const deducted = view.find((one) => one.subOrderId === subOrderId)?.deducted;
    if (deducted && samePlace(deducted, place)) return [];
    return [{ kind: 'ADJUST', subOrderId, billNum: `ISV${decisions}-${subOrderId}` } as const];
  });
  // The first decision is the first time that the sub-orders are known.
  const added = [...(decisions === 1 ? [TAKEN] : []), ...moves, SYNC];
  return settled({ ...base, lines, effects: withEffects({ ...base, effects }, added, now) });
}

const isShipped = (view: readonly SeenLine[], subOrderId: string): boolean =>
  view.some((one) => one.subOrderId === subOrderId && one.state === 'SHIPPED');

const TAKEN = { kind: 'TAKEN', subOrderId: '', billNum: '' } as const;
const SYNC = { kind: 'SYNC', subOrderId: '', billNum: '' } as const;

/** No place for some line: the platform is told so. */
export function failed(state: Allocation, now: Date): Allocation {
  const lines = state.lines.map((line) =>
    line.told ? line : { ...line, place: null, kind: null },
  );
  const base = { ...state, lines, decision: null, status: 'FAILED' as const };
  // A trade that could not be read has no line to tell of.
  const effects = withEffects(base, lines.length === 0 ? [] : [SYNC], now);
  return scheduled({ ...base, effects });
}

/** The result stands as soon as every occupancy is where it belongs. */
function settled(state: Omit<Allocation, 'dueAt'>): Allocation {
  const isMoving = state.effects.some((one) => one.kind === 'ADJUST' && isOpen(one));
  return scheduled({ ...state, status: isMoving ? 'WAITING' : 'ALLOCATED' });
}

/** The decision could not be made now: again later, and after the last try it has failed. */
export function postponed(state: Allocation, why: string, now: Date, policy: Policy): Allocation {
  if (!state.decision) return state;
  const attempts = state.decision.attempts + 1;
  if (attempts >= policy.attemptsMax) return failed(state, now);
  const nextAt = new Date(now.getTime() + waitMs(policy, attempts));
  return scheduled({ ...state, decision: { ...state.decision, attempts, nextAt, lastError: why } });
}

/** Begins the next effect that is due, if any is. */
export function effectBegun(
  state: Allocation,
  now: Date,
  policy: Policy,
): { allocation: Allocation; begun: Begun<Effect> } | null {
  const effect = openEffect(state, now);
  const next = effect && begun(effect, now, policy);
  if (!next) return null;
  const call = { ...next.call, calledAt: now };
  return { allocation: withEffect(state, call), begun: { ...next, call } };
}

/** Records how an attempt of an effect ended, and what follows from it. */
export function effectEnded(
  state: Allocation,
  attempt: Effect,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): Allocation {
  const before = state.effects.find((one) => one.id === attempt.id);
  const after = before && ended(before, attempt, outcome, now, policy);
  if (!after || after === before) return state;
  const effect = { ...after, calledAt: now };
  const next = withEffect(state, effect);
  if (isOpen(effect)) return next;
  return effect.state === 'SUCCEEDED'
    ? afterDone(next, effect, now)
    : afterFailed(next, effect, now);
}

const withEffect = (state: Allocation, effect: Effect): Allocation =>
  scheduled({
    ...state,
    effects: state.effects.map((one) => (one.id === effect.id ? effect : one)),
  });

function afterDone(state: Allocation, { kind }: Effect, now: Date): Allocation {
  if (kind === 'TAKEN' || kind === 'SHIP' || kind === 'STATUS') return state;
  if (kind === 'ADJUST') return settled(state);
  const lines = state.lines.map((line) => (line.place ? { ...line, told: true } : line));
  return { ...state, lines, notifiedAt: now };
}

/** A place without a hold is never told: it is left out and another one chosen. */
function afterFailed(state: Allocation, effect: Effect, now: Date): Allocation {
  if (effect.kind === 'SHIP') return afterShipFailed(state, effect);
  if (effect.kind === 'TAKEN' || effect.kind === 'STATUS' || state.status === 'FAILED')
    return state;
  const isMine = ({ subOrderId, told }: Line): boolean =>
    effect.kind === 'SYNC' ? !told : subOrderId === effect.subOrderId;
  const lines = state.lines.map((line) =>
    isMine(line) && line.place
      ? { ...line, place: null, kind: null, missed: [...line.missed, line.place] }
      : line,
  );
  // The platform refuses what it has already: there is no other place to try.
  if (lines.every((line, index) => line === state.lines[index])) return state;
  return scheduled({
    ...state,
    lines,
    status: 'WAITING',
    effects: voidOpen(state.effects, 'a place could not be had'),
    decision: {
      cause: 'MISSED',
      attempts: 0,
      nextAt: now,
      lastError: effect.problem?.message ?? '',
    },
  });
}
