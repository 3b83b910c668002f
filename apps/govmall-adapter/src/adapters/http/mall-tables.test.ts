import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { expect, test } from 'vitest';
import { mallTables } from './mall-tables.ts';

const tables = (...settings: object[]) => mallTables(JSON.stringify(settings));

test('without a setting there is the public family alone', () => {
  const [family, ...others] = mallTables('');
  expect(others).toEqual([]);
  expect([...(family?.paths.values() ?? [])]).toEqual(GOV_INTERFACES.map(({ path }) => path));
  expect([...(family?.names.values() ?? [])].every(({ size }) => size === 0)).toBe(true);
});

test('a path is its own one, else that of the family below the base; a name of one interface goes before', () => {
  const [, jinan] = tables({
    mall: 'jinan',
    base: '/jn',
    paths: { 'access-token': '/jn/oauth/token' },
    names: { sku: 'goods_no', 'submit.sku': 'items', 'submit.sku.sku': 'goods_no' },
  });
  expect(jinan?.paths.get('access-token')).toBe('/jn/oauth/token');
  expect(jinan?.paths.get('prices')).toBe('/jn/api/product/prices');
  expect(jinan?.names.get('prices')).toEqual(new Map([['sku', 'goods_no']]));
  expect([...(jinan?.names.get('submit') ?? [])]).toEqual([
    ['sku', 'items'],
    ['sku.sku', 'goods_no'],
  ]);
});

test.each([
  ['no JSON', '{'],
  ['no list', '{}'],
  ['what nobody reads', '[{"mall":"a","bass":"/a"}]'],
  ['a path that is none', '[{"mall":"a","base":"a b"}]'],
  ['an interface that there is not', '[{"mall":"a","base":"/a","paths":{"price":"/p"}}]'],
  ['a field of an interface that there is not', '[{"mall":"a","base":"/a","names":{"x.sku":"s"}}]'],
  ['paths of the family', '[{"mall":"a"}]'],
  ['two malls of one name', '[{"mall":"a","base":"/a"},{"mall":"a","base":"/b"}]'],
  ['two fields of one name', '[{"mall":"a","base":"/a","names":{"sku":"x","num":"x"}}]'],
])('%s is refused at the start', (_what, setting) => {
  expect(() => mallTables(setting)).toThrow();
});
