import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, mapOk } from '@astrolabe/kernel';
import { byAllocation } from '../domain/events.ts';
import { giveBack } from '../domain/give-back.ts';
import type { GiveBack, GiveBackRefusal } from '../domain/give-back.ts';
import type { Fulfilments, Sellers, Shippings } from './ports.ts';
import { mayBeGone } from './under-way.ts';

export type GiveBackDeps = {
  fulfilments: Fulfilments;
  sellers: Sellers;
  shippings: Pick<Shippings, 'load'>;
  clock: Clock;
  /** An intent to tell a store system is durable. */
  wake: (order: OrderRef) => void;
};

/**
 * A store gives back what it had accepted; it is durable, with its event, when this answers. Answers whether
 * it had been given back before. The document in which stores answer decides, so an operator's interception, a
 * close of the channel and this have one outcome.
 */
export const makeGiveBack =
  (deps: GiveBackDeps) =>
  async (
    order: OrderRef,
    asked: GiveBack,
  ): Promise<Result<boolean, GiveBackRefusal | 'UNKNOWN_SELLER'>> => {
    const model = await deps.sellers.modelOf(order.sellerId);
    if (!model) return err('UNKNOWN_SELLER');
    if (await mayBeGone(deps, order, asked.subOrderIds)) return err('SHIPPING_UNDER_WAY');
    const done = await deps.fulfilments.change<
      { already: boolean; toTell: boolean },
      GiveBackRefusal
    >(order, null, (current) => {
      const now = deps.clock();
      return mapOk(giveBack(current, asked, model, now), ({ fulfilment, changed }) => ({
        state: fulfilment,
        events: byAllocation('REFUSED', changed, now, asked.operator),
        result: { already: changed.length === 0, toTell: fulfilment.notifyAt !== null },
      }));
    });
    if (done.ok && done.value?.toTell) deps.wake(order);
    return mapOk(done, (value) => value?.already ?? true);
  };
