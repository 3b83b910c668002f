import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok, orderKey, purchaseOrder, requisitionRef, sameOrder } from '@astrolabe/kernel';
import {
  hasOrigin,
  heardOfRequisition,
  isKnown,
  newProcurement,
  noted,
  orderIn,
  sawOrder,
  withOrder,
} from '../../domain/procurement/procurement.ts';
import { keepsJust } from '../../domain/procurement/stock.ts';
import type { OrderSeen, Procurement } from '../../domain/procurement/procurement.ts';
import type { Origins, Procurements } from './ports.ts';

export type FindHomeDeps = {
  readonly procurements: Pick<Procurements, 'load' | 'change' | 'homeOf' | 'keeping' | 'setHome'>;
  readonly clock: Clock;
  readonly wake: (ref: OrderRef) => void;
};

/**
 * Finds the requisition that an order came of, and takes the order there. Answers where the order is; null while
 * nobody knows. Which id of the detail leads to it is not documented (catalogue A.3.6): one that is known here wins,
 * else the root of the source is asked about.
 */
export const makeFindHome =
  (deps: FindHomeDeps) =>
  async (
    ref: OrderRef,
    orderId: string,
    origins: Origins,
    seen: OrderSeen,
  ): Promise<OrderRef | null> => {
    const found = await deps.procurements.load(ref);
    if (!found) return null;
    const { p } = found;
    const order = orderIn(p, orderId);
    // It has its requisition, or needs none.
    if (p.requisition || (order && hasOrigin(p, order))) return ref;
    const requisitionId =
      (await originOf(deps, ref.sellerId, origins)) ?? (await matching(deps, ref.sellerId, seen));
    if (requisitionId === null) return null;
    return await takeTo(deps, p, orderId, requisitionId, seen);
  };

async function originOf(
  { procurements }: FindHomeDeps,
  sellerId: string,
  { root, others }: Origins,
): Promise<string | null> {
  for (const id of [root, ...others]) {
    if (isId(id) && (await procurements.load(requisitionRef(sellerId, id)))) return id;
  }
  return isId(root) ? root : null;
}

/** More requisitions of one buyer that keep stock at a time are nothing to choose from. */
const MATCHES_MAX = 50;

/**
 * Where no id leads to it: the one requisition of the same company that keeps just these goods (catalogue A.3.6);
 * of several none.
 */
async function matching(
  { procurements }: FindHomeDeps,
  sellerId: string,
  seen: OrderSeen,
): Promise<string | null> {
  if (seen.companyCode === '' || !isKnown(seen)) return null;
  const keeping = await procurements.keeping(sellerId, seen.companyCode, MATCHES_MAX);
  const [only, ...others] = keeping.filter((p) => keepsJust(p, seen));
  return (others.length === 0 && only?.requisition?.id) || null;
}

const isId = (id: string): boolean => /^[1-9]\d{0,30}$/.test(id);

/**
 * Moves an order to its requisition. Each step may be repeated: the home is said once, and the order is there
 * before it leaves.
 */
export async function takeTo(
  { procurements, clock, wake }: FindHomeDeps,
  from: Procurement,
  orderId: string,
  requisitionId: string,
  seen: OrderSeen | null,
): Promise<OrderRef> {
  const { sellerId } = from.orderRef;
  const order = purchaseOrder(sellerId, orderId);
  const wanted = requisitionRef(sellerId, requisitionId);
  const home = await procurements.setHome(order, wanted);
  await procurements.change(home, null, (p) => {
    const now = clock();
    const known = p ?? newProcurement(home, now);
    const asked = known.requisition
      ? known
      : heardOfRequisition(known, home.number.slice(1), now, 'NAMED_BY_ORDER');
    return ok(seen ? adopted(asked, orderId, seen, now) : asked);
  });
  if (!sameOrder(home, from.orderRef)) {
    await procurements.change(from.orderRef, null, (p) => {
      const left = p ?? from;
      return ok(
        left.movedTo
          ? left
          : noted({ ...left, movedTo: home }, clock(), 'MOVED', orderId, orderKey(home)),
      );
    });
  }
  wake(home);
  return home;
}

/** The first reading comes along; it counts as the oldest one here. */
function adopted(p: Procurement, orderId: string, seen: OrderSeen, now: Date): Procurement {
  if (orderIn(p, orderId)?.seen) return p;
  const made = noted(
    withOrder(p, orderId, (order) => order),
    now,
    'ADOPTED',
    orderId,
  );
  return sawOrder(made, orderId, { ...seen, reading: 0 }, now);
}
