import type { Fen, Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';

/** What an open order has taken of its account's credit. */
export type Taken = { readonly number: string; readonly amountFen: Fen };

/** A purchaser's account at a seller: what it may owe at one time, and what its open orders have taken of that. */
export type CreditAccount = {
  readonly sellerId: string;
  readonly account: string;
  readonly limitFen: Fen;
  /** Days from the receipt of the goods until they are to be paid. */
  readonly periodDays: number;
  readonly taken: readonly Taken[];
  /** Orders that gave back all of it for good, the newest last; they take nothing again. */
  readonly ended: readonly string[];
};

/** As many as a document has room for, ten times over. */
const ORDERS_MAX = 5_000;
const ENDED_MAX = 500;

export type CreditRefusal =
  'AMOUNT_CHANGED' | 'CREDIT_EXCEEDED' | 'CREDIT_FREED' | 'TOO_MANY_ORDERS';

export const usedFen = ({ taken }: Pick<CreditAccount, 'taken'>): Fen =>
  taken.reduce((sum, { amountFen }) => sum + amountFen, 0n);

/** What others than this order have taken. */
export const usedByOthers = ({ taken }: CreditAccount, number: string): Fen =>
  usedFen({ taken: taken.filter((one) => one.number !== number) });

/** Takes an order's amount where it fits beside all others; the same order and amount again is the same. */
export function take(
  account: CreditAccount,
  number: string,
  amountFen: Fen,
): Result<CreditAccount, CreditRefusal> {
  const known = account.taken.find((one) => one.number === number);
  if (known) return known.amountFen === amountFen ? ok(account) : err('AMOUNT_CHANGED');
  if (account.ended.includes(number)) return err('CREDIT_FREED');
  if (account.taken.length >= ORDERS_MAX) return err('TOO_MANY_ORDERS');
  if (usedFen(account) + amountFen > account.limitFen) return err('CREDIT_EXCEEDED');
  return ok(checked({ ...account, taken: [...account.taken, { number, amountFen }] }, account));
}

/** Gives back what an order has taken before it was placed; it may ask again. */
export const untake = (account: CreditAccount, number: string): CreditAccount =>
  account.taken.some((one) => one.number === number)
    ? { ...account, taken: account.taken.filter((one) => one.number !== number) }
    : account;

/** What an order still owes: its credit never grows again, and ends for good with 0. */
export function owing(account: CreditAccount, number: string, owedFen: Fen): CreditAccount {
  const known = account.taken.find((one) => one.number === number);
  if (!known || known.amountFen <= owedFen) return account;
  if (owedFen > 0n) {
    const taken = account.taken.map((one) =>
      one === known ? { number, amountFen: owedFen } : one,
    );
    return { ...account, taken };
  }
  const ended = [...account.ended, number].slice(-ENDED_MAX);
  return { ...untake(account, number), ended };
}

/** Throws InvariantViolation unless what is taken fits, where it was let grow. */
function checked(next: CreditAccount, before: CreditAccount): CreditAccount {
  invariant(
    usedFen(next) <= next.limitFen || usedFen(next) <= usedFen(before),
    'an account is never credited beyond its limit',
  );
  return next;
}
