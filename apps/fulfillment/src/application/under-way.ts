import type { OrderRef } from '@astrolabe/kernel';
import { mayHaveLeft, parcelOf } from '../domain/shipping.ts';
import type { Fulfilments, Shippings } from './ports.ts';

export type UnderWayDeps = { fulfilments: Fulfilments; shippings: Pick<Shippings, 'load'> };

/** Whether a parcel has taken some of these sub-orders along, or may have: they cannot be kept back. */
export async function mayBeGone(
  { fulfilments, shippings }: UnderWayDeps,
  order: OrderRef,
  subOrderIds: readonly string[],
): Promise<boolean> {
  const shipping = await shippings.load(order);
  if (!shipping) return false;
  const tasks = (await fulfilments.load(order))?.tasks ?? [];
  return tasks.some((task) => {
    const parcel = subOrderIds.includes(task.subOrderId) ? parcelOf(shipping, task) : null;
    return parcel !== null && mayHaveLeft(parcel);
  });
}
