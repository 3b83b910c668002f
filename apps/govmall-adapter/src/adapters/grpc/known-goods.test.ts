import { expect, test } from 'vitest';
import { rememberGoods } from './known-goods.ts';

function catalogue() {
  const goods = new Map([
    ['S a', 'g1'],
    ['T a', 'g2'],
  ]);
  const asked: string[][] = [];
  const ask = (sellerId: string, skus: readonly string[]) => {
    asked.push([...skus]);
    const found = skus.flatMap((sku): [string, string][] => {
      const goodsId = goods.get(`${sellerId} ${sku}`);
      return goodsId === undefined ? [] : [[sku, goodsId]];
    });
    return Promise.resolve(new Map(found));
  };
  return { goods, asked, ask };
}

test('a name is asked for until it is known, and then no more', async () => {
  const { goods, asked, ask } = catalogue();
  const goodsOf = rememberGoods(ask);
  expect(await goodsOf('S', ['a', 'b'])).toEqual(['g1', '']);
  goods.set('S b', 'g3');
  expect(await goodsOf('S', ['a', 'b'])).toEqual(['g1', 'g3']);
  expect(await goodsOf('S', ['b', 'a'])).toEqual(['g3', 'g1']);
  expect(asked).toEqual([['a', 'b'], ['b']]);
});

test('two sellers may have one SKU for different goods', async () => {
  const goodsOf = rememberGoods(catalogue().ask);
  expect(await goodsOf('S', ['a'])).toEqual(['g1']);
  expect(await goodsOf('T', ['a'])).toEqual(['g2']);
});

test('no more names are kept than may be', async () => {
  const { asked, ask, goods } = catalogue();
  goods.set('S b', 'g3');
  const goodsOf = rememberGoods(ask, 1);
  await goodsOf('S', ['a']);
  await goodsOf('S', ['b']);
  expect(await goodsOf('S', ['a'])).toEqual(['g1']);
  expect(asked).toEqual([['a'], ['b'], ['a']]);
});
