import { SELLER } from './running-gateway.ts';

/** Bodies as the white paper prints them (catalogue 2.1 and 2.2). */
const STORE: Record<string, string> = {
  storeCode: 'S001',
  companyName: '甘其食',
  storeName: '文一西路淘宝店',
  storeType: 'NORMAL',
  mainCategory: '101',
  startTime: '09:00',
  endTime: '21:00',
};

const tags = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('');

export const storeXml = (values: Record<string, string> = {}): string =>
  `<request>${tags({ ...STORE, ...values })}` +
  `<address>${tags({ province: '浙江省', city: '杭州市', area: '西湖区', detailAddress: '文一西路1号' })}</address>` +
  `<storeKeeper>${tags({ tel: '0571-88888888', mobile: '13800000000' })}</storeKeeper></request>`;

export const bandingXml = (storeIds: string[]): string =>
  `<request><actionType>ADD</actionType><itemId>9001</itemId><storeIds>` +
  `${storeIds.map((id) => `<storeId>${id}</storeId>`).join('')}</storeIds></request>`;

export type Line = { billNum: string; quantity?: string; skuId?: string; billType?: string };

/** Lines at a store (1342) or a warehouse; with a billType it is an update. */
export const stockXml = (
  lines: readonly Line[],
  userId = SELLER,
  place: { type: 'STORE' | 'WAREHOUSE'; id: string } = { type: 'STORE', id: '1342' },
  operationTime = '2016-09-22 10:00:00',
): string =>
  `<request><userId>${userId}</userId><operationTime>${operationTime}</operationTime><stores><store>` +
  `<warehouseType>${place.type}</warehouseType><warehouseId>${place.id}</warehouseId><storeInventories>` +
  lines
    .map(
      (line) =>
        `<storeInventory><billNum>${line.billNum}</billNum>` +
        (line.billType ? `<billType>${line.billType}</billType>` : '') +
        `<itemId>9001</itemId><outerId>SKU-A</outerId><skuId>${line.skuId ?? '70001'}</skuId>` +
        `<inventoryType>UNCERTAINTY</inventoryType><quantity>${line.quantity ?? '4'}</quantity></storeInventory>`,
    )
    .join('') +
  `</storeInventories></store></stores></request>`;

/** A question for one SKU at each of the stores. */
export const queryXml = (asked: readonly { place: string; skuId: string }[]): string =>
  `<request><userId>${SELLER}</userId><stores>` +
  asked
    .map(
      ({ place, skuId }) =>
        `<store><warehouseType>STORE</warehouseType><warehouseId>${place}</warehouseId><storeInventories>` +
        `<storeInventory><itemId>9001</itemId><outerId>SKU-A</outerId><skuId>${skuId}</skuId></storeInventory>` +
        `</storeInventories></store>`,
    )
    .join('') +
  `</stores></request>`;

export const TID = '2004574256073903';
export const OID = '2004574256073904';

export const report = (values: Record<string, string> = {}): Record<string, string> => ({
  tid: TID,
  store_id: '1342',
  type: 'Store',
  operator: '小王',
  sub_order_list: JSON.stringify([{ sub_oid: OID, status: 'STATUS_PAID' }]),
  ...values,
});

/** A sub-order of a pushed trade. */
const orderJson = (status: string, values: Record<string, unknown>) => ({
  oid: OID,
  num_iid: '9001',
  sku_id: '70001',
  outer_sku_id: 'SKU-A',
  num: 2,
  price: '100.00',
  payment: '200.00',
  status,
  refund_status: 'NO_REFUND',
  omni: true,
  ...values,
});

/** A pushed trade; `content`, `trade` and `orders` overwrite fields by their names on the wire. */
export const tradeJson = (
  values: {
    topic?: string;
    tid?: string;
    modified?: string;
    status?: string;
    seller?: string;
    content?: Record<string, unknown>;
    trade?: Record<string, unknown>;
    orders?: readonly Record<string, unknown>[];
  } = {},
): string => {
  const tid = values.tid ?? TID;
  const status = values.status ?? 'WAIT_SELLER_SEND_GOODS';
  const modified = values.modified ?? '2016-09-22 10:00:00';
  const content = { seller_nick: '甘其食旗舰店', buyer_nick: 'b**r', payment: '200.00', status };
  return JSON.stringify({
    topic: values.topic ?? 'taobao_trade_TradeBuyerPay',
    pub_time: modified,
    content: { tid, ...content, ...values.content },
    trade: {
      tid,
      seller_id: values.seller ?? SELLER,
      seller_nick: '甘其食旗舰店',
      buyer_nick: 'b**r',
      buyer_open_uid: 'AAHk5d',
      status,
      created: modified,
      modified,
      pay_time: modified,
      payment: '200.00',
      post_fee: '0.00',
      receiver_name: '金丝雀',
      receiver_state: '浙江省',
      receiver_city: '杭州市',
      receiver_district: '西湖区',
      receiver_address: '灵隐路金丝雀巷',
      receiver_mobile: '13912345678',
      ...values.trade,
      orders: { order: (values.orders ?? [{}]).map((order) => orderJson(status, order)) },
    },
  });
};
