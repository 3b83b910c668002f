import { expect, test } from 'vitest';
import { readOmnichannelPairs } from '../jdp/omnichannel-param.ts';
import { collectStoreOf } from './collect.ts';

const at = (store: string, type = 'STORE') =>
  `orderType:STORE_COLLECT,subOrderCode:1,targetType:${type},targetCode:${store};`;
const SHIPPED = 'orderType:STORE_DELIVER,subOrderCode:2,targetType:STORE,targetCode:123;';

test.each([
  ['', ''],
  [SHIPPED, ''],
  ['tb_o2o', ''],
  ['x;', ''],
  [at('1342'), '1342'],
  [at('1342') + at('1342'), '1342'],
])('%s is collected at "%s"', (param, store) => {
  expect(collectStoreOf(readOmnichannelPairs(param))).toEqual({ ok: true, value: store });
});

test.each([at('1342') + at('123'), at('1342') + SHIPPED, at('WH-01', 'WAREHOUSE'), at('')])(
  '%s is refused',
  (param) => {
    expect(collectStoreOf(readOmnichannelPairs(param)).ok).toBe(false);
  },
);
