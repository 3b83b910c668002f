import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, isNumericId, milliFromPieces, ok } from '@astrolabe/kernel';
import type { Field, TypeOf } from '../wire/codec.ts';
import { joined, list, optional, record, required, tolerated } from '../wire/codec.ts';
import { code, decimal, renamed, text, time, topId, wholeFen } from '../wire/leaves.ts';
import { defineTopApi } from './api.ts';

/**
 * Most entries that are read. The document allows 20 of each; what is beyond is the till's own refusal
 * and names itself, so more must be readable. Articles that were scanned one by one are one entry first.
 */
const ENTRIES_MAX = 500;

const ID_CHARS_MAX = 64;
const GOODS_CHARS_MAX = 100;
/** As long as the number of an order may be. */
const REQUEST_NO_CHARS_MAX = 50;
const NAME_CHARS_MAX = 200;

/** Goods as a till names them: an item of the shop, its SKU empty where it has none, or the merchant's code. */
export type TillGoods =
  | { readonly kind: 'ITEM'; readonly itemId: string; readonly skuId: string }
  | { readonly kind: 'CODE'; readonly code: string };

/** `itemId_skuId`, and `itemId_0` without SKU. */
function itemOf(name: string): Result<TillGoods, string> {
  const [itemId = '', skuId = '', ...more] = name.split('_');
  const isSku = skuId === '0' || isNumericId(skuId);
  if (more.length > 0 || !isNumericId(itemId) || !isSku) {
    return err('goods_id must be itemId_skuId, or itemId_0 without a SKU');
  }
  return ok({ kind: 'ITEM', itemId, skuId: skuId === '0' ? '' : skuId });
}

const goodsField: Field<TillGoods, false> = joined(
  {
    id: required('goods_id', code(GOODS_CHARS_MAX)),
    kind: required('id_type', renamed({ ITEM: 'ITEM_SKU', CODE: 'CUSTOM' })),
  },
  ({ id, kind }) => (kind === 'ITEM' ? itemOf(id) : ok<TillGoods>({ kind: 'CODE', code: id })),
  (goods) => ({
    kind: goods.kind,
    id: goods.kind === 'CODE' ? goods.code : `${goods.itemId}_${goods.skuId || '0'}`,
  }),
);

/** Pieces or kilograms: more than nothing, at most three decimals that are no zeros. */
function quantityOf(written: string): Result<Milli, string> {
  const milli = milliFromPieces(written);
  if (!milli.ok) return err('must be a number with at most three decimals');
  return milli.value > 0n ? milli : err('must be more than 0');
}

const goodsDetail = record({
  goods: goodsField,
  /** Fen a piece. A text on the wire, unlike the discount. */
  priceFen: required('price', wholeFen('text', 11)),
  /** As it is written: the document has `10.0`, and what is signed and sent again must not change. */
  quantity: required('quantity', decimal(6, quantityOf)),
});

const couponInfo = record({
  name: optional('name', text(NAME_CHARS_MAX)),
  discountFen: optional('discount', wholeFen('number', 15)),
  optionId: optional('option_id', text(ID_CHARS_MAX)),
});

const request = record({
  goods: required(
    'goods_details',
    list('goods_detail', goodsDetail, { min: 1, max: ENTRIES_MAX, lone: true }),
  ),
  buyerId: optional('buyer_id', code(ID_CHARS_MAX)),
  buyerKind: required(
    'buyer_id_type',
    renamed({ ALIPAY_USER: 'ALIPAY', MEMBER: 'TAOBAO', PHONE: 'MOBILE' }),
  ),
  storeId: required('store_id', code(ID_CHARS_MAX)),
  device: optional('device', text(ID_CHARS_MAX)),
  deviceNo: optional('device_no', text(ID_CHARS_MAX)),
  operatorId: optional('operator_id', text(ID_CHARS_MAX)),
  payment: required('pay_channel', renamed({ ALIPAY: 'ALIPAY', CARD: 'BANK_CARD' })),
  coupons: optional(
    'coupon_infos',
    list('coupon_info', couponInfo, { max: ENTRIES_MAX, lone: true }),
  ),
  storeKind: required('store_id_type', renamed({ CENTRE: 'PLACE', OWN: 'CUSTOM' })),
  requestNo: required('request_no', code(REQUEST_NO_CHARS_MAX)),
  // Not in the document: when a till that was offline has sold. It is not passed on.
  soldAt: optional('sold_at', time()),
});

/** The unit of both amounts is not said; they are fen as in the request (decision T-G2). */
const answer = record({
  tradeNo: topId('trade_no'),
  // The trade stands whatever they look like: one that cannot be read is a missing amount.
  totalFen: tolerated('total_amount', wholeFen('number', 15)),
  payFen: tolerated('actual_pay_fee', wholeFen('number', 15)),
});

export type TillRequest = TypeOf<typeof request>;
export type TillAnswer = TypeOf<typeof answer>;
export type TillBuyerKind = TillRequest['buyerKind'];
export type TillLine = {
  readonly goods: TillGoods;
  readonly priceFen: Fen;
  readonly quantity: string;
};

/** `alibaba.omni.saas.order.create`: a till sells at a store (document 002). */
export const createTillOrder = defineTopApi('alibaba.omni.saas.order.create', request, answer);
