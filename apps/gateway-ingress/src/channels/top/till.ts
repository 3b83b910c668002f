import { TillBuyerKind, TillPayment, TillStoreKind } from '@astrolabe/contracts/order';
import type { CheckoutRequest, CheckoutResponse } from '@astrolabe/contracts/order';
import { NotNow, RefusedHere } from '@astrolabe/door';
import { POS } from '@astrolabe/kernel';
import { createTillOrder } from '@astrolabe/schemas/top';
import type { TillAnswer, TillGoods, TillRequest } from '@astrolabe/schemas/top';
import { SUB_ORDERS_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';
import type { Peers } from '../peers.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';

/** `alibaba.omni.saas.order.create`: a till sells at a store (document 002). */
export const tillMethod = ({ tills }: Pick<Peers, 'tills'>): TopMethod =>
  topRow(createTillOrder, {
    bodyBytesMax: SUB_ORDERS_BODY_BYTES,
    channel: POS,
    tradeOf: ({ requestNo }) => requestNo,
    // Money for a minute, and a person for ever.
    secret: ['buyer_id'],
    work: async (request, caller) =>
      answerOf(await tills.call('checkout', asked(request, caller), caller.left())),
  });

/**
 * A trade, a refusal for good, or "ask again": a till that hears `isp.` repeats the same request number, and
 * that is what tells it how the sale has ended.
 */
function answerOf({ outcome, ...sale }: CheckoutResponse): TillAnswer {
  switch (outcome) {
    case 'CREATED':
      return { tradeNo: sale.tradeNo, totalFen: sale.totalFen, payFen: sale.payFen };
    case 'REJECTED':
      throw new RefusedHere({ code: sale.code, message: sale.message || sale.code });
    case 'MANUAL':
      throw new NotNow({ code: 'isp.sale-being-checked', message: '交易正在人工核实' });
    case 'BLOCKED':
      throw new NotNow({ code: 'isp.sale-not-let-in', message: '平台授权失效，交易待处理' });
    default:
      throw new NotNow({ code: 'isp.sale-in-doubt', message: '结果确认中，请用同一请求号重试' });
  }
}

const BUYER_KINDS = {
  ALIPAY_USER: TillBuyerKind.ALIPAY_USER,
  MEMBER: TillBuyerKind.MEMBER,
  PHONE: TillBuyerKind.PHONE,
} as const;
const PAYMENTS = { ALIPAY: TillPayment.ALIPAY, CARD: TillPayment.CARD } as const;
const STORE_KINDS = { CENTRE: TillStoreKind.CENTRE, OWN: TillStoreKind.OWN } as const;

const asked = (request: TillRequest, { key, sellerId, inboundId }: Caller): CheckoutRequest => ({
  sellerId,
  requestNo: request.requestNo,
  storeKind: STORE_KINDS[request.storeKind],
  storeId: request.storeId,
  lines: request.goods.map(({ goods, priceFen, quantity }) => ({
    goods: goodsOf(goods),
    priceFen,
    quantity,
  })),
  coupons: (request.coupons ?? []).map(({ name = '', discountFen, optionId = '' }) => ({
    name,
    discountFen,
    optionId,
  })),
  buyerKind: BUYER_KINDS[request.buyerKind],
  buyerId: request.buyerId ?? '',
  payment: PAYMENTS[request.payment],
  device: request.device ?? '',
  deviceNo: request.deviceNo ?? '',
  operatorId: request.operatorId ?? '',
  soldAt: request.soldAt,
  actor: `app:${key.appKey}`,
  messageId: inboundId,
});

const goodsOf = (goods: TillGoods): CheckoutRequest['lines'][number]['goods'] => ({
  goods:
    goods.kind === 'CODE'
      ? { $case: 'outerId', value: goods.code }
      : { $case: 'item', value: { itemId: goods.itemId, skuId: goods.skuId } },
});
