import type { OrderRef, Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import { recall } from '../domain/recall.ts';
import type { Standing, Wanted } from '../domain/recall.ts';
import { mayHaveLeft, parcelOf } from '../domain/shipping.ts';
import type { Fulfilments, Shippings } from './ports.ts';

export type RecallDeps = { fulfilments: Fulfilments; shippings: Pick<Shippings, 'load'> };

/**
 * Takes sub-orders back from their place for their allocator; it is durable when this answers. Null:
 * they are back; else what stands, e.g. ACCEPTED by a store that was faster.
 */
export const makeRecall =
  (deps: RecallDeps) =>
  async (order: OrderRef, wanted: Wanted): Promise<Result<Standing | null, 'NOT_KNOWN_YET'>> => {
    if (await isShipping(deps, order, wanted)) return ok('SHIPPING_UNDER_WAY');
    const taken = await deps.fulfilments.change<Standing | null, 'NOT_KNOWN_YET'>(
      order,
      null,
      (current) =>
        mapOk(recall(current, wanted), ({ fulfilment, standing }) => ({
          state: fulfilment,
          events: [],
          result: standing,
        })),
    );
    return mapOk(taken, (standing) => standing);
  };

/** Whether a parcel has taken some of it along, or may have. */
async function isShipping(
  { fulfilments, shippings }: RecallDeps,
  order: OrderRef,
  { subOrderIds }: Wanted,
): Promise<boolean> {
  const shipping = await shippings.load(order);
  if (!shipping) return false;
  const tasks = (await fulfilments.load(order))?.tasks ?? [];
  return tasks.some((task) => {
    const parcel = subOrderIds.includes(task.subOrderId) ? parcelOf(shipping, task) : null;
    return parcel !== null && mayHaveLeft(parcel);
  });
}
