import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindingPage, byNumber, changeBindings } from './binding.ts';
import { isLeafCategory } from './category.ts';
import type { GoodsKey } from './goods.ts';
import { keyFromText, keyText } from './goods.ts';
import { createStore, deleteStore, updateStore } from './store.ts';
import type { Store, StoreProfile } from './store.ts';

const profile: StoreProfile = {
  storeCode: 'S001',
  shopId: '',
  companyName: '甘其食',
  storeName: '文一西路淘宝店',
  storeType: 'NORMAL',
  mainCategory: '101',
  startTime: '09:00',
  endTime: '21:00',
  address: {
    region: '',
    province: '浙江省',
    city: '杭州市',
    area: '西湖区',
    town: '',
    detailAddress: '文一西路1号',
    countryCode: '',
  },
  status: 'NORMAL',
  description: '',
  keeper: { name: '', tel: '0571-88888888', mobile: '13800000000', fax: '', zipCode: '' },
  remark: '',
};
const command = { sellerId: '21230', storeId: '1342', profile };

function created(): Store {
  const result = createStore(null, command);
  if (!result.ok) throw new Error(result.error);
  return result.value.store;
}

describe('stores', () => {
  test('the same creation again is the same store, other content is refused', () => {
    const store = created();
    expect(createStore(store, command)).toEqual({ ok: true, value: { store, changed: false } });
    const other = { ...command, profile: { ...profile, storeName: 'x' } };
    expect(createStore(store, other)).toEqual({ ok: false, error: 'STORE_CODE_EXISTS' });
  });

  test('a category must be a leaf of the tree', () => {
    expect(isLeafCategory('101')).toBe(true);
    expect(isLeafCategory('1')).toBe(false);
    const wrong = { ...command, profile: { ...profile, mainCategory: '1' } };
    expect(createStore(null, wrong)).toEqual({ ok: false, error: 'UNKNOWN_CATEGORY' });
  });

  test('orders go by where a store is: its address names one place', () => {
    const at = (city: string, area: string) => ({
      ...profile,
      shopId: '60001',
      address: { ...profile.address, city, area },
    });
    const create = (to: ReturnType<typeof at>) => createStore(null, { ...command, profile: to });
    expect(create(at('杭州市', '姑苏区'))).toEqual({ ok: false, error: 'UNKNOWN_ADDRESS' });
    expect(create(at('杭洲市', '西湖区'))).toEqual({ ok: false, error: 'UNKNOWN_ADDRESS' });
    expect(create(at('杭州', '钱江开发区'))).toMatchObject({ ok: true });
    expect(updateStore(created(), at('', '和平区'))).toEqual({
      ok: false,
      error: 'UNKNOWN_ADDRESS',
    });
    // A store that was there before addresses were judged keeps its own.
    const old = { ...created(), profile: at('杭洲市', '西湖区') };
    const renamed = { ...old.profile, storeName: '新店名' };
    expect(updateStore(old, renamed)).toMatchObject({ ok: true, value: { changed: true } });
  });

  test('an update needs the shop; a deleted store is unknown until it is created again', () => {
    expect(updateStore(created(), profile)).toEqual({ ok: false, error: 'SHOP_ID_REQUIRED' });
    expect(updateStore(created(), { ...profile, shopId: '60001' })).toMatchObject({
      ok: true,
      value: { changed: true },
    });
    const gone = deleteStore(created());
    expect(gone).toMatchObject({ ok: true, value: { store: { deleted: true } } });
    if (!gone.ok) return;
    expect(updateStore(gone.value.store, { ...profile, shopId: '1' })).toMatchObject({ ok: false });
    expect(createStore(gone.value.store, command)).toMatchObject({
      ok: true,
      value: { store: { deleted: false }, changed: true },
    });
  });
});

describe('bindings', () => {
  const none = { sellerId: '21230', itemId: '9001', storeIds: [] };

  test('200 stores a call; one unknown store and nothing is bound', () => {
    const ids = Array.from({ length: 201 }, (_, n) => String(n + 1));
    expect(changeBindings(none, 'ADD', ids, () => true)).toMatchObject({ ok: false });
    expect(changeBindings(none, 'ADD', ids.slice(0, 200), () => true)).toMatchObject({ ok: true });
    expect(changeBindings(none, 'ADD', ['1', '2'], (id) => id === '1')).toEqual({
      ok: false,
      error: 'UNKNOWN_STORE',
    });
  });

  test('bound ids are a set in the order of their numbers, and pages are disjoint', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 200 }),
        (n) => {
          const result = changeBindings(none, 'ADD', n.map(String), () => true);
          if (!result.ok) throw new Error(result.error);
          const { storeIds } = result.value.bindings;
          expect(storeIds).toEqual([...new Set(n)].toSorted((a, b) => a - b).map(String));
          expect([...bindingPage(storeIds, 1), ...bindingPage(storeIds, 2)]).toEqual(storeIds);
          const undone = changeBindings(
            result.value.bindings,
            'DELETE',
            n.map(String),
            () => false,
          );
          expect(undone).toMatchObject({ ok: true, value: { bindings: { storeIds: [] } } });
        },
      ),
    );
    expect(byNumber('9', '10')).toBeLessThan(0);
  });
});

test('a key survives its text', () => {
  const keys: fc.Arbitrary<GoodsKey> = fc.oneof(
    fc.record({
      kind: fc.constant('ITEM_SKU' as const),
      itemId: fc.stringMatching(/^\d{1,19}$/),
      skuId: fc.string(),
    }),
    fc.record({
      kind: fc.constantFrom('SC_ITEM' as const, 'OUTER' as const, 'CARGO' as const),
      id: fc.string(),
    }),
  );
  fc.assert(
    fc.property(keys, (key) => {
      expect(keyFromText(keyText(key))).toEqual(key);
    }),
  );
});
