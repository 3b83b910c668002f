import { aliased, list, optional, record, required } from '../wire/codec.ts';
import { renamed, text, time } from '../wire/leaves.ts';
import { govMethod } from './method.ts';
import { govCount } from './orders.ts';
import { zeroOrOne } from './goods.ts';
import {
  govCode,
  govCodes,
  govDay,
  govMoment,
  govSignedYuan,
  govYuan,
  underAnyName,
} from './values.ts';

/** Most orders of one transfer, and most whose invoices are asked for at once. */
export const GOV_TRANSFER_ORDERS_MAX = 200;
export const GOV_INVOICE_ORDERS_MAX = 100;

/** 2.16: the orders whose pre-orders came on these days; cancelled ones are none. `num` is their number. */
export const govReconcile = govMethod({
  number: '2.16',
  name: 'reconcile',
  path: '/api/order/reconcile',
  request: record({
    fromDay: underAnyName(['bdate', 'begin_date'], govDay()),
    toDay: underAnyName(['edate', 'end_date'], govDay()),
  }),
  answer: record({
    count: required('num', govCount()),
    totalFen: required('total_price', govYuan()),
    orders: required(
      'orders',
      list(
        'order',
        record({
          orderNo: required('order_id', govCode()),
          received: required('state', zeroOrOne()),
          invoiced: required('invoice_state', zeroOrOne()),
          totalFen: required('total_price', govYuan()),
        }),
        { max: 100_000 },
      ),
    ),
  }),
});

/** Where a transfer stands. EXCESS waits for a person: more than is due was told. */
export const govTransferStates = {
  SUBMITTED: 'submitted',
  VERIFIED: 'verified',
  REJECTED: 'rejected',
  EXCESS: 'excess',
} as const;

const transfer = record({
  bankNumber: required('transfer_no', govCode(64)),
  state: required('state', renamed(govTransferStates)),
  stateText: required('state_desc', text(50)),
  /** Why it is not verified; empty otherwise. */
  reason: optional('reason', text(1_000)),
  amountFen: required('amount', govYuan()),
  orderNos: required('order_id', list('order_id', govCode())),
});

/** 2.18: what the purchaser has transferred at its bank for orders on credit (账期). */
export const govTransfer = govMethod({
  number: '2.18',
  name: 'transfer',
  path: '/api/order/transfer',
  request: record({
    bankNumber: underAnyName(['transfer_no', 'bank_no', 'serial_no'], govCode(64)),
    orderNos: underAnyName(['order_id', 'orders'], govCodes('order_id', GOV_TRANSFER_ORDERS_MAX)),
    amountFen: underAnyName(['amount', 'money'], govYuan()),
    transferredAt: optional('transfer_time', govMoment('begin')),
    payer: optional('payer', text(200)),
    remark: optional('remark', text(500)),
  }),
  answer: transfer,
});

/** 2.18: what became of a transfer, by its bank number or by an order that it was for. */
export const govTransferResult = govMethod({
  number: '2.18',
  name: 'transfer-result',
  path: '/api/order/transfer_result',
  request: record({
    bankNumber: aliased('transfer_no', ['bank_no', 'serial_no'], govCode(64)),
    orderNo: aliased('order_id', ['mall_order_id'], govCode()),
  }),
  answer: record({
    transfers: required('transfers', list('transfer', transfer)),
    /** Of the order that was asked for. */
    paymentState: optional('payment_state', text(50)),
    paymentText: optional('payment_desc', text(50)),
    dueFen: optional('amount', govYuan()),
    dueDay: optional('due_date', text(10)),
  }),
});

/** 2.21: where invoices are downloaded, an entry for each order in the order asked for. */
export const govInvoices = govMethod({
  number: '2.21',
  name: 'invoices',
  path: '/api/order/invoices',
  request: record({
    orderNos: underAnyName(['order_id', 'orders'], govCodes('order_id', GOV_INVOICE_ORDERS_MAX)),
  }),
  answer: list(
    'invoice',
    record({
      orderNo: required('order_id', govCode()),
      known: required('known', zeroOrOne()),
      issued: required('invoice_state', zeroOrOne()),
      /** Empty until it is issued. */
      url: optional('url', text(2_000)),
      invoices: required(
        'invoices',
        list(
          'invoice',
          record({
            number: required('invoice_no', text(50)),
            code: optional('invoice_code', text(50)),
            url: required('url', text(2_000)),
            amountFen: required('amount', govSignedYuan()),
            issuedAt: optional('invoice_date', time()),
          }),
        ),
      ),
    }),
  ),
});
