import type { OrderRef, Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import { recall } from '../domain/recall.ts';
import type { Standing, Wanted } from '../domain/recall.ts';
import type { Fulfilments, Shippings } from './ports.ts';
import { mayBeGone } from './under-way.ts';

export type RecallDeps = { fulfilments: Fulfilments; shippings: Pick<Shippings, 'load'> };

/**
 * Takes sub-orders back from their place for their allocator; it is durable when this answers. Null:
 * they are back; else what stands, e.g. ACCEPTED by a store that was faster.
 */
export const makeRecall =
  (deps: RecallDeps) =>
  async (order: OrderRef, wanted: Wanted): Promise<Result<Standing | null, 'NOT_KNOWN_YET'>> => {
    if (await mayBeGone(deps, order, wanted.subOrderIds)) return ok('SHIPPING_UNDER_WAY');
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
