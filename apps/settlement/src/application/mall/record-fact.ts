import type { EventOrigin, OrderRef } from '@astrolabe/kernel';
import { owing } from '../../domain/mall/credit.ts';
import { noMoney, owedFen } from '../../domain/mall/money.ts';
import type { MallMoney } from '../../domain/mall/money.ts';
import type { Credits, Moneys } from './ports.ts';

export type FactDeps = {
  readonly moneys: Pick<Moneys, 'record'>;
  readonly credits: Pick<Credits, 'load' | 'record'>;
};

/**
 * Records what an event says of an order's money, and brings its credit down to what is still owed. Told again, the
 * second half is done again, so that a crash between the two loses nothing.
 */
export const makeRecordFact =
  (deps: FactDeps) =>
  async (
    name: OrderRef,
    from: EventOrigin,
    fact: (money: MallMoney) => MallMoney,
  ): Promise<MallMoney> => {
    const stored = await deps.moneys.record(name, from, (state) => fact(state ?? noMoney(name)));
    await creditFollows(deps.credits, stored);
    return stored;
  };

/** What an order has taken of its account's credit is never more than what it still owes. */
export async function creditFollows(
  credits: Pick<Credits, 'load' | 'record'>,
  money: MallMoney,
): Promise<void> {
  const { orderRef, placed, transfer } = money;
  if (placed?.payment !== 'CREDIT') return;
  const { sellerId, number } = orderRef;
  const owed = transfer?.state === 'VERIFIED' ? 0n : owedFen(money);
  const known = await credits.load(sellerId, placed.account);
  if (!known || owing(known, number, owed) === known) return;
  await credits.record(sellerId, placed.account, (state) => owing(state ?? known, number, owed));
}
