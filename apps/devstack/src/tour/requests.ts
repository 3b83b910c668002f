import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { ONE_PIECE } from '@astrolabe/kernel';
import {
  bindItem,
  createStore,
  initialiseItems,
  queryItems,
  updateItems,
} from '@astrolabe/schemas/qimen';

/** The wire requests of the demonstration, with the documents' own values. */

export const GOODS = { itemId: '9001', skuId: '70001', outerId: 'SKU-A' };

export const createStoreXml = (storeCode: string, storeName: string): string =>
  createStore.encodeRequest({
    storeCode,
    companyName: '甘其食',
    storeName,
    storeType: 'NORMAL',
    mainCategory: '101',
    startTime: '09:00',
    endTime: '21:00',
    address: { province: '浙江省', city: '杭州市', area: '西湖区', detail: '文一西路1号' },
    status: 'NORMAL',
    keeper: { tel: '0571-88888888', mobile: '13800000000' },
  });

export const bindXml = (storeIds: readonly string[]): string =>
  bindItem.encodeRequest({ action: 'ADD', itemId: GOODS.itemId, storeIds });

type Initial = { place: Place; kind: StockKind; pieces: bigint; billNum: string };

export const initialiseXml = (userId: string, lines: readonly Initial[], now: Date): string =>
  initialiseItems.encodeRequest({
    userId,
    operationTime: now,
    stores: lines.map(({ place, kind, pieces, billNum }) => ({
      place,
      lines: [{ billNum, goods: GOODS, kind, quantity: pieces * ONE_PIECE }],
    })),
  });

/** Goods come into a store: a stock-take line, which is no sale. */
export const restockXml = (
  userId: string,
  line: { place: Place; delta: Milli; billNum: string },
  now: Date,
): string =>
  updateItems.encodeRequest({
    userId,
    operationTime: now,
    stores: [
      {
        place: line.place,
        lines: [
          {
            billNum: line.billNum,
            billType: 'BALANCE',
            goods: GOODS,
            kind: 'SHARED',
            delta: line.delta,
          },
        ],
      },
    ],
  });

export const ITEM_STOCK_QUERY = queryItems.method;

/** Asks for the stock of the goods at a store and the warehouse, in one line without blanks between elements. */
export const stockQueryXml = (userId: string): string =>
  queryItems
    .encodeRequest({
      userId,
      stores: [
        { place: { type: 'STORE', id: '1342' }, goods: [{ goods: GOODS }] },
        { place: { type: 'WAREHOUSE', id: 'WH-01' }, goods: [{ goods: GOODS }] },
      ],
    })
    .replaceAll(/>\s+</g, '><');
