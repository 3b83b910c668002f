import { formatShanghai } from '@astrolabe/kernel';
import { placeType, stockQueryXml, stockXml, tradeMessage } from '@astrolabe/testing';
import type { StockLineOnWire } from '@astrolabe/testing';

/** Request bodies as the documents print them, with the values a test cares about. */

export { bandingXml, storeXml } from '@astrolabe/testing';

/** One line of an initialisation or update; a null leaves the element out. */
export type StockLine = StockLineOnWire & { place: string };

/** Body of (item)initial and (item)update: one <store> per line. `at`: when the merchant counted. */
export const inventoryXml = (userId: string, lines: StockLine[], at = new Date()): string =>
  stockXml(
    userId,
    lines.map((line) => ({ place: line.place, lines: [line] })),
    formatShanghai(at),
  );

export const itemQueryXml = (userId: string, places: string[], itemId = '9001'): string =>
  stockQueryXml(
    userId,
    places.map((place) => ({ place, lines: [{ itemId }] })),
  );

export function itemAdjustXml(
  userId: string,
  adjust: {
    billNum: string;
    tid: string;
    oid: string;
    place: string;
    kind: 'CERTAINTY' | 'UNCERTAINTY';
    quantity: string;
  },
): string {
  return (
    `<request><userId>${userId}</userId><operationTime>${formatShanghai(new Date())}</operationTime>` +
    `<inventoryAdjustInfo><billNum>${adjust.billNum}</billNum><tbTradeOrder>${adjust.tid}</tbTradeOrder>` +
    `<tbSubTradeOrder>${adjust.oid}</tbSubTradeOrder><targetWarehouseType>${placeType(adjust.place)}</targetWarehouseType>` +
    `<targetWarehouseId>${adjust.place}</targetWarehouseId><itemId>9001</itemId><outerId>SKU-A</outerId>` +
    `<skuId>70001</skuId><inventoryType>${adjust.kind}</inventoryType><quantity>${adjust.quantity}</quantity>` +
    `</inventoryAdjustInfo></request>`
  );
}

export function orderStatusXml(values: {
  sellerCode: string;
  tid: string;
  oids: string[];
  status: string;
  storeId?: string;
  type?: 'FAHUO' | 'ZITI';
  actionTime?: string;
}): string {
  return (
    `<request><sellerCode>${values.sellerCode}</sellerCode><parentOrderCode>${values.tid}</parentOrderCode>` +
    `<orderCodes>${values.oids.map((oid) => `<orderCode>${oid}</orderCode>`).join('')}</orderCodes>` +
    (values.storeId ? `<storeId>${values.storeId}</storeId>` : '') +
    (values.type ? `<type>${values.type}</type>` : '') +
    `<status>${values.status}</status><operator>小王</operator>` +
    `<actionTime>${values.actionTime ?? formatShanghai(new Date())}</actionTime></request>`
  );
}

export type TradeLineValues = {
  oid: string;
  itemId?: string;
  skuId?: string;
  num?: number;
  omni?: boolean;
  /** TOP's refund_status of the sub-order. */
  refund?: 'NO_REFUND' | 'WAIT_SELLER_AGREE' | 'WAIT_BUYER_RETURN_GOODS' | 'SUCCESS' | 'CLOSED';
  refundId?: string;
  /** In yuan; absent: what it costs. */
  payment?: string;
  /** In yuan; absent: what was paid. */
  refundFee?: string;
  /** Pieces that are given back: none for money alone. */
  refundNum?: number;
  /** TOP's status of the sub-order; absent: the trade's. */
  status?: string;
};

/** The `omnichannel_param` of store collect (catalogue A.3). */
const collectAt = (storeId: string | undefined, lines: TradeLineValues[]) =>
  storeId === undefined
    ? {}
    : {
        omnichannel_param: lines
          .map(({ oid }) => `orderType:STORE_COLLECT,subOrderCode:${oid},`)
          .map((start) => `${start}targetType:STORE,targetCode:${storeId};`)
          .join(''),
      };

/** A sub-order as `taobao.trade.fullinfo.get` has it. */
const lineJson = (line: TradeLineValues) => {
  const total = ((line.num ?? 2) * 100).toFixed(2);
  return {
    oid: line.oid,
    title: '包子礼盒',
    sku_properties_name: '口味:鲜肉;规格:12 只',
    total_fee: total,
    payment: line.payment ?? total,
    ...(line.itemId !== undefined && { num_iid: line.itemId }),
    ...(line.skuId !== undefined && { sku_id: line.skuId }),
    ...(line.num !== undefined && { num: line.num }),
    ...(line.status && { status: line.status }),
    ...(line.refund && { refund_status: line.refund }),
    ...(line.refundId && { refund_id: line.refundId }),
    ...(line.refundFee && { refund_fee: line.refundFee }),
    ...(line.refundNum !== undefined && { refund_num: line.refundNum }),
    ...(line.omni !== undefined && { omni: line.omni }),
  };
};

/** To whom the goods go, and where that is. */
export type ReceiverValues = {
  readonly name?: string;
  readonly mobile?: string;
  readonly address?: string;
  readonly region?: readonly [state: string, city: string, district: string];
};

const HOME = ['浙江省', '杭州市', '西湖区'] as const;

/** Masked as Tmall masks it unless `receiver` says otherwise. */
const receiverJson = (receiver?: ReceiverValues) => ({
  receiver_name: receiver?.name ?? '张**',
  receiver_state: (receiver?.region ?? HOME)[0],
  receiver_city: (receiver?.region ?? HOME)[1],
  receiver_district: (receiver?.region ?? HOME)[2],
  receiver_address: receiver?.address ?? '文**',
  receiver_mobile: receiver?.mobile ?? '138****0000',
});

/** Topic and full trade, as the sandbox's Tmall sends them. */
export function tradeJson(values: {
  topic:
    | 'taobao_trade_TradeBuyerPay'
    | 'taobao_trade_TradeSellerShip'
    | 'taobao_trade_TradePartlySellerShip'
    | 'taobao_trade_TradeSuccess'
    | 'taobao_trade_TradeClose'
    | 'taobao_refund_RefundCreated'
    | 'taobao_refund_RefundBuyerModifyAgreement'
    | 'taobao_refund_RefundSellerAgreeAgreement'
    | 'taobao_refund_RefundSuccess'
    | 'taobao_refund_RefundClosed';
  /** What the message itself names beside its trade. */
  about?: { oid?: string; refundId?: string };
  /** When the trade was changed. */
  modified?: Date;
  /** TOP's status of the trade; absent: the one that follows from the topic. */
  status?: string;
  sellerId: string;
  tid: string;
  lines: TradeLineValues[];
  receiver?: ReceiverValues;
  /** Where the buyer collects the goods (store collect). */
  collectStore?: string;
}): string {
  const now = formatShanghai(values.modified ?? new Date());
  const usual = {
    taobao_trade_TradeBuyerPay: 'WAIT_SELLER_SEND_GOODS',
    taobao_trade_TradeSellerShip: 'WAIT_BUYER_CONFIRM_GOODS',
    taobao_trade_TradePartlySellerShip: 'SELLER_CONSIGNED_PART',
    taobao_trade_TradeSuccess: 'TRADE_FINISHED',
    taobao_trade_TradeClose: 'TRADE_CLOSED',
    taobao_refund_RefundCreated: 'WAIT_SELLER_SEND_GOODS',
    taobao_refund_RefundBuyerModifyAgreement: 'WAIT_SELLER_SEND_GOODS',
    taobao_refund_RefundSellerAgreeAgreement: 'WAIT_SELLER_SEND_GOODS',
    taobao_refund_RefundSuccess: 'WAIT_SELLER_SEND_GOODS',
    taobao_refund_RefundClosed: 'WAIT_SELLER_SEND_GOODS',
  }[values.topic];
  const status = values.status ?? usual;
  const sum = (100 * values.lines.reduce((all, line) => all + (line.num ?? 2), 0)).toFixed(2);
  return tradeMessage({
    topic: values.topic,
    tid: values.tid,
    sellerId: values.sellerId,
    modified: now,
    status,
    content: {
      ...(values.about?.oid && { oid: values.about.oid }),
      ...(values.about?.refundId && { refund_id: values.about.refundId }),
      payment: sum,
      type: 'guarantee_trade',
      modified: now,
    },
    trade: {
      buyer_open_uid: 'AAHk5d-EAAeGwJedwSHpg8bT',
      total_fee: sum,
      payment: sum,
      ...receiverJson(values.receiver),
      ...collectAt(values.collectStore, values.lines),
    },
    orders: values.lines.map(lineJson),
  });
}
