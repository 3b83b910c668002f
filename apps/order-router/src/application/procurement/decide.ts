import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import { decided } from '../../domain/procurement/decide.ts';
import type { DecideRefusal, Decision } from '../../domain/procurement/decide.ts';
import { orderIn } from '../../domain/procurement/procurement.ts';
import type { Procurement } from '../../domain/procurement/procurement.ts';
import { takeTo } from './find-home.ts';
import type { FindHomeDeps } from './find-home.ts';
import type { ProcurementNotes } from './ports.ts';

export type DecideDeps = FindHomeDeps & {
  readonly notes: Pick<ProcurementNotes, 'changed'>;
  readonly clock: Clock;
};

export type Deciding = {
  /** Of the requisition, or of one of its orders. */
  readonly ref: OrderRef;
  readonly decision: Decision | 'LINK';
  /** Of LINK. */
  readonly requisitionId: string;
  readonly by: string;
};

/** A requisition's name begins with r; an order's is its digits. */
const aboutOf = ({ number }: OrderRef): string => (number.startsWith('r') ? '' : number);

/** A person decides what does not go on by itself, and what follows is done. */
export const makeDecideProcurement =
  (deps: DecideDeps) =>
  async ({
    ref,
    decision,
    requisitionId,
    by,
  }: Deciding): Promise<Result<OrderRef, DecideRefusal>> => {
    const home = await deps.procurements.homeOf(ref);
    const about = aboutOf(ref);
    if (decision === 'LINK') return await linked(deps, home, about, requisitionId);
    let before: Procurement | null = null;
    const stored = await deps.procurements.change<DecideRefusal>(home, null, (p) => {
      before = p;
      return p ? decided(p, about, decision, by, deps.clock()) : err('UNKNOWN_ORDER');
    });
    if (!stored.ok) return stored;
    deps.notes.changed(before, stored.value);
    deps.wake(home);
    return { ok: true, value: home };
  };

/** Only an order that stands for itself, and has no stock yet, is taken to a requisition. */
async function linked(
  deps: DecideDeps,
  home: OrderRef,
  orderId: string,
  requisitionId: string,
): Promise<Result<OrderRef, DecideRefusal>> {
  const found = await deps.procurements.load(home);
  const order = found && orderIn(found.p, orderId);
  if (!found || !order) return err('UNKNOWN_ORDER');
  const isFree = !found.p.requisition && !order.hold && !found.p.stock.pending;
  if (!isFree || !/^[1-9]\d{0,30}$/.test(requisitionId)) return err('NOTHING_TO_DECIDE');
  return {
    ok: true,
    value: await takeTo(deps, found.p, orderId, requisitionId, order.seen),
  };
}
