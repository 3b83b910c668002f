import { err, ok } from '@astrolabe/kernel';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, cutText, id, oneOf, renamed, text } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { detail, numbered, quantity, shown, stamp, truth } from './values.ts';

const ENTRIES_MAX = 2_000;
const CODE_MAX = 100;
const NAME_MAX = 100;

/** API 10 and API 11 spell two of these differently; both are read, those of API 10 are written. */
const shipmentStatus = renamed(
  {
    AWAITS_RECEIPT: 'wait_receive_goods',
    RECEIVING: 'receiving_goods',
    PARTLY_RECEIVED: 'part_receive_goods',
    RECEIVED: 'receive_goods_completed',
    CANCELLED: 'canceled',
  },
  {
    receiveing_goods: 'RECEIVING',
    received_goods_completely: 'RECEIVED',
    confirm_goods: 'RECEIVED',
    confirm_goods_and_has_subsidy: 'RECEIVED',
  },
);

const sentEntry = record({
  orderId: optional('poOrderId', id('number')),
  entryId: required('poOrderEntryId', id('number')),
  rowId: optional('rowId', code(CODE_MAX)),
  sentMilli: required('sendAmount', quantity('positive')),
  remark: optional('supplierRemark', cutText(500)),
});

const shipmentToMake = record({
  orderId: required('poOrderId', id('number')),
  buyerMainUserId: optional('buyerMainUserId', id('number')),
  supplierMainUserId: optional('supplierMainUserId', id('number')),
  /** Our number: the platform has no key of its own against a repeat. */
  shipmentNo: required('sgCode', code(CODE_MAX)),
  entries: required('entryList', list('entry', sentEntry, { min: 1, max: ENTRIES_MAX })),
  by: optional('logisticsType', numbered({ CARRIER: '0', SUPPLIER: '1', PICK_UP: '2' })),
  carrierCode: optional('logisticsCompanyCode', code(CODE_MAX)),
  carrierName: optional('logisticsCompanyName', text(NAME_MAX)),
  waybillNo: optional('logisticsNumber', code(CODE_MAX)),
  logisticsNoteCode: optional('logisticsNoteCode', code(CODE_MAX)),
  logisticsStatus: optional('logisticsStatus', numbered({ INITIAL: '0', MATCHED: '1' })),
  driverName: optional('deliveryManName', text(NAME_MAX)),
  driverMobile: optional('deliveryManMobile', text(NAME_MAX)),
  carNumber: optional('deliveryCarNumber', text(NAME_MAX)),
  expectedAt: optional('expectArrivalDate', stamp()),
  sentAt: optional('sendDate', stamp()),
  fromAddress: optional('sendGoodsAddress', text(500)),
  senderName: optional('senderName', text(NAME_MAX)),
  senderMobile: optional('senderMobile', text(NAME_MAX)),
  senderPhone: optional('senderTel', text(NAME_MAX)),
  status: optional('status', shipmentStatus),
  substatus: optional('substatus', oneOf(['processing', 'success', 'failed'])),
  terminal: optional(
    'terminalType',
    oneOf(['SYSTEM', 'unknown', 'WIRELESS', 'OPS', 'INTEGRATION', 'PC']),
  ),
  receivesByItself: optional('timeoutAutoReceiveGoods', truth()),
  remark: optional('remark', cutText(500)),
  operatorLoginId: optional('operatorLoginId', code(CODE_MAX)),
  operatorUserId: optional('operatorUserId', id('number')),
});

export type ShipmentToMake = TypeOf<typeof shipmentToMake>;

/** The notes that were made: one, or several where several orders were shipped together. */
const madeNotes: Codec<readonly string[]> = mapped(
  record({
    one: optional('id', id('number')),
    several: optional('idList', list('long', id('number'), { max: ENTRIES_MAX })),
  }),
  ({ one, several = [] }) => {
    const ids = several.length > 0 ? several : [one].filter((value) => value !== undefined);
    return ids.length > 0 ? ok(ids) : err('has neither id nor idList');
  },
  (ids) => {
    const [one, ...more] = ids;
    return one !== undefined && more.length === 0 ? { one } : { several: ids };
  },
);

/** API 10: makes a shipment. Answers the ids of its notes; a shipment without one is not known to be made. */
export const createShipment = procurementMethod({
  api: 'com.alibaba.procurement.supplierCreateSendGoods',
  carrier: 'param',
  request: shipmentToMake,
  answer: madeNotes,
  hasEffect: (ids) => ids.length > 0,
});

const noteEntry = record({
  entryId: required('poOrderEntryId', id('number')),
  orderCode: detail.key('poOrderCode'),
  rowId: detail.key('poOrderEntryRowId'),
  orderedMilli: detail.count('orderAmount'),
  sentMilli: required('sendAmount', quantity()),
  receivedMilli: detail.count('receiveAmount'),
  materialType: shown('materialType'),
  unitPriceUntaxed: detail.amount('precisionPea'),
  productCode: detail.key('productCode'),
  productName: shown('productName'),
  unit: shown('unit'),
});

const note = record({
  shipmentId: required('id', id('number')),
  orderId: detail.id('poOrderId'),
  shipmentNo: detail.key('sgCode'),
  status: required('status', shipmentStatus),
  carrierCode: detail.key('logisticsCompanyCode'),
  carrierName: shown('logisticsCompanyName'),
  waybillNo: detail.key('logisticsNumber'),
  sentAt: detail.time('sendDate'),
  receiverName: shown('receiverName'),
  receiverMobile: shown('receiverMobile'),
  receiverPhone: shown('receiverTel'),
  address: shown('address', 1_000),
  isDeleted: detail.truth('isDeleted'),
  createdAt: detail.time('gmtCreate'),
  modifiedAt: detail.time('gmtModified'),
  entries: required('entryList', list('entry', noteEntry, { max: ENTRIES_MAX })),
});

export type ShipmentNote = TypeOf<typeof note>;

/** API 11: a shipment by the id that API 10 gave; optional, as the document says. */
export const queryShipment = procurementMethod({
  api: 'com.alibaba.procurement.supplierQuerySendGoods',
  carrier: 'fields',
  request: record({
    shipmentId: required('id', id('number')),
    buyerMainUserId: optional('buyerMainUserId', id('number')),
  }),
  answer: note,
});
