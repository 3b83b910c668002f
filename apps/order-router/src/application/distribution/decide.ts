import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Decision } from '../../domain/distribution/dispatch.ts';
import { decided } from '../../domain/distribution/dispatch.ts';
import { withDecision } from '../../domain/distribution/history.ts';
import type { Dispatch } from '../../domain/distribution/order.ts';
import { withDispatch } from '../../domain/distribution/order.ts';
import type { Distributions } from './ports.ts';

export type DecideDeps = {
  readonly distributions: Pick<Distributions, 'change'>;
  readonly wake: (order: OrderRef) => void;
  readonly changed: (order: OrderRef, dispatch: Dispatch) => void;
  readonly clock: Clock;
};

export type DecideRefusal = 'UNKNOWN_DISPATCH' | 'NOT_WAITING' | 'NOT_PLANNED';

/** A person decides what has become of a dispatch, or that it is sent or looked up again. */
export const makeDecide =
  (deps: DecideDeps) =>
  async (
    order: OrderRef,
    outOrderId: string,
    decision: Decision,
    by: string,
  ): Promise<Result<Dispatch, DecideRefusal>> => {
    const stored = await deps.distributions.change<Dispatch, DecideRefusal>(order, (state) => {
      const current = state?.dispatches.find((one) => one.outOrderId === outOrderId);
      if (!state || !current) return err('UNKNOWN_DISPATCH');
      // Blocked before it was planned: the seller sends the order again when the registry is right.
      if (current.supplierId === '') return err('NOT_PLANNED');
      const now = deps.clock();
      const next = decided(current, decision, now);
      if (!next) return err('NOT_WAITING');
      const { dispatch, events } = next;
      const noted = withDecision(state, outOrderId, decision, by, now);
      return ok({ state: withDispatch(noted, dispatch), events, result: dispatch });
    });
    if (stored.ok) {
      deps.changed(order, stored.value);
      deps.wake(order);
    }
    return stored;
  };
