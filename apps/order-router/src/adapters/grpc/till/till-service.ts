import type { TillServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { posOrder, readOrderRef } from '@astrolabe/kernel';
import type { CheckoutRefusal, makeCheckout } from '../../../application/till/checkout.ts';
import type { Sales } from '../../../application/till/ports.ts';
import { SALE_STATES } from '../../../domain/till/sale.ts';
import { basketOf, responseOf, saleToMessage } from './messages.ts';

export type TillServiceDeps = {
  readonly sales: Pick<Sales, 'load' | 'list'>;
  readonly checkout: ReturnType<typeof makeCheckout>;
  readonly traceIdOf: (name: OrderRef) => string;
};

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;
/** More than any basket has; the basket's own limits are named by themselves. */
const ENTRIES_MAX = 500;

/** TillService: sales to make and to read. */
export const tillService = (deps: TillServiceDeps): TillServiceServer => ({
  checkout: unary('TillService/Checkout', async (request) => {
    const ref = readOrderRef(posOrder(request.sellerId, request.requestNo));
    const basket = basketOf(request);
    const isLong = request.lines.length > ENTRIES_MAX || request.coupons.length > ENTRIES_MAX;
    if (!ref.ok) throw invalid(ref.error === 'BAD_NUMBER' ? 'BAD_REQUEST_NO' : ref.error);
    if (!basket || isLong) throw invalid('INCOMPLETE_BASKET');
    const asked = { orderRef: ref.value, basket, buyerId: request.buyerId.trim() };
    const sold = await deps.checkout(asked);
    if (!sold.ok) throw refusal(sold.error);
    return responseOf(sold.value);
  }),
  getSale: unary('TillService/GetSale', async (request) => {
    const found = await deps.sales.load(orderOf(request));
    if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_SALE' });
    return { sale: saleToMessage(found.sale, found.version, deps.traceIdOf) };
  }),
  listSales: unary('TillService/ListSales', async ({ sellerId, state, page }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const known = SALE_STATES.find((one) => one === state) ?? null;
    if (state !== '' && !known) throw invalid('UNKNOWN_STATE');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const asked = { sellerId, state: known, limit, after: page?.token ?? '' };
    const listed = await deps.sales.list(asked);
    if (!listed.ok) throw invalid(listed.error);
    const { items, next } = listed.value;
    const sales = items.map(({ sale, version }) => saleToMessage(sale, version, deps.traceIdOf));
    return { sales, nextToken: next };
  }),
});

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

/** For the cashier, in the language of the tills. */
const WORDS: Readonly<Record<CheckoutRefusal['code'], string>> = {
  NO_GOODS: '没有商品',
  BAD_QUANTITY: '商品数量不正确',
  BAD_PRICE: '商品单价不正确',
  BAD_COUPON: '优惠金额不正确',
  BAD_LABEL: '秤签条码不正确',
  TOO_MANY_GOODS: '商品超过20种',
  TOO_MANY_COUPONS: '优惠超过20个',
  BUYER_REQUIRED: '缺少买家付款码',
  BAD_PAYMENT_CODE: '不是支付宝付款码',
  MOBILE_NOT_OPEN: '手机号下单暂未开放',
  COUPONS_EXCEED_TOTAL: '优惠金额超过商品总额',
  TOTAL_TOO_LARGE: '商品总额过大',
  OFFLINE_NEEDS_CARD: '离线销售只能刷卡',
  STORE_NOT_REGISTERED: '门店未登记',
  UNKNOWN_GOODS: '商品不存在',
  REQUEST_NO_REUSED: '请求号已用于另一笔交易',
  EARLIER_SALE_OPEN: '上一笔交易结果未确认',
};

const CONFLICTS: readonly CheckoutRefusal['code'][] = ['REQUEST_NO_REUSED', 'EARLIER_SALE_OPEN'];

function refusal({ code, subject }: CheckoutRefusal): GrpcRefusal {
  const details = subject === '' ? WORDS[code] : `${WORDS[code]}: ${subject}`;
  const grpc = CONFLICTS.includes(code) ? GRPC.alreadyExists : GRPC.invalidArgument;
  return new GrpcRefusal({ code: grpc, reason: code, details });
}
