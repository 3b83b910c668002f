import type { Fen, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { take, untake, usedByOthers } from '../../domain/mall/credit.ts';
import type { CreditAccount, CreditRefusal } from '../../domain/mall/credit.ts';
import type { Credits, Moneys } from './ports.ts';

export type CreditCheck = {
  /** Null: it was taken. */
  readonly refusal: CreditRefusal | 'NO_CREDIT_ACCOUNT' | null;
  readonly limitFen: Fen;
  readonly usedFen: Fen;
};

/** Takes an order's amount of its account's credit, in one write; or says why not, and takes nothing. */
export const makeCheckCredit =
  (credits: Pick<Credits, 'change' | 'load'>) =>
  async (name: OrderRef, account: string, amountFen: Fen): Promise<CreditCheck> => {
    const { sellerId, number } = name;
    const taken = await credits.change<Exclude<CreditCheck['refusal'], null>>(
      sellerId,
      account,
      (state) => (state ? take(state, number, amountFen) : err('NO_CREDIT_ACCOUNT')),
    );
    const now = taken.ok ? taken.value : await credits.load(sellerId, account);
    return {
      refusal: taken.ok ? null : taken.error,
      limitFen: now?.limitFen ?? 0n,
      usedFen: now ? usedByOthers(now, number) : 0n,
    };
  };

/** Gives back what an order has taken before it was placed. */
export const makeFreeCredit =
  (credits: Pick<Credits, 'load' | 'record'>, moneys: Pick<Moneys, 'load'>) =>
  async (name: OrderRef, account: string): Promise<Result<null, 'ORDER_KNOWN'>> => {
    if ((await moneys.load(name))?.placed) return err('ORDER_KNOWN');
    const known = await credits.load(name.sellerId, account);
    if (!known) return ok(null);
    await credits.record(name.sellerId, account, (state) => untake(state ?? known, name.number));
    return ok(null);
  };

/** Sets what an account may owe, and for how long. */
export const makePutCredit =
  (credits: Pick<Credits, 'record'>) =>
  async (
    terms: Pick<CreditAccount, 'account' | 'limitFen' | 'periodDays' | 'sellerId'>,
  ): Promise<CreditAccount> => {
    return await credits.record(terms.sellerId, terms.account, (state) => ({
      taken: [],
      ended: [],
      ...state,
      ...terms,
    }));
  };
