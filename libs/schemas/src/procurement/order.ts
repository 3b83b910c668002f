import { ok } from '@astrolabe/kernel';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { list, mapped, optional, record, required, tolerated } from '../wire/codec.ts';
import { cutText, id, renamed, text } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { detail, quantity, shown, truth } from './values.ts';

const ENTRIES_MAX = 2_000;
const CHARGES_MAX = 200;

const charge = record({
  amount: detail.amount('amount'),
  code: detail.key('chargeCode'),
  price: detail.amount('price'),
  totalPrice: detail.amount('totalPrice'),
});

const entry = record({
  entryId: required('id', id('number')),
  rowId: detail.key('rowId'),
  rowType: shown('rowType'),
  cargoNo: detail.key('cargoNo'),
  materialCode: detail.key('materialCode'),
  materialName: shown('materialName'),
  orderedMilli: required('amount', quantity()),
  unitPriceUntaxed: detail.amount('precisionPea'),
  unitPrice: detail.amount('precisionPia'),
  listPriceUntaxed: detail.amount('pea'),
  totalUntaxed: detail.amount('tpea'),
  total: detail.amount('totalCost'),
  taxRate: detail.rate('taxRate'),
  taxCode: detail.key('taxCode'),
  priceType: shown('priceType'),
  /** What decides whether a shipment was taken (field W2): a value that cannot be read is a refusal. */
  sentMilli: optional('sentQuantity', quantity()),
  unsentMilli: detail.count('unsentQuantity'),
  unreceivedMilli: detail.count('unreceivedQuantity'),
  receivableMilli: detail.count('receivableQuantity'),
  receivedMilli: detail.count('receivedQuantity'),
  netReceivedMilli: detail.count('netReceiveQuantity'),
  returnableMilli: detail.count('returnableQuantity'),
  returnedMilli: detail.count('returnedQuantity'),
  settledMilli: detail.count('settledQuantity'),
  confirmedMilli: detail.count('confirmedGoodsQuantity'),
  toleratesMore: detail.truth('tolerance'),
  longDelivery: detail.amount('longDelivery'),
  shortDelivery: detail.amount('shortDelivery'),
  status: shown('status'),
  entryStatus: shown('entryStatus'),
  sendStatus: shown('sendGoodsStatus'),
  receiveStatus: shown('receiveGoodsStatus'),
  settlementStatus: shown('settlementStatus'),
  // One of these leads to the requisition; which one is filled is not said (catalogue A.3.6).
  sourceType: shown('sourceType'),
  sourceId: detail.key('sourceId'),
  sourceRootId: detail.key('sourceRootId'),
  referrerType: shown('referrerType'),
  referrerId: detail.key('referrerId'),
  referrerRootId: detail.key('referrerRootId'),
  applicationNo: detail.key('purchasingApplicationNumber'),
  applicationRowId: detail.key('purchasingApplicationRowId'),
  isGift: detail.truth('present'),
  deliveryAt: detail.time('deliveryDate'),
  unitName: shown('unitName'),
});

const invoice = record({
  title: shown('title'),
  taxpayerNo: shown('taxpayerIdentify'),
  bank: shown('bank'),
  accountNo: shown('accountId'),
  phone: shown('phone'),
  regionText: shown('addressCodeText'),
  street: shown('stressAddress'),
  receiverName: shown('receiveFullname'),
  receiverMobile: shown('receiveMobile'),
  receiverAddress: shown('receiveAddress'),
});

/**
 * Statuses of an order. The document has the first two; those of an order that ended are not said, so the
 * words of the notes beside it are read. One that is not known parks the order.
 */
const orderStatus = renamed(
  {
    AWAITS_SUPPLIER: 'wait_supplier_confirm',
    APPROVED: 'approved',
    CANCELLED: 'canceled',
    RETURNED: 'supplier_return',
    DRAFT: 'draft',
  },
  {
    cancelled: 'CANCELLED',
    cancel: 'CANCELLED',
    closed: 'CANCELLED',
    close: 'CANCELLED',
    supplierReturn: 'RETURNED',
    dismissed: 'RETURNED',
  },
);

const order = record({
  orderId: required('id', id('number')),
  orderCode: shown('orderCode'),
  status: required('status', orderStatus),
  needsSupplierConfirm: detail.truth('needSupplierConfirm'),
  orderType: shown('orderType'),
  tradeType: shown('tradeType'),
  sourceBizType: shown('sourceBizType'),
  currency: shown('currency'),
  payable: detail.amount('actualAmount'),
  total: detail.amount('totalCost'),
  totalUntaxed: detail.amount('materialTpea'),
  paid: detail.amount('paidAmount'),
  settled: detail.amount('settledAmount'),
  waitsForSettlement: detail.amount('waitSettleAmount'),
  payStatus: shown('payStatus'),
  sendStatus: shown('sendGoodsStatus'),
  receiveStatus: shown('receiveGoodsStatus'),
  returnStatus: shown('returnGoodsStatus'),
  settlementStatus: shown('settlementStatus'),
  invoiceStatus: shown('invoiceStatus'),
  isDelivered: detail.truth('completedDelivery'),
  needsInvoice: detail.truth('needInvoice'),
  buyerName: shown('buyerName'),
  companyCode: detail.key('companyCode'),
  companyName: shown('companyName'),
  supplierMemberId: detail.key('supplierMemberId'),
  supplierCode: detail.key('supplierCode'),
  receiverName: shown('receiverName'),
  mobile: shown('mobilePhone'),
  phone: shown('phone'),
  regionText: shown('addressCodeText'),
  townName: shown('townName'),
  /** Without the region. */
  street: shown('address', 1_000),
  postCode: shown('post'),
  buyerRemark: shown('buyerToSupplierRmk'),
  supplierRemark: shown('supplierToBuyerRmk'),
  remark: shown('remark'),
  createdAt: detail.time('gmtCreate'),
  modifiedAt: detail.time('gmtModified'),
  charges: tolerated('additionalCharges', list('charge', charge, { max: CHARGES_MAX })),
  invoice: tolerated('invoiceAddressModel', invoice),
  entries: required('procurementOrderEntries', list('entry', entry, { max: ENTRIES_MAX })),
});

export type ProcurementOrder = TypeOf<typeof order>;

/** API 6: a purchase order; quantities in thousandths, amounts in yuan. The request's name is a decision. */
export const queryOrder = procurementMethod({
  api: 'com.alibaba.procurement.api.integration.service.PoSupplierIntegrationService',
  carrier: 'fields',
  request: record({ orderId: required('procurementOrderId', id('number')) }),
  answer: order,
});

/** The answer of a write: one truth, which is not `success` (catalogue A.7, trap 2). */
const done = (name: string): Codec<boolean> =>
  mapped(
    record({ done: required(name, truth()) }),
    (value) => ok(value.done),
    (value) => ({ done: value }),
  );

const OPERATOR_MAX = 100;
const operatorName = optional('operatorName', text(OPERATOR_MAX));
const remark = cutText(500);

/** API 7: confirms an order that waits for it. True when the platform says that it is confirmed. */
export const confirmOrder = procurementMethod({
  api: 'com.alibaba.procurement.supplierConfirmOrder',
  carrier: 'param',
  request: record({
    orderId: required('procurementOrderId', id('number')),
    mainUserId: optional('mainUserId', id('number')),
    operatorName,
    remark: optional('supplierToBuyerRmk', remark),
  }),
  answer: done('confirmSuccess'),
  hasEffect: (isDone) => isDone,
});

/** API 8: gives an order that waits for us back, with the reason; it never comes again. */
export const returnOrder = procurementMethod({
  api: 'com.alibaba.procurement.supplierReturnOrder',
  carrier: 'param',
  request: record({
    orderId: required('procurementOrderId', id('number')),
    operatorName,
    reason: optional('supplierToBuyerRmk', remark),
  }),
  answer: done('returnSuccess'),
  hasEffect: (isDone) => isDone,
});
