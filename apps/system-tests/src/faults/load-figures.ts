import { below, none, noted, quantile, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { CALLER_MS, callsOf } from './orders.ts';
import type { OrderRun } from './orders.ts';

export const UNANSWERED = 'calls without an answer';

/** What was offered, achieved and dropped, and how callers were answered. */
export function loadFigures(orders: readonly OrderRun[], offeredFor: number): Figure[] {
  const done = orders.filter(({ doneAt }) => doneAt !== null);
  const lastDone = Math.max(...done.map(({ doneAt }) => doneAt ?? 0));
  const achievedFor = (lastDone - (orders[0]?.paidAt ?? 0)) / 1_000;
  const calls = orders.flatMap((order) => order.calls);
  const unusable = orders.filter((order) => callsOf([order], 'unusable').length > 0);
  const times = done.map(({ doneAt, paidAt }) => (doneAt ?? 0) - paidAt);
  return [
    noted('orders', orders.length),
    noted('offered a second', orders.length / offeredFor),
    noted('achieved a second', done.length / Math.max(achievedFor, 0.001)),
    none('orders dropped', orders.length - done.length),
    noted('calls of Tmall and the till', calls.length),
    noted('answers to ask again', callsOf(orders, 'try again').length),
    none('orders with an unusable answer', unusable.length),
    none(UNANSWERED, callsOf(orders, 'no answer').length),
    below('slowest answer', Math.max(...calls.map(({ tookMs }) => tookMs)), CALLER_MS, 'ms'),
    noted('paid to consigned p50', `${rounded(quantile(times, 0.5) / 1_000)} s`),
    noted('paid to consigned p99', `${rounded(quantile(times, 0.99) / 1_000)} s`),
  ];
}
