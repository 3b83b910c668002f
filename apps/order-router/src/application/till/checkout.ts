import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok, orderKey } from '@astrolabe/kernel';
import { lineAmount } from '../../domain/till/amounts.ts';
import { basketText, milliOf, refusalOfBasket, totalsOf } from '../../domain/till/basket.ts';
import type { Basket, BasketRefusal, Totals } from '../../domain/till/basket.ts';
import { isInDoubt, isOver, newSale } from '../../domain/till/sale.ts';
import type { Sale, SaleLine } from '../../domain/till/sale.ts';
import type { StockedLine } from '../../domain/till/scale-label.ts';
import { soldLines } from '../../domain/till/sold-lines.ts';
import type { PlatformRequests, Sales, TillCatalog, TillNotes, TillSettings } from './ports.ts';

/** What a till wants to sell. */
export type Asked = {
  readonly orderRef: OrderRef;
  readonly basket: Basket;
  /** Empty where the till has none. */
  readonly buyerId: string;
};

/** `subject` names the line, or the number of the other sale. */
export type CheckoutRefusal = {
  readonly code:
    | BasketRefusal
    | 'BAD_LABEL'
    | 'TOO_MANY_GOODS'
    | 'COUPONS_EXCEED_TOTAL'
    | 'TOTAL_TOO_LARGE'
    | 'STORE_NOT_REGISTERED'
    | 'UNKNOWN_GOODS'
    | 'REQUEST_NO_REUSED'
    | 'EARLIER_SALE_OPEN';
  readonly subject: string;
};

export type CheckoutDeps = {
  readonly sales: Pick<Sales, 'load' | 'change' | 'openAt' | 'nextTradeNo'>;
  readonly settings: Pick<TillSettings, 'platform' | 'labels'>;
  readonly catalog: TillCatalog;
  readonly requests: PlatformRequests;
  readonly notes: Pick<TillNotes, 'moved'>;
  readonly digest: (text: string) => string;
  /** Takes the steps that are due; it may end before they do. */
  readonly tryNow: (name: OrderRef) => Promise<void>;
  readonly clock: Clock;
  readonly phoneBuyers: boolean;
};

/** Sales of one till that may be open at once; more are not looked at. */
const OPEN_MAX = 20;

const refused = (code: CheckoutRefusal['code'], subject = ''): Result<never, CheckoutRefusal> =>
  err({ code, subject });

/**
 * Sells a basket: checked here, written down, held, sent or made, and consumed. The same request number with
 * the same basket is the same sale, however often it comes; what cannot be sold leaves nothing behind.
 */
export const makeCheckout =
  (deps: CheckoutDeps) =>
  async (asked: Asked): Promise<Result<Sale, CheckoutRefusal>> => {
    const { sales, tryNow } = deps;
    const { orderRef } = asked;
    const digest = deps.digest(basketText(asked.basket));
    const known = await sales.load(orderRef);
    const sale = known ? same(deps, known.sale, asked, digest) : await begun(deps, asked, digest);
    if (!sale.ok) return sale;
    await tryNow(orderRef);
    const after = await sales.load(orderRef);
    return ok(after?.sale ?? sale.value);
  };

/** The sale again, or another one under its number. A new payment code while it is open is another one. */
function same(
  { requests }: Pick<CheckoutDeps, 'requests'>,
  sale: Sale,
  { orderRef, buyerId }: Asked,
  digest: string,
): Result<Sale, CheckoutRefusal> {
  if (sale.digest !== digest) return refused('REQUEST_NO_REUSED');
  const request = sale.platform?.request;
  if (request && requests.buyerOf(orderRef, request) !== buyerId) {
    return refused('REQUEST_NO_REUSED');
  }
  return ok(sale);
}

async function begun(
  deps: CheckoutDeps,
  asked: Asked,
  digest: string,
): Promise<Result<Sale, CheckoutRefusal>> {
  const { orderRef, basket, buyerId } = asked;
  const { sellerId } = orderRef;
  const checked = await check(deps, asked);
  if (!checked.ok) return checked;
  const { sold, totals } = checked.value;
  const found = await find(deps, sellerId, basket, sold);
  if (!found.ok) return found;
  const { storeId, goodsIds } = found.value;
  const earlier = await earlierSale(deps, asked, storeId, digest);
  if (earlier) return refused('EARLIER_SALE_OPEN', earlier.orderRef.number);
  const isConnected = (await deps.settings.platform(sellerId)) !== null;
  const now = deps.clock();
  const lines = sold.map(({ line }) => line);
  const fresh = newSale({
    orderRef,
    basket,
    digest,
    ...totals,
    place: { type: 'STORE', id: storeId },
    soldAt: basket.soldAt ?? now,
    receivedAt: now,
    lines: sold.map((line, at) => saleLine(line, at, goodsIds[at] ?? '')),
    ownTradeNo: isConnected ? null : await deps.sales.nextTradeNo(),
    request: isConnected ? deps.requests.make(orderRef, basket, lines, buyerId) : null,
  });
  let isNew = false;
  const stored = await deps.sales.change<CheckoutRefusal>(orderRef, (current) => {
    isNew = current === null;
    return current ? same(deps, current, asked, digest) : ok(fresh);
  });
  if (stored.ok && isNew) deps.notes.moved(stored.value, 'NEW');
  return stored;
}

const saleLine = ({ line, stockMilli }: StockedLine, at: number, goodsId: string): SaleLine => ({
  lineId: String(at + 1),
  goodsId,
  quantityMilli: stockMilli,
  priceFen: line.priceFen,
  amountFen: amountOf(line),
  shortMilli: 0n,
});

const amountOf = (line: StockedLine['line']) => lineAmount(line.priceFen, milliOf(line.quantity));

type Checked = { readonly sold: readonly StockedLine[]; readonly totals: Totals };

/** What can be said of the basket alone. */
async function check(
  { settings, phoneBuyers }: CheckoutDeps,
  { orderRef, basket, buyerId }: Asked,
): Promise<Result<Checked, CheckoutRefusal>> {
  const refusal = refusalOfBasket(basket, buyerId, { phoneBuyers });
  if (refusal) return refused(refusal);
  const sold = soldLines(await settings.labels(orderRef.sellerId), basket.lines);
  if (!sold.ok) return refused(sold.error);
  const totals = totalsOf(
    sold.value.map(({ line }) => line),
    basket.coupons,
  );
  return totals.ok ? ok({ sold: sold.value, totals: totals.value }) : refused(totals.error);
}

/** The store and the goods, by the seller's registries. */
async function find(
  { catalog }: Pick<CheckoutDeps, 'catalog'>,
  sellerId: string,
  { store }: Basket,
  sold: readonly StockedLine[],
): Promise<Result<{ storeId: string; goodsIds: readonly string[] }, CheckoutRefusal>> {
  const storeId = await catalog.storeId(sellerId, store);
  if (storeId === null) return refused('STORE_NOT_REGISTERED', store.id);
  const goodsIds = await catalog.goods(
    sellerId,
    sold.map(({ line }) => line.goods),
  );
  const unknown = goodsIds.indexOf('');
  return unknown < 0 ? ok({ storeId, goodsIds }) : refused('UNKNOWN_GOODS', `line ${unknown + 1}`);
}

/**
 * An earlier sale of the same till that may be this one: it is in doubt and has the same basket, so a new number
 * would let the buyer pay twice. What is due of the till's other open sales is done first.
 */
async function earlierSale(
  { sales, tryNow, clock }: CheckoutDeps,
  { orderRef, basket }: Asked,
  storeId: string,
  digest: string,
): Promise<Sale | null> {
  const { deviceNo } = basket;
  if (deviceNo === '') return null;
  const till = { storeId, deviceNo };
  const open = await sales.openAt(orderRef.sellerId, till, OPEN_MAX);
  const others = open.filter((sale) => orderKey(sale.orderRef) !== orderKey(orderRef));
  const now = clock().getTime();
  for (const sale of others) {
    const isSame = sale.digest === digest && isInDoubt(sale);
    const isDue = sale.dueAt !== null && sale.dueAt.getTime() <= now;
    if (!isSame && !isDue) continue;
    // An attempt of this process that is under way is waited for.
    await tryNow(sale.orderRef);
    const after = isSame ? await sales.load(sale.orderRef) : null;
    if (after && !isOver(after.sale)) return after.sale;
  }
  return null;
}
