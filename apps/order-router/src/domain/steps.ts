import type { OrderRef } from '@astrolabe/kernel';
import { holdRef, invariant } from '@astrolabe/kernel';
import { begun, ended, planned } from '@astrolabe/outbound';
import type { Policy, Problem } from '@astrolabe/outbound';
import type { OrderLine, OrderState } from './order.ts';
import type { Step } from './step.ts';

/**
 * Tried again after 1 s, 2 s, 4 s ... 60 s and never given up: what an order owes the stock it owes until
 * the stock knows it. The lease is longer than all calls of one step together.
 */
const STEP: Policy = {
  attemptsMax: Number.POSITIVE_INFINITY,
  firstWaitMs: 1_000,
  factor: 2,
  waitMaxMs: 60_000,
  leaseMs: 15_000,
};

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
 * Begins the first attempt of a new head step with the very write that makes it the head. `drive` is true
 * when the writer now has to perform it; nobody else will before its lease ends.
 */
export function leased(
  before: OrderState | null,
  after: OrderState,
  now: Date,
): { state: OrderState; drive: boolean } {
  const head = after.steps[0];
  if (!head) return { state: { ...after, headCall: null }, drive: false };
  if (before?.steps[0]?.id === head.id) return { state: after, drive: false };
  const headCall = begun(planned(now), now, STEP)?.call ?? null;
  return { state: { ...after, headCall }, drive: true };
}

/**
 * Takes over a head step whose lease ran out, or that waits for exactly the time `postponedTo`: then
 * nobody drives it. Null when there is nothing to take.
 */
export function takenOver(state: OrderState, now: Date, postponedTo?: Date): OrderState | null {
  const { steps, headCall } = state;
  if (!steps[0] || !headCall?.nextAt) return null;
  const isPostponed = postponedTo !== undefined && +headCall.nextAt === +postponedTo;
  const next = begun(isPostponed ? { ...headCall, nextAt: now } : headCall, now, STEP);
  return next && { ...state, headCall: next.call };
}

/** An attempt of the head step that got no answer: the step is due again after a while. */
export function postponed(
  state: OrderState,
  { stepId, attempts }: { readonly stepId: string; readonly attempts: number },
  problem: Problem,
  now: Date,
): OrderState {
  const { steps, headCall } = state;
  if (steps[0]?.id !== stepId || !headCall) return state;
  const after = ended(headCall, { attempts }, { kind: 'unknown', problem }, now, STEP);
  return after === headCall ? state : { ...state, headCall: after };
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
  recall: (ref: OrderRef, allocation: number, key: string) =>
    of(ref, `recall:${allocation}:${key}`),
  unroute: (ref: OrderRef, allocation: number, attempt: number) =>
    of(ref, `unroute:${allocation}:${attempt}`),
  claim: (token: string) => `claim:${token}`,
  unclaim: (token: string) => `unclaim:${token}`,
  accept: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'accept', lines),
  refuse: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'refuse', lines),
  release: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'release', lines),
  giveBack: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'giveBack', lines),
  writeOff: (ref: OrderRef, lines: readonly OrderLine[]) => ofLines(ref, 'writeOff', lines),
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
