/** What callers of the channels send, as the documents print it, with the values that a test cares about. */

/** Elements in the order given; null and undefined leave one out. */
const tags = (values: Readonly<Record<string, string | null | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) =>
      value === null || value === undefined ? '' : `<${name}>${value}</${name}>`,
    )
    .join('');

export type StoreValues = Readonly<Partial<Record<string, string | null>>>;

/** A store.create or store.update body (catalogue 2.1); a null leaves the element out. */
export function storeXml(values: StoreValues = {}): string {
  const all = {
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
    ...values,
  };
  const { province, city, area, detailAddress, storeStatus, tel, mobile, ...profile } = all;
  return (
    `<?xml version="1.0" encoding="utf-8"?><request>${tags(profile)}` +
    `<address>${tags({ province, city, area, detailAddress })}</address>` +
    `${tags({ storeStatus })}<storeKeeper>${tags({ tel, mobile })}</storeKeeper></request>`
  );
}

/** An itemstore.banding body (catalogue 2.2). */
export function bandingXml(
  actionType: 'ADD' | 'DELETE',
  itemId: string,
  storeIds: readonly string[],
): string {
  const ids = storeIds.map((storeId) => tags({ storeId })).join('');
  return `<request>${tags({ actionType, itemId })}<storeIds>${ids}</storeIds></request>`;
}

/** A code of digits alone is a store's unless the type is said. */
export type PlaceOnWire = string | { readonly type: 'STORE' | 'WAREHOUSE'; readonly id: string };

/** The type of a place by its code. */
export const placeType = (code: string): 'STORE' | 'WAREHOUSE' =>
  /^\s*\d+\s*$/.test(code) ? 'STORE' : 'WAREHOUSE';

const placeXml = (place: PlaceOnWire): string => {
  const { type, id } = typeof place === 'string' ? { type: placeType(place), id: place } : place;
  return tags({ warehouseType: type, warehouseId: id });
};

/** Goods by item and SKU, or, of the scItem family, by their `scItemId`; a null leaves the element out. */
export type GoodsOnWire = {
  itemId?: string;
  skuId?: string | null;
  outerId?: string | null;
  scItemId?: string;
};

const goodsXml = ({
  itemId = '9001',
  skuId = '70001',
  outerId = 'SKU-A',
  scItemId,
}: GoodsOnWire) => (scItemId ? tags({ scItemId, outerId }) : tags({ itemId, outerId, skuId }));

/** One line of an initialisation or an update. */
export type StockLineOnWire = GoodsOnWire & {
  billNum: string;
  kind: 'CERTAINTY' | 'UNCERTAINTY';
  quantity: string;
  billType?: string | null;
  finalQuantity?: string;
};

const lineXml = (line: StockLineOnWire): string => {
  const { billNum, kind: inventoryType, quantity, finalQuantity } = line;
  const head = tags({ billNum, billType: line.billType || null });
  return `${head}${goodsXml(line)}${tags({ inventoryType, quantity, finalQuantity })}`;
};

const storesXml = <L>(
  stores: readonly { readonly place: PlaceOnWire; readonly lines: readonly L[] }[],
  xmlOf: (line: L) => string,
): string => {
  const linesXml = (lines: readonly L[]): string =>
    lines.map((line) => `<storeInventory>${xmlOf(line)}</storeInventory>`).join('');
  const all = stores.map(
    ({ place, lines }) =>
      `<store>${placeXml(place)}<storeInventories>${linesXml(lines)}</storeInventories></store>`,
  );
  return `<stores>${all.join('')}</stores>`;
};

/** Body of (item)initial and (item)update; `operationTime` is when the merchant counted, Shanghai text. */
export const stockXml = (
  userId: string,
  stores: readonly { readonly place: PlaceOnWire; readonly lines: readonly StockLineOnWire[] }[],
  operationTime: string,
): string => `<request>${tags({ userId, operationTime })}${storesXml(stores, lineXml)}</request>`;

/** Body of (item)query. */
export const stockQueryXml = (
  userId: string,
  stores: readonly { readonly place: PlaceOnWire; readonly lines: readonly GoodsOnWire[] }[],
): string => `<request>${tags({ userId })}${storesXml(stores, goodsXml)}</request>`;

/** What a store reports of a trade's sub-orders (`taobao.omniorder.store.*`). */
export const storeReport = (
  tid: string,
  subOrders: readonly string[],
  values: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  tid,
  store_id: '1342',
  type: 'Store',
  operator: '小王',
  sub_order_list: JSON.stringify(subOrders.map((sub_oid) => ({ sub_oid, status: 'STATUS_PAID' }))),
  ...values,
});

export type TradeMessageValues = {
  /** A payment, where none is given. */
  readonly topic?: string;
  readonly tid: string;
  readonly sellerId: string;
  /** Shanghai text: when the trade was made, changed and paid. */
  readonly modified?: string;
  readonly status?: string;
  /** Fields by their names on the wire, over what is usual. */
  readonly content?: Readonly<Record<string, unknown>>;
  readonly trade?: Readonly<Record<string, unknown>>;
  /** The same of each sub-order. */
  readonly orders: readonly Readonly<Record<string, unknown>>[];
};

/** A message of Tmall with its full trade; each sub-order is of two pieces at 100.00 where nothing else is said. */
export function tradeMessage(values: TradeMessageValues): string {
  const { topic = 'taobao_trade_TradeBuyerPay', tid, sellerId } = values;
  const { modified = '2016-09-22 10:00:00', status = 'WAIT_SELLER_SEND_GOODS' } = values;
  const who = { seller_nick: '甘其食旗舰店', buyer_nick: 'b**r' };
  const usual = {
    num_iid: '9001',
    sku_id: '70001',
    outer_sku_id: 'SKU-A',
    num: 2,
    price: '100.00',
    payment: '200.00',
    status,
    refund_status: 'NO_REFUND',
    omni: true,
  };
  const order = values.orders.map((change) => ({ oid: `${tid}1`, ...usual, ...change }));
  const payment = '200.00';
  return JSON.stringify({
    topic,
    pub_time: modified,
    content: { tid, ...who, payment, status, ...values.content },
    trade: {
      tid,
      seller_id: sellerId,
      ...who,
      buyer_open_uid: 'AAHk5d',
      status,
      created: modified,
      modified,
      pay_time: modified,
      payment,
      post_fee: '0.00',
      receiver_name: '金丝雀',
      receiver_state: '浙江省',
      receiver_city: '杭州市',
      receiver_district: '西湖区',
      receiver_address: '灵隐路金丝雀巷',
      receiver_mobile: '13912345678',
      ...values.trade,
      orders: { order },
    },
  });
}
