import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Codec, Field, TypeOf } from '../wire/codec.ts';
import { aliased, list, mapped, optional, record, required } from '../wire/codec.ts';
import { cutText, renamed, text, time } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf } from '../wire/tree.ts';
import { govMethod } from './method.ts';
import { zeroOrOne } from './goods.ts';
import { govCode, govDecimal, govPieces, govYuan, structured, underAnyName } from './values.ts';

/** Most lines of one order. */
export const GOV_LINES_MAX = 200;

/** How a price came about: the agreement, a group buy, a special offer, a price by quantity. */
export const govPriceModes = {
  AGREEMENT: '1',
  GROUP_BUY: '2',
  SPECIAL: '3',
  TIER: '4',
} as const;
export const govPayments = {
  ON_DELIVERY: '1',
  CENTRAL: '2',
  ONLINE: '3',
  CHEQUE: '4',
  CREDIT: '5',
  BEFORE_DELIVERY: '6',
} as const;
export const govInvoiceKinds = { PLAIN: '1', VAT: '2', ELECTRONIC: '3' } as const;

/** A closed set of numbers; one that is not in it is named, and never read as another. */
const numbered = <const K extends string>(words: Readonly<Record<K, string>>): Codec<K> => {
  const known = renamed(words);
  return {
    ...mapped(
      text(50),
      (value): Result<K, string> => {
        const read = known.decode(leaf('', value), '');
        return read.ok
          ? read
          : err(`${value.slice(0, 20)} 不在取值范围 ${Object.values<string>(words).join('、')} 内`);
      },
      (key) => words[key],
    ),
    shape: known.shape,
  };
};

const line = record({
  sku: required('sku', govCode()),
  quantityMilli: underAnyName(['num', 'quantity'], govPieces()),
  priceFen: required('price', govYuan()),
  mode: optional('mode', numbered(govPriceModes)),
});
export type GovOrderLine = TypeOf<typeof line>;

/** What nobody decides by: too much of it is cut, with a note. */
const shown = (name: string, maxLength: number): Field<string, true> =>
  optional(name, cutText(maxLength));

/** A tax number as it is registered: without blanks, in capitals. */
const taxNumber: Codec<string> = mapped(
  text(100),
  (value) => ok(value.replaceAll(/\s/g, '').toUpperCase()),
  (value) => value,
);

/** A telephone number; a number of JSON is one too. */
const phone = text(50);

/** 2.12.1: the order and its invoice; each level of the region by its code or its name. */
const preOrder = record({
  mallOrderNo: underAnyName(['yggc_order', 'order_no', 'mall_order_no'], govCode()),
  lines: underAnyName(
    ['sku', 'skus'],
    structured(list('sku', line, { min: 1, max: GOV_LINES_MAX })),
  ),
  name: required('name', cutText(100)),
  province: optional('province', text(100)),
  city: optional('city', text(100)),
  county: required('county', text(100)),
  /** Beside codes in the three fields above. */
  countyName: aliased('county_name', ['countyName'], text(100)),
  address: required('address', cutText(500)),
  zip: shown('zip', 20),
  phone: optional('phone', phone),
  mobile: optional('mobile', phone),
  email: shown('email', 200),
  remark: shown('remark', 100),
  department: shown('dep_name', 200),
  invoiceTitle: shown('invoice_title', 200),
  invoiceKind: optional('invoice_type', numbered(govInvoiceKinds)),
  invoiceOrgCode: optional('invoice_org_code', taxNumber),
  invoiceName: shown('invoice_name', 200),
  invoicePhone: shown('invoice_phone', 50),
  invoiceBank: shown('invoice_bank', 200),
  invoiceBankAccount: shown('invoice_bank_code', 100),
  invoiceAddress: shown('invoice_address', 500),
  invoiceMobile: aliased('Invoice_mobile', ['invoice_mobile'], text(50)),
  invoiceReceiptAddress: shown('invoice_receipt_address', 500),
  payment: required('payment', numbered(govPayments)),
  /** With the freight. */
  totalFen: required('order_price', govYuan()),
  freightFen: optional('freight', govYuan()),
  mode: optional('mode', numbered(govPriceModes)),
});
export type GovPreOrder = TypeOf<typeof preOrder>;

const orderNo = (): Field<string, false> =>
  underAnyName(['order_id', 'mall_order_id', 'yggc_order'], govCode());

const orderAsked = record({ orderNo: orderNo() });

/** 2.12.1: our number is at most 15 digits, as a text: callers make a number of it. */
export const govSubmit = govMethod({
  number: '2.12.1',
  name: 'submit',
  path: '/api/order/submit',
  request: preOrder,
  answer: record({
    orderNo: required('mall_order_id', govCode()),
    lines: required(
      'sku',
      list(
        'sku',
        record({
          sku: required('sku', govCode()),
          quantityMilli: required('num', govPieces()),
          priceFen: required('price', govYuan()),
        }),
      ),
    ),
    totalFen: required('orderPrice', govYuan()),
    freightFen: required('freight', govYuan()),
  }),
});

const named = record({ orderNo: required('order_id', govCode()) });

/** Members with which a caller means to confirm a part; the document confirms whole orders. */
const PARTS = ['sku', 'skus', 'num', 'quantity', 'lines'];

/** Whether a confirmation names goods or quantities. */
export const confirmsAPart = (params: WireNode): boolean =>
  params.children.some(
    ({ name, kind, text: said }) => PARTS.includes(name) && (kind !== 'text' || said.trim() !== ''),
  );

/** 2.12.2: after a success the goods may be shipped. */
export const govConfirm = govMethod({
  number: '2.12.2',
  name: 'confirm',
  path: '/api/order/confirm',
  request: orderAsked,
  answer: named,
});

/** 2.12.3: of what is not yet confirmed. */
export const govCancel = govMethod({
  number: '2.12.3',
  name: 'cancel',
  path: '/api/order/cancel',
  request: orderAsked,
  answer: named,
});

const orderLine = record({
  sku: required('sku', govCode()),
  quantityMilli: required('num', govPieces()),
  priceFen: required('price', govYuan()),
});

/** `state`: 0 new, 1 all of it has arrived (已完成), -1 not taken (拒收), 4 goods come back (退换货中). */
export const govOrderStates = { NEW: '0', COMPLETED: '1', REJECTED: '-1', RETURNING: '4' } as const;

/** 2.13: an order with its state, as numbers and in the mall's words. */
export const govSelect = govMethod({
  number: '2.13',
  name: 'select',
  path: '/api/order/select',
  request: orderAsked,
  answer: record({
    orderNo: required('order_id', govCode()),
    mallOrderNo: required('yggc_order', govCode()),
    totalFen: required('total_price', govYuan()),
    freightFen: required('freight', govYuan()),
    state: required('state', {
      ...renamed(govOrderStates),
      encode: (name, key: keyof typeof govOrderStates) => leaf(name, govOrderStates[key], 'number'),
    }),
    stateText: required('state_desc', text(50)),
    confirmed: required('submit_state', zeroOrOne()),
    delivered: required('deliver_state', zeroOrOne()),
    cancelled: required('cancel_state', zeroOrOne()),
    /** Of what is bought on credit: 待付款 and so on. */
    paymentState: optional('payment_state', text(50)),
    paymentText: optional('payment_desc', text(50)),
    preorderedAt: optional('order_time', time()),
    name: optional('name', text(100)),
    phone: optional('phone', text(50)),
    mobile: optional('mobile', text(50)),
    address: optional('address', text(500)),
    invoiceContent: optional('invoice_content', text(100)),
    lines: required('skus', list('sku', orderLine)),
    returnedLines: required(
      'return_skus',
      list(
        'sku',
        record({
          sku: required('sku', govCode()),
          quantityMilli: required('num', govPieces()),
        }),
      ),
    ),
    notes: optional('remark', text(2_000)),
  }),
});

export const govReturnKinds = { RETURN: '4', EXCHANGE: '5', REPAIR: '6' } as const;

/** 2.14: goods that the purchaser gives back, exchanges or has repaired. */
export const govReturn = govMethod({
  number: '2.14',
  name: 'return',
  path: '/api/order/return',
  request: record({
    orderNo: orderNo(),
    kind: required('type', numbered(govReturnKinds)),
    lines: underAnyName(
      ['sku', 'skus'],
      structured(
        list(
          'sku',
          record({
            sku: required('sku', govCode()),
            quantityMilli: underAnyName(['num', 'quantity'], govPieces()),
          }),
          { min: 1, max: GOV_LINES_MAX },
        ),
      ),
    ),
    /** The caller's own name of the request; the same one again is the same return. */
    requestRef: aliased('return_no', ['request_no', 'service_no'], govCode()),
    reason: shown('reason', 500),
  }),
  answer: record({ returnNo: required('order_service_id', govCode(100)) }),
});

const step = record({
  at: required('operate_time', time()),
  content: required('content', text(2_000)),
  operator: required('operator', text(200)),
});

const parcel = record({
  company: required('company', text(200)),
  waybill: required('waybill', text(100)),
  /** The warehouse's own number of the shipment (发运单号). */
  shipmentNo: required('shipment_no', text(100)),
  lines: required(
    'skus',
    list(
      'sku',
      record({
        sku: required('sku', govCode()),
        name: required('name', text(500)),
        quantityMilli: required('num', govPieces()),
      }),
    ),
  ),
  steps: required('track', list('step', step)),
});

/** 2.15: every parcel with its goods and steps; `track` and `waybill` are those of all, as the family reads them. */
export const govTrack = govMethod({
  number: '2.15',
  name: 'track',
  path: '/api/order/track',
  request: orderAsked,
  answer: record({
    orderNo: required('order_id', govCode()),
    waybill: optional('waybill', text(2_000)),
    steps: required('track', list('step', step)),
    parcels: required('parcels', list('parcel', parcel)),
  }),
});
export type GovParcel = TypeOf<typeof parcel>;

/** A count of a list. */
export const govCount = (): Codec<number> =>
  mapped(govDecimal(/^\d{1,9}$/, '1'), (value) => ok(Number(value)), String);
