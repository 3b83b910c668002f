import type { ResolveGoodsRequest } from '@astrolabe/contracts/catalog';
import { err, ok } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import type { GoodsAt } from '../../application/ports.ts';
import type { Peers } from '../../channels/peers.ts';
import { createGoods } from './goods.ts';

const SELLER = '21230';
const sku = (itemId: string, skuId: string): GoodsAt => ({
  kind: 'ITEM',
  itemId,
  skuId,
  outerId: '',
});

/** A catalog that knows some ids, and how many names each call asked it for. */
function world() {
  const asked: number[] = [];
  const ids = new Map<string, string>();
  const call = (_method: string, { keys, sellerId }: ResolveGoodsRequest) => {
    asked.push(keys.length);
    const goods = keys.map((key) => {
      const goodsId = ids.get(`${sellerId} ${JSON.stringify(key.key?.value)}`) ?? '';
      return { goodsId, reason: goodsId === '' ? 'UNKNOWN_GOODS' : '' };
    });
    return Promise.resolve({ goods });
  };
  const goods = createGoods({ catalog: { call } as unknown as Peers['catalog'] });
  const know = (value: object | string, goodsId: string, seller = SELLER) =>
    ids.set(`${seller} ${JSON.stringify(value)}`, goodsId);
  const resolve = (names: readonly GoodsAt[], sellerId = SELLER) =>
    goods(() => ({ deadlineMs: 1_000 })).resolve(sellerId, names, false);
  return { asked, know, resolve };
}

test('a name that has goods is asked for once; one that has none is asked for again', async () => {
  const { asked, know, resolve } = world();
  know({ itemId: '9001', skuId: '70001' }, 'g1');
  know('60001', 'g2');
  const names: GoodsAt[] = [
    sku('9001', '70001'),
    sku('9001', '70002'),
    { kind: 'SC_ITEM', scItemId: '60001', outerId: '' },
  ];
  expect(await resolve(names)).toEqual([ok('g1'), err('UNKNOWN_GOODS'), ok('g2')]);
  know({ itemId: '9001', skuId: '70002' }, 'g3');
  expect(await resolve(names)).toEqual([ok('g1'), ok('g3'), ok('g2')]);
  expect(await resolve(names)).toEqual([ok('g1'), ok('g3'), ok('g2')]);
  expect(asked).toEqual([3, 1]);
});

test('goods are those of their seller', async () => {
  const { know, resolve } = world();
  know({ itemId: '9001', skuId: '70001' }, 'g1');
  know({ itemId: '9001', skuId: '70001' }, 'g2', '3');
  expect(await resolve([sku('9001', '70001')])).toEqual([ok('g1')]);
  expect(await resolve([sku('9001', '70001')], '3')).toEqual([ok('g2')]);
});

test('what is said of a store, and an item without a SKU, is asked for each time', async () => {
  const { asked, know, resolve } = world();
  know({ itemId: '9001', skuId: '70001' }, 'g1');
  know({ itemId: '9002', skuId: '' }, 'g2');
  const names = [
    { ...sku('9001', '70001'), at: { type: 'STORE', id: '1342' } as const },
    sku('9002', ''),
  ];
  for (let time = 0; time < 2; time += 1) {
    expect(await resolve(names)).toEqual([ok('g1'), ok('g2')]);
  }
  expect(asked).toEqual([2, 2]);
});
