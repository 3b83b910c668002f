import type {
  AmendInvoiceRequest,
  MallMoneyAdminServiceServer,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import type { makePutCredit } from '../../../application/mall/credit.ts';
import type { makeGrantDiscount } from '../../../application/mall/discounts.ts';
import type { InvoiceRefusal, makeInvoices } from '../../../application/mall/invoices.ts';
import type { Credits, Moneys, Transfers } from '../../../application/mall/ports.ts';
import type { makeTryTransfer, makeVerifyTransfer } from '../../../application/mall/transfers.ts';
import { INVOICE_STATES } from '../../../domain/mall/invoice.ts';
import type { Invoice } from '../../../domain/mall/invoice.ts';
import { tidyTaxNumber } from '../../../domain/mall/tax-number.ts';
import type { Amendment } from '../../../domain/mall/invoicing.ts';
import { TRANSFER_STATES } from '../../../domain/mall/transfer.ts';
import { invalid, listed, named, pageOf, wordOf } from '../requests.ts';
import { creditTo, entryTo, invoiceTo, transferTo } from './message.ts';

export type MoneyAdminDeps = {
  readonly moneys: Pick<Moneys, 'withInvoice'>;
  readonly credits: Pick<Credits, 'load'>;
  readonly transfers: Pick<Transfers, 'list'>;
  readonly putCredit: ReturnType<typeof makePutCredit>;
  readonly verifyTransfer: ReturnType<typeof makeVerifyTransfer>;
  readonly tryTransfer: ReturnType<typeof makeTryTransfer>;
  readonly invoices: ReturnType<typeof makeInvoices>;
  readonly grantDiscount: ReturnType<typeof makeGrantDiscount>;
  readonly clock: Clock;
};

const DAYS_MAX = 366;
const RATE_MAX = 100;
const LINES_MAX = 200;
const COLOURS = ['BLUE', 'RED'] as const;

/** MallMoneyAdminService: what a person does with the money of malls' orders. */
export function mallMoneyAdminService(deps: MoneyAdminDeps): MallMoneyAdminServiceServer {
  const { clock } = deps;
  const answer = (name: OrderRef, changed: Result<Invoice, InvoiceRefusal>) => {
    if (changed.ok) return { invoice: invoiceTo(name, changed.value, clock()) };
    const isUnknown = changed.error === 'UNKNOWN_ORDER' || changed.error === 'UNKNOWN_INVOICE';
    const code = isUnknown ? GRPC.notFound : GRPC.failedPrecondition;
    throw new GrpcRefusal({ code, reason: changed.error });
  };
  return {
    ...creditMethods(deps),
    grantDiscount: unary('MallMoneyAdminService/GrantDiscount', async (request) => {
      const name = orderOf(request);
      const { amountFen } = request;
      if (amountFen <= 0n) throw invalid('INVALID_AMOUNT');
      const [discountId, lineId] = [named(request.discountId), named(request.lineId)];
      const discount = { discountId, lineId, amountFen };
      const granted = await deps.grantDiscount(name, discount, named(request.actor));
      if (granted.ok) return { entries: granted.value.entries.map(entryTo) };
      const code = granted.error === 'UNKNOWN_ORDER' ? GRPC.notFound : GRPC.failedPrecondition;
      throw new GrpcRefusal({ code, reason: granted.error });
    }),
    listInvoices: unary('MallMoneyAdminService/ListInvoices', async (request) => {
      const { sellerId, page } = request;
      const state = wordOf(INVOICE_STATES, request.state);
      const colour = request.colour === '' ? null : wordOf(COLOURS, request.colour);
      const query = { sellerId, state, colour, ...pageOf(sellerId, page) };
      const { items, next } = listed(await deps.moneys.withInvoice(query));
      const isWanted = (one: Invoice): boolean =>
        one.state === state && (colour === null || one.colour === colour);
      const now = clock();
      const invoices = items.flatMap(({ orderRef, invoices: all }) =>
        all.filter(isWanted).map((one) => invoiceTo(orderRef, one, now)),
      );
      return { invoices, nextToken: next };
    }),
    recordIssued: unary('MallMoneyAdminService/RecordIssued', async (request) => {
      const name = orderOf(request);
      const { serial, number, code, url, lines, dryRun } = request;
      const issuedAt = request.issuedAt ?? clock();
      const by = { number: named(number), code, url, issuedAt, lines };
      if (url !== '' && !/^https:\/\/\S+$/.test(url)) throw invalid('INVALID_URL');
      const deed = { actor: named(request.actor), dryRun };
      return answer(name, await deps.invoices.issued(name, named(serial), by, deed));
    }),
    requestRedLetter: unary('MallMoneyAdminService/RequestRedLetter', async (request) => {
      const name = orderOf(request);
      if (request.lines.length > LINES_MAX) throw invalid('TOO_MANY_LINES');
      return answer(name, await deps.invoices.red(name, named(request.requestId), request.lines));
    }),
    confirmUse: unary('MallMoneyAdminService/ConfirmUse', async (request) => {
      const name = orderOf(request);
      const at = request.confirmedAt ?? clock();
      return answer(name, await deps.invoices.useConfirmed(name, named(request.serial), at));
    }),
    amendInvoice: unary('MallMoneyAdminService/AmendInvoice', async (request) => {
      const name = orderOf(request);
      const { serial, dryRun } = request;
      const deed = { actor: named(request.actor), dryRun };
      return answer(name, await deps.invoices.amend(name, serial, amendmentFrom(request), deed));
    }),
  };
}

/** @throws GrpcRefusal for what says nothing, and for a rate that is none */
function amendmentFrom({ title, taxNumber, lines }: AmendInvoiceRequest): Amendment {
  if (title === '' && taxNumber === '' && lines.length === 0) throw invalid('NOTHING_SAID');
  if (lines.length > LINES_MAX) throw invalid('TOO_MANY_LINES');
  if (lines.some(({ taxRate = 0 }) => taxRate < 0 || taxRate > RATE_MAX)) {
    throw invalid('INVALID_TAX_RATE');
  }
  return {
    title,
    taxNumber: tidyTaxNumber(taxNumber),
    lines: lines.map(({ lineId, taxRate, taxCode }) => ({
      lineId,
      taxCode,
      taxRate: taxRate ?? null,
      isTaxExempt: taxRate === undefined,
    })),
  };
}

type CreditMethods = Pick<
  MallMoneyAdminServiceServer,
  'getCredit' | 'listTransfers' | 'putCredit' | 'verifyTransfer'
>;

const creditMethods = (deps: MoneyAdminDeps): CreditMethods => ({
  putCredit: unary('MallMoneyAdminService/PutCredit', async (request) => {
    const { limitFen, periodDays } = request;
    if (limitFen < 0n) throw invalid('INVALID_AMOUNT');
    if (periodDays < 1 || periodDays > DAYS_MAX) throw invalid('INVALID_PERIOD');
    const sellerId = named(request.sellerId);
    const account = named(request.account);
    return { credit: creditTo(await deps.putCredit({ sellerId, account, limitFen, periodDays })) };
  }),
  getCredit: unary('MallMoneyAdminService/GetCredit', async ({ sellerId, account }) => {
    const found = await deps.credits.load(sellerId, account);
    if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'NO_CREDIT_ACCOUNT' });
    return { credit: creditTo(found) };
  }),
  verifyTransfer: unary('MallMoneyAdminService/VerifyTransfer', async (request) => {
    const { sellerId, bankNumber, receivedFen, acceptExcess, reason } = request;
    if (receivedFen < 0n) throw invalid('INVALID_AMOUNT');
    const looked = { receivedFen, acceptExcess, actor: named(request.actor), reason };
    const look = request.dryRun ? deps.tryTransfer : deps.verifyTransfer;
    const verified = await look({ sellerId, bankNumber }, looked);
    if (verified.ok) return { transfer: transferTo(verified.value) };
    const code = verified.error === 'UNKNOWN_TRANSFER' ? GRPC.notFound : GRPC.failedPrecondition;
    throw new GrpcRefusal({ code, reason: verified.error });
  }),
  listTransfers: unary('MallMoneyAdminService/ListTransfers', async (request) => {
    const { sellerId, page } = request;
    const state = request.state === '' ? null : wordOf(TRANSFER_STATES, request.state);
    const query = { sellerId, state, ...pageOf(sellerId, page) };
    const { items, next } = listed(await deps.transfers.list(query));
    return { transfers: items.map(transferTo), nextToken: next };
  }),
});
