import type { TypeOf } from '../wire/codec.ts';
import { list, record, required, tolerated } from '../wire/codec.ts';
import { code, id, renamed } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { detail, eitherName, quantity, shown } from './values.ts';

const LINES_MAX = 2_000;

const line = record({
  lineId: required('id', id('number')),
  mallGoodsId: detail.id('mallGoodsId'),
  skuId: detail.id('skuId'),
  cargoNo: detail.key('cargoNo'),
  /** With decimals where there are any: `reqAmount` has lost them (catalogue A.3.3). */
  quantityMilli: eitherName('reqItemAmount', 'reqAmount', quantity()),
  price: detail.amount('price'),
  payment: detail.amount('payment'),
  totalPayment: detail.amount('totalPayment'),
  lineNo: detail.key('reqNo'),
  supplierMemberId: tolerated('supplierMemberId', code(100)),
  supplierUserId: detail.id('supplierUserId'),
  supplierName: shown('supplierName'),
  brandName: shown('brandName'),
  modelNumber: shown('modelNumber'),
  describeNote: shown('describeNote'),
  outDescribeNote: shown('outDescribeNote'),
  extData: shown('extData', 4_000),
  factoryCode: detail.key('factoryCode'),
  usageCode: detail.key('goodsUseageCode'),
  usageName: shown('goodsUseageName'),
  materialCode: detail.key('productCode'),
  materialName: shown('productName'),
  materialSpec: shown('productSpec'),
  unit: shown('unit'),
  receiverName: shown('receiverName'),
  receiverPhone: shown('receiverPhone'),
  taxRate: detail.rate('taxRate'),
  tradeType: shown('tradeType'),
});

const receiver = record({
  addressCode: detail.key('addressCode'),
  addressName: shown('addressName'),
  regionCode: detail.key('formalAddressCode'),
  name: shown('receiverName'),
  phone: shown('receiverPhone'),
  telephone: shown('receiverTelphone'),
});

const requisition = record({
  requisitionId: required('requisitionId', id('number')),
  requisitionNo: shown('requisitionNo'),
  title: shown('title'),
  status: required(
    'status',
    renamed({ PENDING: 'pending', IN_APPROVAL: 'approval', REJECTED: 'reject', PASSED: 'pass' }),
  ),
  companyCode: detail.key('companyCode'),
  dueAt: detail.time('dueDateStr'),
  createdAt: detail.time('gmtCreateStr'),
  requesterName: shown('reqUserName'),
  requesterMobile: shown('reqUserMobile'),
  sum: detail.amount('sumPayment'),
  address: shown('receiveAddress', 1_000),
  receiver: tolerated('receiptAddress', receiver),
  /** Of every supplier in it: ours are those of our `supplierMemberId`. */
  lines: required('itemModelList', list('itemModel', line, { max: LINES_MAX })),
});

export type Requisition = TypeOf<typeof requisition>;

/** API 3: a requisition with its lines; quantities in thousandths, amounts in yuan. */
export const queryRequisition = procurementMethod({
  api: 'com.alibaba.procurement.supplierQueryRequisitionDetail',
  carrier: 'fields',
  request: record({ requisitionId: required('requisitionId', id('number')) }),
  answer: requisition,
});
