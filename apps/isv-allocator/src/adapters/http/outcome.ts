import type { Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import type { Failed, Outcome } from '@astrolabe/outbound';
import type { Called } from '@astrolabe/channel-client';
import type { ReadFailure } from '../../application/ports.ts';

/** What a read needs of a failure: its words. */
export const read = <T>(called: Called<T>): Result<T, ReadFailure> =>
  called.ok ? called : err({ error: called.error.message });

/** How a call that changes something ended. */
export function ended(called: Called<unknown>): Outcome {
  if (called.ok) return { kind: 'succeeded' };
  const { kind, code, message } = called.error;
  return { kind: kind === 'later' ? 'unanswered' : kind, problem: { code, message } };
}

/** What is refused on our side: there is nothing that could be sent. */
export const refusedHere = (message: string): Failed => ({
  kind: 'refused',
  problem: { code: '', message },
});

/** Refusals of a keeper of states that has not heard yet of what the caller knows already. */
const TOO_EARLY: readonly string[] = ['NOT_ALLOCATED', 'TRADE_NOT_SHIPPED', 'WRONG_PLACE'];

/** The platform's keeper of states hears of an order a little later than others do: try again. */
export const unlessTooEarly = (outcome: Outcome): Outcome =>
  outcome.kind === 'refused' &&
  (outcome.problem.code.startsWith('UNKNOWN_') || TOO_EARLY.includes(outcome.problem.code))
    ? { ...outcome, kind: 'unanswered' }
    : outcome;
