import type { OrderRef } from '@astrolabe/kernel';
import { holdRef, invariant } from '@astrolabe/kernel';
import { waitMs } from '@astrolabe/outbound';
import type { OrderLine, OrderState } from './order.ts';
import type { Step } from './step.ts';

/**
 * How long a step belongs to the driver whose write put it at the head of the queue. Longer than all
 * calls of one step together, so that nobody else drives it meanwhile.
 */
export const STEP_LEASE_MS = 15_000;

/** 1 s, 2 s, 4 s ... 60 s. */
const BACK_OFF = { firstWaitMs: 1_000, factor: 2, waitMaxMs: 60_000 };

/** Appends a step. */
export const withStep = (state: OrderState, step: Step): OrderState => ({
  ...state,
  steps: [...state.steps, step],
});

/** A name for another of the order's holds: none of its lines is, or is about to be, in it. */
export const nextHold = ({ lines, steps }: OrderState): number =>
  1 +
  Math.max(
    ...lines.map((line) => line.hold),
    ...steps.map((step) => (step.kind === 'reserve' ? step.hold : 0)),
  );

/** Drops the head step. */
export const withoutHead = (state: OrderState): OrderState => ({
  ...state,
  steps: state.steps.slice(1),
});

/**
 * Gives the lease of a new head step to the writer of this change. `drive` is true when the writer
 * now has to perform the head step; nobody else will before `nextAt`.
 */
export function leased(
  before: OrderState | null,
  after: OrderState,
  now: Date,
): { state: OrderState; drive: boolean } {
  const head = after.steps[0];
  if (!head) return { state: { ...after, nextAt: null, tries: 0 }, drive: false };
  if (before?.steps[0]?.id === head.id) return { state: after, drive: false };
  const nextAt = new Date(now.getTime() + STEP_LEASE_MS);
  return { state: { ...after, nextAt, tries: 0 }, drive: true };
}

/**
 * Takes over a head step whose lease ran out, or that waits for exactly the time `postponedTo`: then
 * nobody drives it. Null when there is nothing to take.
 */
export function takenOver(state: OrderState, now: Date, postponedTo?: Date): OrderState | null {
  if (!state.steps[0] || !state.nextAt) return null;
  const isPostponed = postponedTo !== undefined && +state.nextAt === +postponedTo;
  if (state.nextAt > now && !isPostponed) return null;
  return { ...state, nextAt: new Date(now.getTime() + STEP_LEASE_MS), tries: state.tries + 1 };
}

/** Gives the head step back after a try without an answer; due again after 1 s, 2 s, ... 60 s. */
export function postponed(state: OrderState, stepId: string, now: Date): OrderState {
  if (state.steps[0]?.id !== stepId) return state;
  return { ...state, nextAt: new Date(now.getTime() + waitMs(BACK_OFF, state.tries + 1)) };
}

/**
 * Operation ids. The line with the least id names a step (with its allocation, and how often it came
 * back), because a line passes each stage of an allocation once.
 */
export const operationId = {
  reserve: (ref: OrderRef, hold = 0) => of(ref, hold === 0 ? 'reserve' : `reserve:${hold}`),
  choose: (ref: OrderRef, allocation: number, attempt: number) =>
    of(ref, `choose:${allocation}:${attempt}`),
  route: (ref: OrderRef, allocation: number, attempt: number) =>
    of(ref, `route:${allocation}:${attempt}`),
  claim: (token: string) => `claim:${token}`,
  unclaim: (token: string) => `unclaim:${token}`,
  accept: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'accept', lines),
  refuse: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'refuse', lines),
  release: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'release', lines),
  giveBack: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'giveBack', lines),
  consume: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'consume', lines),
};

/** The inventory tells sellers apart itself, so the hold's name tells the order. */
const of = (ref: OrderRef, what: string): string => `order:${holdRef(ref)}:${what}`;

function ofLines(ref: OrderRef, verb: string, lines: readonly OrderLine[]): string {
  const [first, ...others] = lines;
  invariant(first, `a step to ${verb} nothing`);
  const least = others.reduce((a, b) => (b.subOrderId < a.subOrderId ? b : a), first);
  const again = least.returns === 0 ? '' : `~${least.returns}`;
  return of(ref, `${verb}:${least.allocation}:${least.subOrderId}${again}`);
}
