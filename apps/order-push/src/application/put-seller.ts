import type { Clock, OrderRef } from '@astrolabe/kernel';
import { retried } from '../domain/schedule.ts';
import type { Pushes, Seller, Sellers } from './ports.ts';

export type PutSellerDeps = {
  readonly sellers: Pick<Sellers, 'put'>;
  readonly pushes: Pick<Pushes, 'change' | 'withProblem'>;
  readonly wake: (name: OrderRef) => void;
  readonly clock: Clock;
};

/** Orders that are taken up again at once; the others wait for the next time or for RetryPush. */
const RESUMED_MAX = 1_000;

/** Stores a seller's settings; orders that waited for its SPI are taken up again. */
export const makePutSeller =
  ({ sellers, pushes, wake, clock }: PutSellerDeps) =>
  async (seller: Seller): Promise<void> => {
    await sellers.put(seller);
    if (seller.spiUrl === '') return;
    const { sellerId } = seller;
    for (const name of await pushes.withProblem(sellerId, 'ALLOCATE_SPI_MISSING', RESUMED_MAX)) {
      await pushes.change(name, null, (push) => {
        if (!push) throw new TypeError('a listed order has a document');
        return retried(push, clock());
      });
      wake(name);
    }
  };
