import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { callDue } from '../../domain/procurement/calls.ts';
import { refOfOrder } from '../../domain/procurement/procurement.ts';
import type { Procurement } from '../../domain/procurement/procurement.ts';
import { stepFailed, stepTaken } from '../../domain/procurement/stock.ts';
import type { StockStep } from '../../domain/procurement/stock-step.ts';
import { change, makeCalls } from './calls.ts';
import type { CallDeps } from './calls.ts';
import type { ProcurementStock } from './ports.ts';

export type DriveDeps = CallDeps & { readonly stock: ProcurementStock };

/** Reads, stock and an answer, and what follows of each; more waits for the next turn. */
const STEPS_MAX = 24;

/**
 * Does what is due for a procurement, one thing after the other. Everything may be done twice: stock steps are
 * written down before they are sent, calls are leased, and readings carry numbers.
 */
export function makeDriveProcurement(deps: DriveDeps): (ref: OrderRef) => Promise<void> {
  const calls = makeCalls(deps);
  return async (ref) => {
    for (let count = 0; count < STEPS_MAX; count += 1) {
      const now = deps.clock();
      const p = (await deps.procurements.load(ref))?.p;
      if (!p?.dueAt || p.dueAt > now) return;
      const { pending } = p.stock;
      const due = callDue(p, now);
      if (pending && pending.at <= now) {
        if (!(await takeStep(deps, p, pending))) return;
      } else if (due?.kind === 'READ') {
        await calls.read(ref, due.about);
      } else if (due) {
        await calls.answer(ref, due.orderId);
      } else {
        // A time has passed: something may follow of it.
        await change(deps, ref, (current) => current);
        return;
      }
    }
    deps.wake(ref);
  };
}

/** False when the inventory could not be asked. */
async function takeStep(deps: DriveDeps, p: Procurement, step: StockStep): Promise<boolean> {
  const { orderRef } = p;
  const owner = {
    requisition: orderRef,
    orderOf: (orderId: string): OrderRef => refOfOrder(p, orderId),
  };
  try {
    const name = `${orderKey(orderRef)}/stock/${step.number}`;
    const outcomes = await deps.stock.take(owner, name, step.moves);
    await change(deps, orderRef, (now) => stepTaken(now, step.number, outcomes, deps.clock()));
    return true;
  } catch (error) {
    deps.notes.stepFailed(orderRef, error);
    await change(deps, orderRef, (now) => stepFailed(now, step.number, deps.clock()));
    return false;
  }
}
