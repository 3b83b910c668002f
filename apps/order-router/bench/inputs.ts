import { tmallOrder } from '@astrolabe/kernel';
import { DEFAULT_RULES, FILTERS } from '../src/domain/routing/rules.ts';
import type { StoreSettings } from '../src/domain/routing/settings.ts';
import type { RoutingInput } from '../src/domain/routing/types.ts';

const CITIES = ['杭州市', '宁波市', '温州市', '嘉兴市', '湖州市', '绍兴市', '金华市', '台州市'];
const AREAS = ['西湖区', '余杭区', '上城区', '拱墅区', '滨江区', '萧山区', '临平区', '钱塘区'];

/** Numbers from 0 to below 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * An order of two lines that every store is bound to, with shared stock at nine of ten stores. `full`
 * adds every filter, coordinates and settings of every store; without it the default rules decide.
 */
export function inputOf(stores: number, full: boolean, seed: number): RoutingInput {
  const next = numbers(seed);
  const pick = (names: readonly string[]): string => names[Math.floor(next() * names.length)] ?? '';
  const ids = Array.from({ length: stores }, (_, n) => String(n + 1));
  const rules = full
    ? {
        ...DEFAULT_RULES,
        version: '1',
        filters: FILTERS.filter((name) => name !== 'same-city').map((name) => ({
          name,
          metres: name === 'max-distance' ? 300_000 : 0,
        })),
        points: [{ province: '浙江省', city: '杭州市', area: '', lat: 30.2741, lng: 120.1551 }],
      }
    : DEFAULT_RULES;
  const goods = ['g-1', 'g-2'];
  return {
    order: {
      orderRef: tmallOrder('21230', String(seed)),
      atMs: Date.parse('2016-09-22T02:00:00Z'),
      flow: 'SHIP',
      receiver: { province: '浙江省', city: '杭州市', area: '西湖区' },
      lines: goods.map((goodsId, n) => ({
        subOrderId: String(n),
        itemId: String(n),
        goodsId,
        quantityMilli: 1000n,
        certainPlace: { type: 'WAREHOUSE', id: 'WH-01' },
      })),
      refusedBy: [],
      missed: [],
    },
    rules,
    snapshot: {
      stores: ids.map((storeId) => ({
        storeId,
        name: `门店${storeId}`,
        status: next() < 0.02 ? 'HOLD' : 'NORMAL',
        startTime: '09:00',
        endTime: '21:00',
        province: next() < 0.8 ? '浙江省' : '江苏省',
        city: pick(CITIES),
        area: pick(AREAS),
        priority: Math.floor(next() * 3),
      })),
      stock: ids.flatMap((id) =>
        goods.map((goodsId) => ({
          place: { type: 'STORE' as const, id },
          goodsId,
          sharedMilli: next() < 0.9 ? BigInt(Math.ceil(next() * 20)) * 1000n : 0n,
          certainMilli: 0n,
        })),
      ),
      settings: full ? ids.map((storeId) => settingsOf(storeId, next)) : [],
      loads: full ? ids.map((storeId) => ({ storeId, count: Math.floor(next() * 120) })) : [],
    },
  };
}

const settingsOf = (storeId: string, next: () => number): StoreSettings => ({
  storeId,
  point: { lat: 28 + next() * 3, lng: 119 + next() * 3 },
  deliver: {
    priority: Math.floor(next() * 3),
    workingTime: '08:00-22:00',
    threshold: 100,
    activeFromMs: null,
    activeToMs: null,
    dispatchTimeRanges: [{ startTime: '08:40', endTime: '20:20' }],
  },
  collect: null,
});
