import { counter } from './metrics.ts';
import { METRIC } from './names.ts';

/** How an attempt of a durable call may end (libs/outbound). */
const ENDS = ['succeeded', 'refused', 'unanswered', 'unknown', 'withheld'] as const;

/** Counts the attempts of one kind of durable call by how they ended. */
export function attemptsOf(call: string): (end: (typeof ENDS)[number]) => void {
  const attempts = counter(
    METRIC.outboundAttempts,
    'Attempts of durable calls, by how they ended',
    ['call', 'outcome'],
    ENDS.map((outcome) => ({ call, outcome })),
  );
  return (outcome) => attempts.inc({ call, outcome });
}
