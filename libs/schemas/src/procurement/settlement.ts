import type { TypeOf } from '../wire/codec.ts';
import { list, optional, record, required, tolerated } from '../wire/codec.ts';
import { id, renamed } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { detail, exact, shown } from './values.ts';

const ENTRIES_MAX = 5_000;

const entry = record({
  entryId: required('id', id('number')),
  rowId: detail.key('rowId'),
  type: tolerated(
    'type',
    renamed({ RECEIPT: 'receive', STEP: 'step', INSTANT: 'instant', SECURED: 'securedTrade' }),
  ),
  orderId: detail.id('procId'),
  orderCode: detail.key('procCode'),
  orderEntryId: detail.id('procEntryId'),
  receiptId: detail.id('receiveId'),
  receiptNo: detail.key('receiveCode'),
  receiptEntryId: detail.id('receiveEntryId'),
  receivedMilli: detail.count('receiveQuantity'),
  returnedMilli: detail.count('returnQuantity'),
  quantityMilli: detail.count('quantity'),
  price: detail.amount('price'),
  settlePrice: detail.amount('settlePrice'),
  settlePriceTaxed: detail.amount('taxSettlePrice'),
  tax: detail.amount('taxPrice'),
  taxRate: detail.rate('taxRate'),
  /** Prices have more than two decimals, so a row may be part of a fen (field B1). */
  amount: required('rowAmount', exact()),
  materialCode: detail.key('materialCode'),
  materialName: shown('materialName'),
  modelNumber: shown('modelNumber'),
  isGift: detail.truth('present'),
  unitName: shown('unitName'),
});

/** Three words mean that it was cancelled. */
const status = renamed(
  {
    EFFECTIVE: 'effect',
    AWAITS_SUPPLIER: 'waitSupplierConfirm',
    RETURNED: 'supplierReturn',
    AWAITS_TERMINATION: 'waitSupplierConfirmTermination',
    TERMINATION_REJECTED: 'supplierRejectTermination',
    TERMINATED: 'termination',
    DRAFT: 'draft',
    CANCELLED: 'cancelBeforeApprove',
  },
  { cancelAfterSupplierReturn: 'CANCELLED', cancelAfterEffectNotPay: 'CANCELLED' },
);

const settlement = record({
  settlementId: required('id', id('number')),
  settlementNo: detail.key('settlementNo'),
  status: required('status', status),
  total: required('totalAmount', exact()),
  paid: detail.amount('paidAmount'),
  payStatus: tolerated(
    'payStatus',
    renamed({ UNPAID: 'init', PARTLY_PAID: 'partPaid', PAID: 'payOff' }),
  ),
  invoiceStatus: tolerated(
    'invoiceStatus',
    renamed({
      INITIAL: 'init',
      TO_ISSUE: 'wait_issue_invoice',
      TO_BE_RECEIVED: 'wait_buyer_receive_invoice',
      RECEIVED: 'buyer_received_invoice',
      NONE: 'none',
    }),
  ),
  needsInvoice: detail.truth('needInvoice'),
  needsConfirm: detail.truth('needConfirm'),
  scene: tolerated('scene', renamed({ CREDIT_PERIOD: 'accountPeriod', STEPS: 'stepTrade' })),
  isInternalMall: detail.truth('internalMall'),
  payableUntil: detail.time('gmtEndPay'),
  payChannels: shown('payChannels'),
  buyerMemo: shown('buyerToSupplierMemo'),
  supplierMemo: shown('supplierToBuyerMemo'),
  companyCode: detail.key('companyCode'),
  companyName: shown('companyName'),
  isDeleted: detail.truth('isDeleted'),
  createdAt: detail.time('gmtCreate'),
  modifiedAt: detail.time('gmtModified'),
  entries: required('entryList', list('entry', entry, { max: ENTRIES_MAX })),
});

export type SettlementNote = TypeOf<typeof settlement>;

/** API 15: a settlement note, whichever of its five messages came; amounts in yuan, exact. */
export const querySettlement = procurementMethod({
  api: 'com.alibaba.procurement.SupplierQuerySettlementNote',
  carrier: 'fields',
  request: record({
    settlementId: required('settlementNoteId', id('number')),
    buyerMainUserId: optional('buyerMainUserId', id('number')),
    sellerMainUserId: optional('sellerMainUserId', id('number')),
  }),
  answer: settlement,
});
