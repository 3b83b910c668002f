import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { ONE_PIECE } from '@astrolabe/kernel';
import {
  bindItem,
  createStore,
  initialiseItems,
  queryItems,
  updateItems,
} from '@astrolabe/schemas/qimen';
import type { Key } from '../../../domain/seller.ts';
import type { Answer } from '../platform.ts';
import { must } from './bench.ts';
import type { Bench } from './bench.ts';

/** Goods of the documents' example; every certification has a seller of its own. */
const GOODS = { itemId: '9001', skuId: '70001', outerId: 'SKU-A' };
const WAREHOUSE: Place = { type: 'WAREHOUSE', id: 'WH-01' };
const PIECES = 1_000n;

const isSuccess = ({ response }: Answer): boolean => response.includes('<flag>success</flag>');

/** The merchant's own system: makes a store, binds goods to it and counts what is there. */
export function merchantOf({ seller, platform, clock }: Bench) {
  const { sellerId, keys } = seller;
  const call = async (method: string, xml: string, key: Key = keys.erp): Promise<Answer> =>
    await platform.qimen(key, sellerId, method, xml);
  const demand = async (method: string, xml: string): Promise<string> => {
    const answer = await call(method, xml);
    must(isSuccess(answer), `${method} answered ${answer.status} ${answer.response}`);
    return answer.response;
  };
  let store: Place | null = null;
  return {
    call,
    isSuccess,
    /** The store, which the first call makes together with its stock. */
    store: async (): Promise<Place> => {
      store ??= await openStore(sellerId, demand, clock());
      return store;
    },
    /** A change of the store's stock, as its bill says. */
    changeXml: (place: Place, billNum: string, delta: Milli, at: Date): string =>
      updateItems.encodeRequest({
        userId: sellerId,
        operationTime: at,
        stores: [
          {
            place,
            lines: [{ billNum, billType: 'BALANCE', goods: GOODS, kind: 'SHARED', delta }],
          },
        ],
      }),
    /** What the platform says that the place has, thousandths of a piece. */
    stockAt: async (place: Place): Promise<Milli> => {
      const xml = queryItems.encodeRequest({
        userId: sellerId,
        stores: [{ place, goods: [{ goods: GOODS }] }],
      });
      const reply = queryItems.decodeReply(Buffer.from(await demand(queryItems.method, xml)));
      if (!reply.ok || reply.value.flag !== 'success') return -1n;
      return reply.value.value.stores
        .flatMap(({ goods }) => goods)
        .flatMap(({ quantities }) => quantities)
        .reduce((sum, { quantity }) => sum + quantity, 0n);
    },
  };
}

export type Merchant = ReturnType<typeof merchantOf>;

async function openStore(
  sellerId: string,
  demand: (method: string, xml: string) => Promise<string>,
  now: Date,
): Promise<Place> {
  const made = await demand(
    createStore.method,
    createStore.encodeRequest({
      storeCode: 'S001',
      companyName: '甘其食',
      storeName: '验证门店',
      storeType: 'NORMAL',
      mainCategory: '101',
      startTime: '00:00',
      endTime: '23:59',
      address: { province: '浙江省', city: '杭州市', area: '西湖区', detail: '文一西路1号' },
      status: 'NORMAL',
      keeper: { tel: '0571-88888888', mobile: '13800000000' },
    }),
  );
  const id = /<storeId>(\d+)<\/storeId>/.exec(made)?.[1];
  must(id !== undefined, `the answer names no store: ${made}`);
  const place: Place = { type: 'STORE', id: id ?? '' };
  const binding = { action: 'ADD', itemId: GOODS.itemId, storeIds: [place.id] } as const;
  await demand(bindItem.method, bindItem.encodeRequest(binding));
  const line = (at: Place, kind: StockKind, billNum: string) => ({
    place: at,
    lines: [{ billNum, goods: GOODS, kind, quantity: PIECES * ONE_PIECE }],
  });
  const stores = [line(WAREHOUSE, 'CERTAIN', 'CERT-W'), line(place, 'SHARED', 'CERT-S')];
  const initial = { userId: sellerId, operationTime: now, stores };
  await demand(initialiseItems.method, initialiseItems.encodeRequest(initial));
  return place;
}
