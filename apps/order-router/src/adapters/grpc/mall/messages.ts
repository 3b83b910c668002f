import { enumReader } from '@astrolabe/contracts';
import { MallInvoiceKind, MallPayment, MallPriceMode } from '@astrolabe/contracts/order';
import type {
  MallInvoice as InvoiceMessage,
  MallOrder as MallOrderMessage,
  MallOrderName,
  MallReceiver as ReceiverMessage,
  SubmitMallOrderRequest,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import { codedNote, holdRef } from '@astrolabe/kernel';
import type { OrderRef, PriceMode } from '@astrolabe/kernel';
import type { MallName } from '../../../application/mall/end.ts';
import type { StoredMallOrder } from '../../../application/mall/ports.ts';
import type { Preorder } from '../../../application/mall/submit.ts';
import type { MallInvoice, MallReceiver } from '../../../domain/mall/content.ts';
import { isConfirmed } from '../../../domain/mall/life.ts';
import { holdOf } from '../../../domain/mall/order.ts';
import type {
  MallInvoiceKind as InvoiceKind,
  MallPayment as Payment,
} from '../../../domain/mall/order.ts';

const modeOf = enumReader<MallPriceMode, PriceMode>('MallPriceMode', {
  [MallPriceMode.UNSPECIFIED]: 'AGREEMENT',
  [MallPriceMode.AGREEMENT]: 'AGREEMENT',
  [MallPriceMode.GROUP_BUY]: 'GROUP_BUY',
  [MallPriceMode.SPECIAL]: 'SPECIAL',
  [MallPriceMode.TIER]: 'TIER',
});

const MODES: Readonly<Record<PriceMode, MallPriceMode>> = {
  AGREEMENT: MallPriceMode.AGREEMENT,
  GROUP_BUY: MallPriceMode.GROUP_BUY,
  SPECIAL: MallPriceMode.SPECIAL,
  TIER: MallPriceMode.TIER,
};

const paymentOf = enumReader<MallPayment, Payment | null>('MallPayment', {
  [MallPayment.UNSPECIFIED]: null,
  [MallPayment.ON_DELIVERY]: 'ON_DELIVERY',
  [MallPayment.CENTRAL]: 'CENTRAL',
  [MallPayment.ONLINE]: 'ONLINE',
  [MallPayment.CHEQUE]: 'CHEQUE',
  [MallPayment.CREDIT]: 'CREDIT',
  [MallPayment.BEFORE_DELIVERY]: 'BEFORE_DELIVERY',
});

const PAYMENTS: Readonly<Record<Payment, MallPayment>> = {
  ON_DELIVERY: MallPayment.ON_DELIVERY,
  CENTRAL: MallPayment.CENTRAL,
  ONLINE: MallPayment.ONLINE,
  CHEQUE: MallPayment.CHEQUE,
  CREDIT: MallPayment.CREDIT,
  BEFORE_DELIVERY: MallPayment.BEFORE_DELIVERY,
};

const invoiceKindOf = enumReader<MallInvoiceKind, InvoiceKind>('MallInvoiceKind', {
  [MallInvoiceKind.UNSPECIFIED]: 'PLAIN',
  [MallInvoiceKind.PLAIN]: 'PLAIN',
  [MallInvoiceKind.VAT]: 'VAT',
  [MallInvoiceKind.ELECTRONIC]: 'ELECTRONIC',
});

const INVOICE_KINDS: Readonly<Record<InvoiceKind, MallInvoiceKind>> = {
  PLAIN: MallInvoiceKind.PLAIN,
  VAT: MallInvoiceKind.VAT,
  ELECTRONIC: MallInvoiceKind.ELECTRONIC,
};

export const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

/** Longer than any mall's number, account or department. */
const NAME_MAX = 100;
const TEXT_MAX = 1_000;
const NOTES_MAX = 20;

const isName = (text: string): boolean => text !== '' && text.length <= NAME_MAX;

/** @throws GrpcRefusal when a part is missing or too long. */
export function nameOf(name: MallOrderName | undefined): MallName {
  if (!name || ![name.sellerId, name.account, name.number].every(isName)) {
    throw invalid('INVALID_ORDER_NAME');
  }
  const { sellerId, account, number } = name;
  return { sellerId, account, number };
}

/** @throws GrpcRefusal when a part that every pre-order has is missing, or one is too long. */
export function preorderOf(request: SubmitMallOrderRequest): Preorder {
  const { sellerId, account, mallOrderNo, areaId, purchaser, remark } = request;
  const payment = paymentOf(request.payment);
  if (![sellerId, account, mallOrderNo].every(isName)) throw invalid('MISSING_FIELD');
  if (!payment || !request.receiver) throw invalid('MISSING_FIELD');
  const receiver = receiverOf(request.receiver);
  const invoice = invoiceOf(request.invoice);
  const texts = [...Object.values(receiver), ...Object.values(invoice), areaId, purchaser, remark];
  if (texts.some((text) => text.length > TEXT_MAX)) throw invalid('TOO_LONG');
  return {
    number: { sellerId, account, mallOrderNo },
    content: {
      lines: request.lines.map(({ sku, quantityMilli, unitPriceFen, priceMode }) => ({
        sku,
        quantityMilli,
        unitPriceFen,
        priceMode: modeOf(priceMode),
      })),
      areaId,
      receiver,
      purchaser,
      remark,
      invoice,
      payment,
      totalFen: request.totalFen,
      freightFen: request.freightFen,
    },
    notes: request.notes.slice(0, NOTES_MAX).map((note) => codedNote(note).slice(0, TEXT_MAX)),
  };
}

/** Field by field: what a newer caller adds is no part of the content. */
const receiverOf = (message: ReceiverMessage): MallReceiver => {
  const { name, province, city, county, address, zip, phone, mobile, email } = message;
  return { name, province, city, county, address, zip, phone, mobile, email };
};

function invoiceOf(message: InvoiceMessage | undefined): MallInvoice {
  const kind = invoiceKindOf(message?.kind ?? MallInvoiceKind.UNSPECIFIED);
  const { title = '', orgCode = '', name = '', phone = '', bank = '' } = message ?? {};
  const { bankAccount = '', address = '', mobile = '', receiptAddress = '' } = message ?? {};
  const content = message?.content ?? '';
  const account = { name, phone, bank, bankAccount, address, mobile, receiptAddress };
  return { kind, title, orgCode, content, ...account };
}

export const receiverToMessage = (receiver: MallReceiver): ReceiverMessage => ({ ...receiver });

export const invoiceToMessage = (invoice: MallInvoice): InvoiceMessage => ({
  ...invoice,
  kind: INVOICE_KINDS[invoice.kind],
});

/** An order as callers see it; nobody's name or number is in it. `paymentState`: of one on credit. */
export const mallOrderToMessage = (
  { order, version }: StoredMallOrder,
  traceIdOf: (name: OrderRef) => string,
  paymentState = '',
): MallOrderMessage => ({
  orderRef: order.orderRef,
  account: order.account,
  mallOrderNo: order.mallOrderNo,
  state: order.state,
  confirmed: isConfirmed(order.state),
  delivered: order.state === 'COMPLETED',
  returning: order.returning.length > 0,
  payment: PAYMENTS[order.payment],
  paymentState,
  lines: order.lines.map((line) => ({ ...line, priceMode: MODES[line.priceMode] })),
  totalFen: order.totalFen,
  freightFen: order.freightFen,
  areaId: order.areaId,
  purchaser: order.purchaser,
  invoiceContent: order.invoice.content,
  notes: [...order.notes],
  preorderedAt: order.preorderedAt ?? undefined,
  confirmedAt: order.confirmedAt ?? undefined,
  completedAt: order.completedAt ?? undefined,
  endedAt: order.endedAt ?? undefined,
  expiresAt: order.expiresAt ?? undefined,
  timeline: order.timeline.map((entry) => ({ ...entry })),
  code: order.problem?.code ?? '',
  version,
  traceId: traceIdOf(order.orderRef),
  holdRef: order.holds ? holdRef(order.orderRef, holdOf(order)) : '',
});
