import type { OrderState } from './order.ts';
import { operationId, withStep } from './steps.ts';

/**
 * Gives a slot of a store's day back as soon as the order neither stands nor is about to stand at the
 * store: after a refusal, a close, stock that was gone, or a failed allocation. So a cap counts the
 * orders that stand, and a slot is never held by an order that has gone elsewhere.
 */
export function settleClaim(state: OrderState): OrderState {
  const { claim } = state;
  if (!claim || isNeeded(state, claim.storeId)) return state;
  const id = operationId.unclaim(claim.token);
  return withStep({ ...state, claim: null }, { kind: 'unclaim', id, claim });
}

const isNeeded = (state: OrderState, storeId: string): boolean =>
  state.lines.some(
    (line) =>
      line.place?.type === 'STORE' && line.place.id === storeId && line.decided !== 'CLOSED',
  ) ||
  state.steps.some(
    (step) =>
      step.kind === 'route' &&
      step.targets.some(({ place }) => place.type === 'STORE' && place.id === storeId) &&
      // Lines that were closed on the way are not placed when the step is done.
      state.lines.some((line) => line.decided === 'WAITING'),
  );
