import { formatShanghai } from '@astrolabe/kernel';

/** Request bodies as the documents print them, with the values a test cares about. */

export type StoreValues = Partial<Record<string, string | null>>;

const STORE: Record<string, string> = {
  storeCode: 'S001',
  companyName: '甘其食',
  storeName: '文一西路淘宝店',
  storeType: 'NORMAL',
  mainCategory: '101',
  startTime: '09:00',
  endTime: '21:00',
  province: '浙江省',
  city: '杭州市',
  area: '西湖区',
  detailAddress: '文一西路1号',
  storeStatus: 'NORMAL',
  tel: '0571-88888888',
  mobile: '13800000000',
};

/** A store.create or store.update body; a null leaves the element out. */
export function storeXml(values: StoreValues = {}): string {
  const all: Record<string, string | null | undefined> = { ...STORE, ...values };
  const tag = (name: string) =>
    all[name] === null || all[name] === undefined ? '' : `<${name}>${all[name]}</${name}>`;
  return (
    `<?xml version="1.0" encoding="utf-8"?><request>` +
    ['storeId', 'storeCode', 'shopId', 'companyName', 'storeName', 'storeType', 'mainCategory']
      .concat(['startTime', 'endTime'])
      .map(tag)
      .join('') +
    `<address>${['province', 'city', 'area', 'detailAddress'].map(tag).join('')}</address>` +
    tag('storeStatus') +
    `<storeKeeper>${['tel', 'mobile'].map(tag).join('')}</storeKeeper></request>`
  );
}

export function bandingXml(action: 'ADD' | 'DELETE', itemId: string, storeIds: string[]): string {
  const ids = storeIds.map((id) => `<storeId>${id}</storeId>`).join('');
  return `<request><actionType>${action}</actionType><itemId>${itemId}</itemId><storeIds>${ids}</storeIds></request>`;
}

/** One line of an initialisation or update; a null leaves the element out. */
export type StockLine = {
  place: string;
  billNum: string;
  kind: 'CERTAINTY' | 'UNCERTAINTY';
  quantity: string;
  billType?: string | null;
  finalQuantity?: string;
  itemId?: string;
  skuId?: string | null;
  outerId?: string | null;
  /** Set for the scItem family, which has no item and SKU. */
  scItemId?: string;
};

const goodsXml = (line: StockLine): string => {
  const outer = line.outerId === null ? '' : `<outerId>${line.outerId ?? 'SKU-A'}</outerId>`;
  if (line.scItemId) return `<scItemId>${line.scItemId}</scItemId>${outer}`;
  const sku = line.skuId === null ? '' : `<skuId>${line.skuId ?? '70001'}</skuId>`;
  return `<itemId>${line.itemId ?? '9001'}</itemId>${outer}${sku}`;
};

const placeType = (place: string): string => (/^\d+$/.test(place) ? 'STORE' : 'WAREHOUSE');

/** Body of (item)initial and (item)update: one <store> per line. `at`: when the merchant counted. */
export function inventoryXml(userId: string, lines: StockLine[], at = new Date()): string {
  const stores = lines.map(
    (line) =>
      `<store><warehouseType>${placeType(line.place)}</warehouseType><warehouseId>${line.place}</warehouseId>` +
      `<storeInventories><storeInventory><billNum>${line.billNum}</billNum>` +
      (line.billType ? `<billType>${line.billType}</billType>` : '') +
      goodsXml(line) +
      `<inventoryType>${line.kind}</inventoryType><quantity>${line.quantity}</quantity>` +
      (line.finalQuantity ? `<finalQuantity>${line.finalQuantity}</finalQuantity>` : '') +
      `</storeInventory></storeInventories></store>`,
  );
  return (
    `<request><userId>${userId}</userId><operationTime>${formatShanghai(at)}</operationTime>` +
    `<stores>${stores.join('')}</stores></request>`
  );
}

export function itemQueryXml(userId: string, places: string[], itemId = '9001'): string {
  const stores = places.map(
    (place) =>
      `<store><warehouseType>${placeType(place)}</warehouseType><warehouseId>${place}</warehouseId>` +
      `<storeInventories><storeInventory><itemId>${itemId}</itemId><outerId>SKU-A</outerId><skuId>70001</skuId>` +
      `</storeInventory></storeInventories></store>`,
  );
  return `<request><userId>${userId}</userId><stores>${stores.join('')}</stores></request>`;
}

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
const lineJson = (line: TradeLineValues, status: string) => ({
  oid: line.oid,
  num_iid: line.itemId ?? '9001',
  sku_id: line.skuId ?? '70001',
  outer_sku_id: 'SKU-A',
  title: '包子礼盒',
  sku_properties_name: '口味:鲜肉;规格:12 只',
  num: line.num ?? 2,
  price: '100.00',
  total_fee: ((line.num ?? 2) * 100).toFixed(2),
  payment: line.payment ?? ((line.num ?? 2) * 100).toFixed(2),
  status: line.status ?? status,
  refund_status: line.refund ?? 'NO_REFUND',
  ...(line.refundId && { refund_id: line.refundId }),
  ...(line.refundFee && { refund_fee: line.refundFee }),
  ...(line.refundNum !== undefined && { refund_num: line.refundNum }),
  omni: line.omni ?? true,
});

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
  return JSON.stringify({
    topic: values.topic,
    pub_time: now,
    content: {
      tid: values.tid,
      ...(values.about?.oid && { oid: values.about.oid }),
      ...(values.about?.refundId && { refund_id: values.about.refundId }),
      seller_nick: '甘其食旗舰店',
      buyer_nick: 'b**r',
      payment: sum,
      status,
      type: 'guarantee_trade',
      modified: now,
    },
    trade: {
      tid: values.tid,
      seller_id: values.sellerId,
      seller_nick: '甘其食旗舰店',
      buyer_nick: 'b**r',
      buyer_open_uid: 'AAHk5d-EAAeGwJedwSHpg8bT',
      status,
      created: now,
      modified: now,
      pay_time: now,
      total_fee: sum,
      payment: sum,
      post_fee: '0.00',
      ...receiverJson(values.receiver),
      ...collectAt(values.collectStore, values.lines),
      orders: {
        order: values.lines.map((line) => lineJson(line, status)),
      },
    },
  });
}
