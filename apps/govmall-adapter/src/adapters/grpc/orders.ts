import {
  MallInvoiceKind,
  MallOrderServiceClient,
  MallPayment,
  MallPriceMode,
} from '@astrolabe/contracts/order';
import type { MallOrder as OrderMessage, MallReceiver } from '@astrolabe/contracts/order';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { err, invariant, ok } from '@astrolabe/kernel';
import type { PriceMode, Result } from '@astrolabe/kernel';
import type {
  InvoiceWish,
  MallOrder,
  MallOrders,
  OrderName,
  Payment,
  PreOrder,
  Receiver,
} from '../../application/ports.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';
import { refOf } from './order-ref.ts';

/** A pre-order holds goods at several places; its caller waits 15 s (field E5). */
const SUBMIT_MS = 9_000;

const MODES: Readonly<Record<PriceMode, MallPriceMode>> = {
  AGREEMENT: MallPriceMode.AGREEMENT,
  GROUP_BUY: MallPriceMode.GROUP_BUY,
  SPECIAL: MallPriceMode.SPECIAL,
  TIER: MallPriceMode.TIER,
};
const PAYMENTS: Readonly<Record<Payment, MallPayment>> = {
  ON_DELIVERY: MallPayment.ON_DELIVERY,
  CENTRAL: MallPayment.CENTRAL,
  ONLINE: MallPayment.ONLINE,
  CHEQUE: MallPayment.CHEQUE,
  CREDIT: MallPayment.CREDIT,
  BEFORE_DELIVERY: MallPayment.BEFORE_DELIVERY,
};
const INVOICES: Readonly<Record<NonNullable<InvoiceWish['kind']>, MallInvoiceKind>> = {
  PLAIN: MallInvoiceKind.PLAIN,
  VAT: MallInvoiceKind.VAT,
  ELECTRONIC: MallInvoiceKind.ELECTRONIC,
};

/** The router, which decides on orders of malls. */
export function connectOrders(address: string): MallOrders & Closable {
  const client = createGrpcClient(MallOrderServiceClient, peerOptions(address));
  const named = (name: OrderName) => ({ name, actor: `mall:${name.account}`, messageId: '' });
  return {
    close: () => client.close(),
    submit: async (order) => {
      const deadline = { deadlineMs: SUBMIT_MS };
      return decided(await client.call('submitMallOrder', requestOf(order), deadline));
    },
    confirm: async (name) => decided(await client.call('confirmMallOrder', named(name))),
    cancel: async (name) => decided(await client.call('cancelMallOrder', named(name))),
    find: async (name) => await find(client, name),
  };
}

function requestOf(order: PreOrder) {
  const { account, lines, invoice, payment, notes } = order;
  return {
    ...order,
    lines: lines.map(({ sku, quantityMilli, priceFen, mode }) => ({
      sku,
      quantityMilli,
      unitPriceFen: priceFen,
      priceMode: MODES[mode],
    })),
    invoice: {
      ...invoice,
      kind: invoice.kind ? INVOICES[invoice.kind] : MallInvoiceKind.UNSPECIFIED,
      content: '',
    },
    payment: PAYMENTS[payment],
    notes: [...notes],
    actor: `mall:${account}`,
    messageId: '',
  };
}

const IS_DONE: readonly string[] = ['OK', 'ALREADY'];

function decided(answer: {
  code: string;
  desc: string;
  order?: OrderMessage | undefined;
}): Result<MallOrder, string> {
  if (!IS_DONE.includes(answer.code)) return err(answer.desc || answer.code);
  invariant(answer.order, 'what was done is shown');
  return ok(orderOf(answer.order));
}

async function find(
  client: GrpcClient<MallOrderServiceClient>,
  name: OrderName,
): Promise<{ order: MallOrder; receiver: Receiver } | null> {
  try {
    const { order, receiver } = await client.call('getMallOrder', { name });
    invariant(order, 'an order that was found is shown');
    return { order: orderOf(order), receiver: receiverOf(receiver) };
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

const NOBODY: MallReceiver = {
  name: '',
  province: '',
  city: '',
  county: '',
  address: '',
  zip: '',
  phone: '',
  mobile: '',
  email: '',
};

const receiverOf = (receiver: MallReceiver | undefined): Receiver => receiver ?? NOBODY;

function orderOf(order: OrderMessage): MallOrder {
  const orderRef = refOf(order.orderRef);
  return {
    orderRef,
    mallOrderNo: order.mallOrderNo,
    state: order.state,
    confirmed: order.confirmed,
    delivered: order.delivered,
    returning: order.returning,
    onCredit: order.payment === MallPayment.CREDIT,
    lines: order.lines.map(({ sku, quantityMilli, unitPriceFen, returnedMilli }) => ({
      sku,
      quantityMilli,
      priceFen: unitPriceFen,
      returnedMilli,
    })),
    totalFen: order.totalFen,
    freightFen: order.freightFen,
    invoiceContent: order.invoiceContent,
    notes: order.notes,
    preorderedAt: order.preorderedAt ?? null,
  };
}
