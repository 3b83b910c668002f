import type { Fen, Milli, OrderRef } from '@astrolabe/kernel';
import { shareOf } from './share.ts';
import type { Invoice, InvoiceWish, TaxOfGoods } from './invoice.ts';

/** An ordered line; the amount is what the purchaser pays for all of it, taxes included. */
export type MoneyLine = TaxOfGoods & {
  readonly lineId: string;
  readonly goodsId: string;
  readonly name: string;
  readonly quantityMilli: Milli;
  readonly unitPriceFen: Fen;
  readonly amountFen: Fen;
};

/** What was ordered, as the mall was answered (document 004, 2.12.1). */
export type Placed = {
  readonly account: string;
  readonly lines: readonly MoneyLine[];
  readonly freightFen: Fen;
  /** Lines and freight. */
  readonly totalFen: Fen;
  /** CREDIT is paid within the account's credit period; others are paid elsewhere. */
  readonly payment: string;
  readonly wish: InvoiceWish;
  readonly preorderedAt: Date;
};

export type LineQuantity = { readonly lineId: string; readonly quantityMilli: Milli };

/** A parcel that the buyer took, or did not. */
export type ParcelEnd = {
  readonly parcelNo: string;
  readonly rejected: boolean;
  readonly lines: readonly LineQuantity[];
  readonly at: Date;
};

/** Goods that came back after they were taken. */
export type GoodsBack = {
  /** Names the receipt of the warehouse. */
  readonly key: string;
  readonly lines: readonly LineQuantity[];
  readonly at: Date;
};

/** What the seller takes off a line after the order, e.g. for a coupon. */
export type Discount = {
  /** Names the grant: the same again is the same discount. */
  readonly discountId: string;
  readonly lineId: string;
  /** With tax; positive. */
  readonly amountFen: Fen;
  readonly at: Date;
};

export type MoneyCause =
  | 'CANCELLED'
  | 'CONFIRMED'
  | 'DELIVERED'
  | 'DISCOUNTED'
  | 'INVOICE_AMENDED'
  | 'INVOICE_ISSUED'
  | 'ORDERED'
  | 'PAID'
  | 'RETURNED';

/** Why the sum is what it is: who said it, in which message, and what it adds to what is owed. */
export type MoneyEntry = {
  readonly cause: MoneyCause;
  readonly actor: string;
  readonly message: string;
  readonly amountFen: Fen;
  readonly at: Date;
};

/** The transfer that an order is in. REJECTED ones leave it free for another. */
export type InTransfer = {
  readonly bankNumber: string;
  readonly state: 'REJECTED' | 'SUBMITTED' | 'VERIFIED';
  readonly reason: string;
};

/** The money of one order of a mall. Facts come by two topics in any order; the state follows from them. */
export type MallMoney = {
  readonly orderRef: OrderRef;
  /** Null while facts of a later time alone are known. */
  readonly placed: Placed | null;
  readonly confirmedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly parcels: readonly ParcelEnd[];
  readonly returns: readonly GoodsBack[];
  /** Absent of orders without one. */
  readonly discounts?: readonly Discount[];
  readonly entries: readonly MoneyEntry[];
  readonly transfer: InTransfer | null;
  /** The blue one first; reds after it, in the order of asking. */
  readonly invoices: readonly Invoice[];
};

/** Who told a fact, and in which message. */
export type Told = { readonly actor: string; readonly message: string; readonly at: Date };

export const noMoney = (orderRef: OrderRef): MallMoney => ({
  orderRef,
  placed: null,
  confirmedAt: null,
  cancelledAt: null,
  parcels: [],
  returns: [],
  entries: [],
  transfer: null,
  invoices: [],
});

export type MoneyState = 'CANCELLED' | 'CONFIRMED' | 'DELIVERED' | 'PREORDERED' | 'REJECTED';

const sumOfLine = (
  parts: readonly { readonly lines: readonly LineQuantity[] }[],
  lineId: string,
): Milli =>
  parts
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);

/** When the last of the goods was taken or not taken; null while some are still on their way. */
export function deliveredAt({ placed, parcels }: MallMoney): Date | null {
  const last = parcels.at(-1);
  if (!placed || !last) return null;
  const isAll = placed.lines.every(
    ({ lineId, quantityMilli }) => sumOfLine(parcels, lineId) >= quantityMilli,
  );
  return isAll ? new Date(Math.max(...parcels.map(({ at }) => at.getTime()))) : null;
}

/** Where an order stands for its money. What was taken by the buyer is not cancelled any more. */
export function stateOf(money: MallMoney): MoneyState {
  const taken = money.parcels.some(({ rejected }) => !rejected);
  if (deliveredAt(money)) return taken ? 'DELIVERED' : 'REJECTED';
  if (money.cancelledAt && !taken) return 'CANCELLED';
  return money.confirmedAt || money.parcels.length > 0 ? 'CONFIRMED' : 'PREORDERED';
}

/** What was taken off a line, or off all of them, in fen with tax. */
export const grantedFen = ({ discounts = [] }: MallMoney, lineId?: string): Fen =>
  discounts
    .filter((one) => lineId === undefined || one.lineId === lineId)
    .reduce((sum, { amountFen }) => sum + amountFen, 0n);

/** What of the goods' price is not owed: what was not taken, or came back, at what it really cost. */
export function returnedFen(money: MallMoney): Fen {
  return (money.placed?.lines ?? []).reduce((sum, line) => {
    const [back, granted] = [backMilli(money, line), grantedFen(money, line.lineId)];
    const shareBack = (amountFen: Fen): Fen => shareOf(amountFen, line.quantityMilli, 0n, back);
    return sum + shareBack(line.amountFen) - shareBack(granted);
  }, 0n);
}

/** Of one line, what was not taken or came back; never more than was ordered. */
export function backMilli(
  { parcels, returns }: MallMoney,
  { lineId, quantityMilli }: Pick<MoneyLine, 'lineId' | 'quantityMilli'>,
): Milli {
  const rejected = parcels.filter((parcel) => parcel.rejected);
  const back = sumOfLine(rejected, lineId) + sumOfLine(returns, lineId);
  return back > quantityMilli ? quantityMilli : back;
}

/** What is owed of an order, paid or not: goods and freight less discounts and what came back; nothing where nothing was taken. */
export function owedFen(money: MallMoney): Fen {
  const state = stateOf(money);
  if (!money.placed || state === 'CANCELLED' || state === 'REJECTED') return 0n;
  return money.placed.totalFen - grantedFen(money) - returnedFen(money);
}
