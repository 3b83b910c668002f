import type { TypeOf } from '../wire/codec.ts';
import { list, optional, record, required, tolerated } from '../wire/codec.ts';
import { id, renamed, text } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { detail, quantity, shown } from './values.ts';

const ENTRIES_MAX = 2_000;

/** Of the note, and of an entry of it. */
const receiptStatus = renamed(
  {
    EFFECTIVE: 'approved',
    AWAITS_CONFIRM: 'wait_confirm',
    RETURNED: 'rejected',
    CANCELLED: 'canceled',
  },
  { cancelled: 'CANCELLED' },
);

const entry = record({
  entryId: required('id', id('number')),
  orderId: detail.id('poOrderId'),
  orderEntryId: required('poOrderEntryId', id('number')),
  orderRowId: detail.key('poOrderEntryRowid'),
  shipmentId: detail.id('poSgId'),
  shipmentEntryId: detail.id('poSgEntryId'),
  receivedMilli: required('quantity', quantity()),
  sentMilli: detail.count('sentQuantity'),
  returningMilli: detail.count('returnQuantity'),
  returnableMilli: detail.count('returnableQuantity'),
  returnedMilli: detail.count('returnedQuantity'),
  returnStatus: shown('returnStatus'),
  isSettled: detail.truth('settleStatus'),
  status: tolerated('status', receiptStatus),
  isGift: detail.truth('present'),
  materialCode: detail.key('materielCode'),
  materialName: shown('materielName'),
  unitName: shown('unitName'),
});

const receipt = record({
  receiptId: required('id', id('number')),
  receiptNo: detail.key('rnCode'),
  status: required('status', receiptStatus),
  receivedAt: detail.time('receiveDate'),
  createdAt: detail.time('gmtCreate'),
  modifiedAt: detail.time('gmtModified'),
  buyerMemberId: detail.key('buyerMemberId'),
  buyerName: shown('buyerName'),
  companyCode: detail.key('companyCode'),
  companyName: shown('companyName'),
  operatorName: shown('operatorName'),
  supplierMemberId: detail.key('supplierMemberId'),
  supplierCode: detail.key('supplierCode'),
  entries: required('receiveGoodsNoteEntries', list('entry', entry, { max: ENTRIES_MAX })),
});

export type ReceiptNote = TypeOf<typeof receipt>;

/** API 13: a receipt, whichever of its five messages came; quantities in thousandths. */
export const queryReceipt = procurementMethod({
  api: 'com.alibaba.procurement.supplierQueryReceiveGoods',
  carrier: 'param',
  request: record({
    receiptId: required('id', id('number')),
    mainUserId: optional('mainUserId', id('number')),
    operatorName: optional('operatorName', text(100)),
  }),
  answer: receipt,
});
