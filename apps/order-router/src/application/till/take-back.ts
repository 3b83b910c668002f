import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { takenBack } from '../../domain/till/returns.ts';
import type { ReturnRefusal, WishedReturn } from '../../domain/till/returns.ts';
import type { SaleReturn } from '../../domain/till/sale.ts';
import type { Sales } from './ports.ts';

export type TakeBackDeps = {
  readonly sales: Pick<Sales, 'load' | 'change'>;
  /** Takes the steps that are due; it may end before they do. */
  readonly tryNow: (name: OrderRef) => Promise<void>;
  readonly clock: Clock;
};

/** Records goods of a sale that came back, with their refund, and puts them into the stock where they are sold again. */
export const makeTakeBack =
  ({ sales, tryNow, clock }: TakeBackDeps) =>
  async (
    name: OrderRef,
    wish: WishedReturn,
  ): Promise<Result<SaleReturn, ReturnRefusal | 'UNKNOWN_SALE'>> => {
    const changed = await sales.change<ReturnRefusal | 'UNKNOWN_SALE'>(name, (sale) =>
      sale ? takenBack(sale, wish, clock()) : err('UNKNOWN_SALE'),
    );
    if (!changed.ok) return changed;
    await tryNow(name);
    const after = (await sales.load(name))?.sale ?? changed.value;
    const back = after.returns.find(({ returnNo }) => returnNo === wish.returnNo);
    if (!back) throw new TypeError('a return that was recorded stays recorded');
    return ok(back);
  };
