import type {
  GetInvoicesRequest,
  MallMoneyServiceServer,
  ReconcileRequest,
  ReconcileResponse,
  ReconciledOrder,
  SubmitTransferRequest,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { makeCheckCredit, makeFreeCredit } from '../../../application/mall/credit.ts';
import type { makeInvoices } from '../../../application/mall/invoices.ts';
import type { Credits, Moneys, Transfers } from '../../../application/mall/ports.ts';
import type { makeSubmitTransfer, Submission } from '../../../application/mall/transfers.ts';
import { blueOf } from '../../../domain/mall/red.ts';
import { returnedFen, stateOf } from '../../../domain/mall/money.ts';
import type { MallMoney } from '../../../domain/mall/money.ts';
import { daySpan, paymentOf } from '../../../domain/mall/transfer.ts';
import type { Transfer } from '../../../domain/mall/transfer.ts';
import { TEXT_MAX, invalid, listed, named, pageOf } from '../requests.ts';
import { entryTo, invoiceTo, transferTo } from './message.ts';

export type MoneyServiceDeps = {
  readonly moneys: Pick<Moneys, 'load' | 'placedWithin'>;
  readonly credits: Pick<Credits, 'load'>;
  readonly transfers: Pick<Transfers, 'load'>;
  readonly checkCredit: ReturnType<typeof makeCheckCredit>;
  readonly freeCredit: ReturnType<typeof makeFreeCredit>;
  readonly submitTransfer: ReturnType<typeof makeSubmitTransfer>;
  readonly invoices: Pick<ReturnType<typeof makeInvoices>, 'request'>;
  readonly clock: Clock;
};

const RANGE_DAYS_MAX = 366;
const DAY_MS = 24 * 3_600_000;
const ORDERS_MAX = 200;
const INVOICED_ORDERS_MAX = 100;
const BANK_NUMBER = /^[^\s/\p{C}]{1,64}$/u;
/** More than any order is worth; sums of it stay far within 64 bits. */
const AMOUNT_MAX = 10n ** 14n;

const notFound = (reason: string): GrpcRefusal => new GrpcRefusal({ code: GRPC.notFound, reason });

/** @throws GrpcRefusal for what is no amount of money that is to be paid. */
function positive(amountFen: bigint): bigint {
  if (amountFen <= 0n || amountFen > AMOUNT_MAX) throw invalid('INVALID_AMOUNT');
  return amountFen;
}

/** MallMoneyService: what a mall's door, and who places its orders, asks of their money. */
export function mallMoneyService(deps: MoneyServiceDeps): MallMoneyServiceServer {
  const { clock } = deps;
  return {
    reconcile: unary('MallMoneyService/Reconcile', (request) => reconcile(deps, request)),
    checkCredit: unary('MallMoneyService/CheckCredit', async (request) => {
      const { account, amountFen } = request;
      const check = await deps.checkCredit(orderOf(request), named(account), positive(amountFen));
      const { refusal, limitFen, usedFen } = check;
      return { accepted: refusal === null, reason: refusal ?? '', limitFen, usedFen };
    }),
    freeCredit: unary('MallMoneyService/FreeCredit', async (request) => {
      const freed = await deps.freeCredit(orderOf(request), named(request.account));
      if (!freed.ok) throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: freed.error });
      return {};
    }),
    getPayment: unary('MallMoneyService/GetPayment', async (request) => {
      const money = await moneyOf(deps, orderOf(request));
      const account = await deps.credits.load(money.orderRef.sellerId, money.placed.account);
      const payment = paymentOf(money, account?.periodDays ?? 0, clock());
      return { ...payment, entries: money.entries.map(entryTo) };
    }),
    submitTransfer: unary('MallMoneyService/SubmitTransfer', async (request) => {
      const submitted = await deps.submitTransfer(submissionOf(request));
      if (submitted.ok) return { transfer: transferTo(submitted.value) };
      const { reason, order } = submitted.error;
      const code = reason === 'UNKNOWN_ORDER' ? GRPC.notFound : GRPC.failedPrecondition;
      throw new GrpcRefusal({ code, reason, details: `${reason} ${order.number}` });
    }),
    getTransfer: unary('MallMoneyService/GetTransfer', async (request) => {
      const { sellerId, account } = request;
      const bankNumber = request.bankNumber || (await bankNumberOf(deps, orderOf(request)));
      const found = bankNumber === '' ? null : await deps.transfers.load({ sellerId, bankNumber });
      if (found?.account !== account) throw notFound('UNKNOWN_TRANSFER');
      return { transfer: transferTo(found) };
    }),
    requestInvoice: unary('MallMoneyService/RequestInvoice', async (request) => {
      const name = orderOf(request);
      const asked = await deps.invoices.request(name);
      if (asked.ok) return { invoice: invoiceTo(name, asked.value, clock()) };
      if (asked.error === 'UNKNOWN_ORDER') throw notFound(asked.error);
      throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: asked.error });
    }),
    getInvoices: unary('MallMoneyService/GetInvoices', (request) => invoicesOf(deps, request)),
  };
}

type Known = MallMoney & { readonly placed: NonNullable<MallMoney['placed']> };

const isPlaced = (money: MallMoney | null): money is Known =>
  money !== null && money.placed !== null;

async function moneyOf({ moneys }: MoneyServiceDeps, name: OrderRef): Promise<Known> {
  const money = await moneys.load(name);
  if (!isPlaced(money)) throw notFound('UNKNOWN_ORDER');
  return money;
}

async function bankNumberOf(deps: MoneyServiceDeps, name: OrderRef): Promise<string> {
  return (await deps.moneys.load(name))?.transfer?.bankNumber ?? '';
}

async function reconcile(
  { moneys }: MoneyServiceDeps,
  { sellerId, account, fromDay, toDay, page }: ReconcileRequest,
): Promise<ReconcileResponse> {
  const first = daySpan(fromDay);
  const last = daySpan(toDay);
  if (!first || !last) throw invalid('INVALID_DAY');
  const days = (last.to.getTime() - first.from.getTime()) / DAY_MS;
  if (days < 1 || days > RANGE_DAYS_MAX) throw invalid('INVALID_RANGE');
  const { items, next } = listed(
    await moneys.placedWithin({
      sellerId,
      account: named(account),
      from: first.from,
      to: last.to,
      ...pageOf(sellerId, page),
    }),
  );
  return { orders: items.flatMap(reconciled), nextToken: next };
}

/** What 2.16 shows of an order; nothing of a cancelled one. */
function reconciled(money: MallMoney): readonly ReconciledOrder[] {
  const { orderRef, placed, invoices } = money;
  const state = stateOf(money);
  if (!placed || state === 'CANCELLED') return [];
  return [
    {
      orderRef,
      state,
      invoiceState: blueOf(invoices)?.state ?? 'NONE',
      amountFen: placed.totalFen,
      returnedFen: returnedFen(money),
      preorderedAt: placed.preorderedAt,
    },
  ];
}

/** @throws GrpcRefusal for what is no transfer. */
function submissionOf(request: SubmitTransferRequest): Submission {
  const { bankNumber, sellerId, account, amountFen, payerName, remark, transferredAt } = request;
  if (!BANK_NUMBER.test(bankNumber)) throw invalid('INVALID_BANK_NUMBER');
  const orders = request.orders.map((orderRef) => orderOf({ orderRef }));
  const names = new Set(orders.map(orderKey));
  if (orders.length === 0 || orders.length > ORDERS_MAX || names.size < orders.length) {
    throw invalid('INVALID_ORDERS');
  }
  if (orders.some((order) => order.sellerId !== sellerId)) throw invalid('INVALID_ORDERS');
  return {
    sellerId: named(sellerId),
    account: named(account),
    bankNumber,
    // In one order, whoever lists them: two transfers of the same orders take them the same way round.
    orders: orders.toSorted((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1)),
    amountFen: positive(amountFen),
    transferredAt: transferredAt ?? null,
    payerName: payerName.slice(0, TEXT_MAX),
    remark: remark.slice(0, TEXT_MAX),
  } satisfies Partial<Transfer>;
}

async function invoicesOf(
  { moneys, clock }: MoneyServiceDeps,
  { account, orderRefs }: GetInvoicesRequest,
) {
  if (orderRefs.length > INVOICED_ORDERS_MAX) throw invalid('TOO_MANY_ORDERS');
  const names = orderRefs.map((orderRef) => orderOf({ orderRef }));
  const found = await Promise.all(names.map((name) => moneys.load(name)));
  const now = clock();
  const orders = names.map((orderRef, index) => {
    const money = found[index];
    const known = money?.placed?.account === account;
    const invoices = known ? money.invoices.map((one) => invoiceTo(orderRef, one, now)) : [];
    return { orderRef, known, invoices };
  });
  return { orders };
}
