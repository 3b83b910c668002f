import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { OrderFlag, OrderState } from './order.ts';
import { told } from './order.ts';

/** The order with a flag for people to look at; it stays until somebody clears it. */
export const flagged = (state: OrderState, flag: OrderFlag): OrderState =>
  state.flags.includes(flag) ? state : { ...state, flags: [...state.flags, flag] };

/** An operator has dealt with what a flag stands for; who and how is in the timeline. */
export function cleared(
  state: OrderState,
  flag: string,
  by: { readonly operator: string; readonly note: string },
  now: Date,
): Result<Change, 'NOT_FLAGGED'> {
  // A hold ends by its release.
  const flags = state.flags.filter((standing) => standing !== flag || flag === 'ON_HOLD');
  if (flags.length === state.flags.length) return err('NOT_FLAGGED');
  const detail = `${flag} by ${by.operator}: ${by.note}`;
  return ok(silent(told({ ...state, flags }, now, 'FLAG_CLEARED', detail)));
}
