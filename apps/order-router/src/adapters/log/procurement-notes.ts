import { orderKey } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { ProcurementNotes } from '../../application/procurement/ports.ts';
import type { Procurement } from '../../domain/procurement/procurement.ts';
import { stateOfOrder, stateOfRequisition } from '../../domain/procurement/states.ts';

/** States of requisitions and orders in the process's figures, and what waits for a person in its log. */
export function createProcurementNotes(logger: Logger): ProcurementNotes {
  const states = counter(
    METRIC.procurementStates,
    'States that requisitions and purchase orders of enterprise procurement came to',
    ['of', 'state'],
  );
  const problems = counter(
    METRIC.procurementProblems,
    'Requisitions and purchase orders that came to wait for a person, by why',
    ['problem'],
  );
  return {
    changed: (before, after) => {
      const known = statesOf(before);
      for (const [name, { of, state }] of statesOf(after)) {
        if (known.get(name)?.state !== state) states.inc({ of, state });
      }
      const { problem } = after;
      if (problem === '' || problem === before?.problem) return;
      problems.inc({ problem });
      const order = orderKey(after.orderRef);
      logger.error({ order, problem }, 'a procurement waits for a person');
    },
    stepFailed: (ref, err) =>
      logger.warn(
        { err, order: orderKey(ref) },
        'the stock of a procurement got no answer and will be asked again',
      ),
    callFailed: (ref, what, code) =>
      logger.warn(
        { order: orderKey(ref), what, code },
        'a call to the procurement platform did not end well',
      ),
  };
}

type State = { readonly of: string; readonly state: string };
type Named = ReadonlyMap<string, State>;

const statesOf = (p: Procurement | null): Named =>
  new Map<string, State>([
    ...(p?.requisition
      ? [['', { of: 'requisition', state: stateOfRequisition(p.requisition) }] as const]
      : []),
    ...(p?.orders ?? []).map(
      (order) => [order.orderId, { of: 'order', state: stateOfOrder(order) }] as const,
    ),
  ]);
