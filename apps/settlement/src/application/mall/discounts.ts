import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { discounted } from '../../domain/mall/facts.ts';
import type { DiscountRefusal } from '../../domain/mall/facts.ts';
import { noMoney } from '../../domain/mall/money.ts';
import type { Discount, MallMoney } from '../../domain/mall/money.ts';
import type { Credits, Moneys } from './ports.ts';
import { creditFollows } from './record-fact.ts';

export type DiscountDeps = {
  readonly moneys: Pick<Moneys, 'change'>;
  readonly credits: Pick<Credits, 'load' | 'record'>;
  readonly clock: Clock;
};

/** Takes something off a line of an order, and brings its credit down with what is owed. */
export const makeGrantDiscount =
  ({ moneys, credits, clock }: DiscountDeps) =>
  async (
    name: OrderRef,
    discount: Omit<Discount, 'at'>,
    actor: string,
  ): Promise<Result<MallMoney, DiscountRefusal>> => {
    const at = clock();
    const told = { actor, message: discount.discountId, at };
    const stored = await moneys.change<DiscountRefusal>(name, (money) =>
      discounted(money ?? noMoney(name), { ...discount, at }, told),
    );
    if (stored.ok) await creditFollows(credits, stored.value);
    return stored;
  };
