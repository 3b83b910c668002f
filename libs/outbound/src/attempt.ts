/**
 * What is known of a call, by its newest attempt. BEGUN: under way until its lease ends, and unknown
 * afterwards. UNANSWERED: it had no effect and may be repeated. UNKNOWN: it may have had its effect.
 */
export type CallState = 'PLANNED' | 'BEGUN' | 'SUCCEEDED' | 'REFUSED' | 'UNANSWERED' | 'UNKNOWN';

/** Why an attempt did not succeed; the other system's own words where it has said them. */
export type Problem = { readonly code: string; readonly message: string };

/** A call to a system that is not ours. It is part of a document, and durable before it is made. */
export type OutboundCall = {
  readonly state: CallState;
  /** Attempts that were begun; that of a crashed process counts. */
  readonly attempts: number;
  /** Not before this instant; of a BEGUN call: when its lease ends. Null when the call is over. */
  readonly nextAt: Date | null;
  /** Of the last attempt that failed. */
  readonly problem: Problem | null;
  /** How often it was withheld; absent: never. */
  readonly withheld?: number;
};

/** How often, and in which distances, a call is attempted. */
export type Policy = {
  readonly attemptsMax: number;
  /** Wait before the second attempt, milliseconds. */
  readonly firstWaitMs: number;
  /** How much longer each further wait is. */
  readonly factor: number;
  readonly waitMaxMs: number;
  /** How long an attempt belongs to who has begun it, milliseconds; longer than it takes. */
  readonly leaseMs: number;
  /** How often a call may be withheld, and for how long each time; absent: that counts as an attempt. */
  readonly withheld?: { readonly max: number; readonly waitMs: number };
};

export type Succeeded = { readonly kind: 'succeeded' };

/**
 * `unanswered`: it certainly had no effect. `unknown`: it may have had one. `withheld`: it was not sent,
 * because the other system is left alone for a while.
 */
export type Failed = {
  readonly kind: 'refused' | 'unanswered' | 'unknown' | 'withheld';
  readonly problem: Problem;
};

/** How an attempt ended. */
export type Outcome = Succeeded | Failed;

/** The wait after a number of attempts, milliseconds. */
export const waitMs = (
  { firstWaitMs, factor, waitMaxMs }: Pick<Policy, 'firstWaitMs' | 'factor' | 'waitMaxMs'>,
  attempts: number,
): number => Math.min(waitMaxMs, firstWaitMs * factor ** Math.max(0, attempts - 1));

/** A call that is to be made; `isDoubtful`: an earlier one for the same may have had its effect. */
export const planned = (nextAt: Date, isDoubtful = false): OutboundCall => ({
  state: isDoubtful ? 'UNKNOWN' : 'PLANNED',
  attempts: 0,
  nextAt,
  problem: null,
});

/** Something is still to be done for it. */
export const isOpen = ({ nextAt }: OutboundCall): boolean => nextAt !== null;

export const isDue = ({ nextAt }: OutboundCall, now: Date): boolean =>
  nextAt !== null && nextAt.getTime() <= now.getTime();

/** It may have had its effect, and this is not known: it is looked up before it is repeated. */
export const isDoubtful = ({ state }: OutboundCall): boolean =>
  state === 'BEGUN' || state === 'UNKNOWN';

/** It is over without success and without a refusal. */
export const isGivenUp = ({ state, nextAt }: OutboundCall): boolean =>
  nextAt === null && state !== 'SUCCEEDED' && state !== 'REFUSED';

/** An attempt that was begun. */
export type Begun<C> = {
  readonly call: C;
  /** An earlier attempt may have had its effect. */
  readonly isDoubtful: boolean;
  /** The last attempt was lost with its process: the call is looked up and not sent any more. */
  readonly isSpent: boolean;
};

/** Where a call stands, as it is shown to people. */
export const standingOf = (call: OutboundCall): CallState | 'GIVEN_UP' =>
  isGivenUp(call) ? 'GIVEN_UP' : call.state;

/** Why its last attempt failed, in words; empty when none did. */
export const wordsOf = ({ problem }: Pick<OutboundCall, 'problem'>): string =>
  problem ? problem.message || problem.code : '';

/**
 * Begins an attempt, which belongs to the caller until the lease ends. Null when there is none to
 * begin: the call is over, waits, or is under way elsewhere.
 */
export function begun<C extends OutboundCall>(
  call: C,
  now: Date,
  { attemptsMax, leaseMs }: Pick<Policy, 'attemptsMax' | 'leaseMs'>,
): Begun<C> | null {
  if (!isDue(call, now)) return null;
  const attempts = call.attempts + 1;
  const nextAt = new Date(now.getTime() + leaseMs);
  return {
    call: { ...call, state: 'BEGUN', attempts, nextAt },
    isDoubtful: isDoubtful(call),
    isSpent: attempts > attemptsMax,
  };
}

/**
 * Records how an attempt ended. One that is not under way any more changes nothing: its lease was taken
 * over, or the call was abandoned meanwhile.
 */
export function ended<C extends OutboundCall>(
  call: C,
  attempt: Pick<OutboundCall, 'attempts'>,
  outcome: Outcome,
  now: Date,
  policy: Policy,
): C {
  if (call.state !== 'BEGUN' || call.attempts !== attempt.attempts) return call;
  if (outcome.kind === 'succeeded') return achieved(call);
  const { problem } = outcome;
  if (outcome.kind === 'refused') return { ...call, state: 'REFUSED', nextAt: null, problem };
  if (outcome.kind === 'withheld' && policy.withheld) {
    return withheld(call, problem, now, policy.withheld);
  }
  const state = outcome.kind === 'unknown' ? 'UNKNOWN' : 'UNANSWERED';
  const isLast = call.attempts >= policy.attemptsMax;
  const nextAt = isLast ? null : new Date(now.getTime() + waitMs(policy, call.attempts));
  return { ...call, state, nextAt, problem };
}

/** What was not sent is no attempt; but a system that is left alone for too long is given up. */
function withheld<C extends OutboundCall>(
  call: C,
  problem: Problem,
  now: Date,
  { max, waitMs: ms }: NonNullable<Policy['withheld']>,
): C {
  const times = (call.withheld ?? 0) + 1;
  if (times > max) return { ...call, state: 'UNANSWERED', nextAt: null, problem };
  const attempts = call.attempts - 1;
  const nextAt = new Date(now.getTime() + ms);
  return { ...call, state: 'UNANSWERED', attempts, nextAt, problem, withheld: times };
}

/** A call that a person has paused is looked at again after so long. */
const PAUSED_LOOK_MS = 30_000;

/**
 * Puts off a call that is due and that a person has paused: no attempt is begun, none is used up, and what is known
 * of it stays. A call that waits or is under way is left alone.
 */
export const postponed = <C extends OutboundCall>(call: C, now: Date): C =>
  isDue(call, now) ? { ...call, nextAt: new Date(now.getTime() + PAUSED_LOOK_MS) } : call;

/** Ends a call whose purpose has come about, by whatever way. */
export const achieved = <C extends OutboundCall>(call: C): C => ({
  ...call,
  state: 'SUCCEEDED',
  nextAt: null,
  problem: null,
});

/** Ends a call that nobody wants any more; what it may have done stays known. */
export function abandoned<C extends OutboundCall>(call: C, problem: Problem): C {
  if (!isOpen(call)) return call;
  const state = call.state === 'BEGUN' ? 'UNKNOWN' : call.state;
  return { ...call, state, nextAt: null, problem };
}
