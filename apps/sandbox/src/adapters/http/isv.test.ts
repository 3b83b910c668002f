import { allocate, getAllocation } from '@astrolabe/schemas/omni';
import { expect, test } from 'vitest';
import { createIsv } from './isv.ts';

const KEY = { appKey: '123543', secret: 's' };
const SELLER = {
  sellerId: '21230',
  nick: 'nick',
  keys: { erp: KEY, pos: KEY, tmall: KEY },
  spi: KEY,
  policy: 'manual' as const,
};
const TID = '41171611600046273';
const request = Buffer.from(allocate.encodeRequest({ tradeId: TID, sellerId: '21230' }));
const query = Buffer.from(getAllocation.encodeRequest({ tradeId: TID }));

test('allocate answers the keys that were set, else the key of the seller', () => {
  const isv = createIsv();
  expect(isv.hear(SELLER, allocate.method, request)).toBe('{"code":"0","appKey":"123543"}');
  isv.receive('21230', ['123543', '89765']);
  expect(isv.hear(SELLER, allocate.method, request)).toContain('"appKey":"123543,89765"');
  expect(isv.hear(SELLER, allocate.method, Buffer.from('{}'))).not.toContain('"code":"0"');
});

test('a result is waited for until it was set', () => {
  const isv = createIsv();
  expect(isv.hear(SELLER, getAllocation.method, query)).toContain('"status":"Waiting"');
  isv.decide(TID, [{ oid: '41171611600046274', place: { type: 'STORE', id: '1342' } }]);
  const answer = isv.hear(SELLER, getAllocation.method, query);
  expect(answer).toContain('"status":"Allocated"');
  expect(answer).toContain(`"tid":${TID}`);
});
