import type { OrderRef } from '@astrolabe/kernel';
import type { Allocation, Cause } from './allocation.ts';
import { scheduled, voidOpen } from './allocation.ts';

/** A trade that nothing is known of yet. */
export const newAllocation = (orderRef: OrderRef, now: Date): Allocation => ({
  orderRef,
  status: 'WAITING',
  progress: 'OPEN',
  round: 0,
  requestedAt: now,
  notifiedAt: null,
  decision: null,
  decisions: 0,
  lines: [],
  refunded: [],
  effects: [],
  dueAt: null,
});

/** A decision is due from now on; what the one before it has left to do is void. */
export function newRound(state: Allocation, cause: Cause, now: Date): Allocation {
  return scheduled({
    ...state,
    status: 'WAITING',
    progress: 'OPEN',
    round: state.round + 1,
    requestedAt: now,
    notifiedAt: null,
    decision: { cause, attempts: 0, nextAt: now, lastError: '' },
    lines: state.lines.map((line) => ({ ...line, missed: [] })),
    effects: voidOpen(state.effects, 'a later allocation'),
  });
}

/** Nothing is left to decide. */
export const finished = (state: Allocation, progress: 'SHIPPED' | 'RELEASED'): Allocation =>
  scheduled({
    ...state,
    progress,
    decision: null,
    effects: voidOpen(state.effects, progress.toLowerCase()),
  });
