import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, invariant, milliFromPieces, ok } from '@astrolabe/kernel';
import { lineAmount, sum } from './amounts.ts';

/** Goods as a till names them; `skuId` is empty where an item has no SKU. */
export type TillGoods =
  | { readonly kind: 'ITEM'; readonly itemId: string; readonly skuId: string }
  | { readonly kind: 'CODE'; readonly code: string };

/** `quantity` is the text that the till wrote, which goes out as it is. */
export type BasketLine = {
  readonly goods: TillGoods;
  readonly priceFen: Fen;
  readonly quantity: string;
};

export type Coupon = {
  readonly name: string;
  /** Null where the till gave none: it takes nothing off. */
  readonly discountFen: Fen | null;
  readonly optionId: string;
};

/** By which code the buyer is known: a payment code, a member's code, or a telephone number. */
export type BuyerKind = 'ALIPAY_USER' | 'MEMBER' | 'PHONE';

/** What a till sells, without the buyer's code: that is money for a minute, and a person for ever. */
export type Basket = {
  /** An id of the merchant centre, or the merchant's own code: two name spaces. */
  readonly store: { readonly kind: 'CENTRE' | 'OWN'; readonly id: string };
  readonly lines: readonly BasketLine[];
  readonly coupons: readonly Coupon[];
  readonly buyerKind: BuyerKind;
  readonly payment: 'ALIPAY' | 'CARD';
  readonly device: string;
  readonly deviceNo: string;
  readonly operatorId: string;
  /** When a till that was offline has sold; null: now. */
  readonly soldAt: Date | null;
};

export type BasketRefusal =
  | 'NO_GOODS'
  | 'BAD_QUANTITY'
  | 'BAD_PRICE'
  | 'BAD_COUPON'
  | 'TOO_MANY_COUPONS'
  | 'BUYER_REQUIRED'
  | 'BAD_PAYMENT_CODE'
  | 'MOBILE_NOT_OPEN'
  | 'OFFLINE_NEEDS_CARD';

/** The document's limit (request parameters, "最大列表长度:20"). */
const COUPONS_MAX = 20;

/** Alipay's payment codes: 16 to 24 digits that begin with 25 to 30; 13 is Weixin's. */
const PAYMENT_CODE = /^(?:2[5-9]|30)\d{14,22}$/;

/** What is checked already: the door reads the text by the same rule. */
export function milliOf(quantity: string): Milli {
  const milli = milliFromPieces(quantity);
  invariant(milli.ok, 'a quantity of a checked basket is a number');
  return milli.value;
}

const isQuantity = (text: string): boolean => {
  const milli = milliFromPieces(text);
  return milli.ok && milli.value > 0n;
};

/** Why a till may not sell this; null when it may. Nothing has been asked or stored yet. */
export function refusalOfBasket(
  basket: Basket,
  buyerId: string,
  rules: { readonly phoneBuyers: boolean },
): BasketRefusal | null {
  const { lines, coupons, buyerKind, payment, soldAt } = basket;
  if (lines.length === 0) return 'NO_GOODS';
  if (!lines.every(({ quantity }) => isQuantity(quantity))) return 'BAD_QUANTITY';
  if (lines.some(({ priceFen }) => priceFen < 0n)) return 'BAD_PRICE';
  if (coupons.some(({ discountFen }) => (discountFen ?? 0n) < 0n)) return 'BAD_COUPON';
  if (coupons.length > COUPONS_MAX) return 'TOO_MANY_COUPONS';
  // "手机号下单稍后开放": a switch opens it (decision T-G5).
  if (buyerKind === 'PHONE' && !rules.phoneBuyers) return 'MOBILE_NOT_OPEN';
  if (payment === 'ALIPAY' && buyerId === '') return 'BUYER_REQUIRED';
  const isCode = buyerKind === 'ALIPAY_USER' && buyerId !== '';
  if (isCode && !PAYMENT_CODE.test(buyerId)) return 'BAD_PAYMENT_CODE';
  // A payment code lives a minute: what was scanned offline pays nothing any more.
  if (soldAt && payment !== 'CARD') return 'OFFLINE_NEEDS_CARD';
  return null;
}

export const goodsText = (goods: TillGoods): string =>
  goods.kind === 'CODE' ? `code ${goods.code}` : `item ${goods.itemId}_${goods.skuId}`;

/** Goods before coupons, and what is left to pay. */
export type Totals = { readonly totalFen: Fen; readonly payFen: Fen };

/** As many digits as the channels' amounts have; what is kept is a whole number of 64 bits. */
const TOTAL_MAX_FEN: Fen = 999_999_999_999_999n;

/** The sum of the rounded lines, and the coupons off it; they may take off all of it and no more. */
export function totalsOf(
  lines: readonly BasketLine[],
  coupons: readonly Coupon[],
): Result<Totals, 'COUPONS_EXCEED_TOTAL' | 'TOTAL_TOO_LARGE'> {
  const totalFen = sum(lines.map((line) => lineAmount(line.priceFen, milliOf(line.quantity))));
  if (totalFen > TOTAL_MAX_FEN) return err('TOTAL_TOO_LARGE');
  const payFen = totalFen - sum(coupons.map(({ discountFen }) => discountFen ?? 0n));
  return payFen < 0n ? err('COUPONS_EXCEED_TOTAL') : ok({ totalFen, payFen });
}

/**
 * One text for all baskets that are the same sale: amounts and quantities by their values, not as they are
 * written. The buyer's code is not in it.
 */
export const basketText = ({ store, lines, coupons, soldAt, ...rest }: Basket): string =>
  JSON.stringify([
    [store.kind, store.id],
    lines.map(({ goods, priceFen, quantity }) => [
      goodsText(goods),
      String(priceFen),
      String(milliOf(quantity)),
    ]),
    coupons.map(({ name, discountFen, optionId }) => [name, String(discountFen ?? 0n), optionId]),
    [rest.buyerKind, rest.payment, rest.device, rest.deviceNo, rest.operatorId],
    soldAt?.toISOString() ?? '',
  ]);
