import { enumReader, placeToMessage } from '@astrolabe/contracts';
import { TillBuyerKind, TillPayment, TillStoreKind } from '@astrolabe/contracts/order';
import type {
  CheckoutRequest,
  CheckoutResponse,
  Sale as SaleMessage,
  SaleReturn as ReturnMessage,
  TillGoods as GoodsMessage,
} from '@astrolabe/contracts/order';
import type { OrderRef } from '@astrolabe/kernel';
import type { Basket, TillGoods } from '../../../domain/till/basket.ts';
import { paidFen } from '../../../domain/till/sale.ts';
import { refundOf } from '../../../domain/till/returns.ts';
import type { Sale, SaleReturn } from '../../../domain/till/sale.ts';

const buyerKindOf = enumReader<TillBuyerKind, Basket['buyerKind'] | null>('TillBuyerKind', {
  [TillBuyerKind.UNSPECIFIED]: null,
  [TillBuyerKind.ALIPAY_USER]: 'ALIPAY_USER',
  [TillBuyerKind.MEMBER]: 'MEMBER',
  [TillBuyerKind.PHONE]: 'PHONE',
});

const paymentOf = enumReader<TillPayment, Basket['payment'] | null>('TillPayment', {
  [TillPayment.UNSPECIFIED]: null,
  [TillPayment.ALIPAY]: 'ALIPAY',
  [TillPayment.CARD]: 'CARD',
});

const storeKindOf = enumReader<TillStoreKind, Basket['store']['kind'] | null>('TillStoreKind', {
  [TillStoreKind.UNSPECIFIED]: null,
  [TillStoreKind.CENTRE]: 'CENTRE',
  [TillStoreKind.OWN]: 'OWN',
});

/** The basket of a request; null when a part that every basket has is missing. */
export function basketOf(request: CheckoutRequest): Basket | null {
  const buyerKind = buyerKindOf(request.buyerKind);
  const payment = paymentOf(request.payment);
  const storeKind = storeKindOf(request.storeKind);
  const { storeId, device, deviceNo, operatorId, soldAt = null } = request;
  const goods = request.lines.map((line) => goodsOf(line.goods));
  const lines = request.lines.flatMap(({ priceFen, quantity }, at) => {
    const named = goods[at];
    return named ? [{ goods: named, priceFen, quantity }] : [];
  });
  if (!buyerKind || !payment || !storeKind || storeId === '') return null;
  if (lines.length !== request.lines.length) return null;
  const coupons = request.coupons.map(({ name, discountFen = null, optionId }) => ({
    name,
    discountFen,
    optionId,
  }));
  const store = { kind: storeKind, id: storeId };
  return { store, lines, coupons, buyerKind, payment, device, deviceNo, operatorId, soldAt };
}

function goodsOf(message: GoodsMessage | undefined): TillGoods | null {
  const goods = message?.goods;
  if (!goods) return null;
  if (goods.$case === 'outerId') {
    return goods.value === '' ? null : { kind: 'CODE', code: goods.value };
  }
  const { itemId, skuId } = goods.value;
  return itemId === '' ? null : { kind: 'ITEM', itemId, skuId };
}

/** CREATED is said when the stock is gone too: until then the same request is to be repeated. */
function outcomeOf({ state, stock }: Sale): string {
  if (state === 'CREATED') return stock === 'HELD' ? 'IN_DOUBT' : 'CREATED';
  if (state === 'REJECTED' || state === 'MANUAL' || state === 'BLOCKED') return state;
  return 'IN_DOUBT';
}

export const responseOf = (sale: Sale): CheckoutResponse => ({
  outcome: outcomeOf(sale),
  tradeNo: sale.trade?.tradeNo ?? '',
  totalFen: sale.trade?.totalFen ?? sale.totalFen,
  payFen: paidFen(sale),
  code: sale.problem?.code ?? '',
  message: sale.problem?.message ?? '',
});

/** A sale as operators and pages see it; the buyer's code is not in it. */
export const saleToMessage = (
  sale: Sale,
  version: bigint,
  traceIdOf: (name: OrderRef) => string,
): SaleMessage => ({
  orderRef: sale.orderRef,
  state: sale.state,
  stock: sale.stock,
  payment: sale.payment,
  place: placeToMessage(sale.place),
  deviceNo: sale.basket.deviceNo,
  lines: sale.lines.map((line) => ({ ...line })),
  totalFen: sale.totalFen,
  payFen: sale.payFen,
  tradeNo: sale.trade?.tradeNo ?? '',
  platformTotalFen: (sale.platform && sale.trade?.totalFen) ?? undefined,
  platformPayFen: (sale.platform && sale.trade?.payFen) ?? undefined,
  attempts: sale.platform?.call.attempts ?? 0,
  code: sale.problem?.code ?? '',
  message: sale.problem?.message ?? '',
  soldAt: sale.soldAt,
  receivedAt: sale.receivedAt,
  version,
  traceId: traceIdOf(sale.orderRef),
  returns: sale.returns.map(returnToMessage),
});

export const returnToMessage = (back: SaleReturn): ReturnMessage => ({
  returnNo: back.returnNo,
  lines: back.lines.map((line) => ({ ...line })),
  refundFen: refundOf(back),
  returnedAt: back.returnedAt,
  askedBy: back.by,
  stock: back.stock,
});
