import { signAop } from '@astrolabe/signing';
import { testTopicPrefix } from '@astrolabe/testing';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { form, startRouter, startWorld } from './platform-world.ts';
import type { Router } from './platform-world.ts';

const ORDER =
  '{"buyerLoginId":"bonlinetest003","submitOrderItemParam":[{"mallGoodsId":5645673,"skuId":76354678,"cargoNo":"cargo123","outSkuId":"6578902","price":1E+1,"buyAmount":2.50}],"addressCode":"110102"}';

let router: Router;
let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  router = await startRouter();
  world = await startWorld({ topicPrefix: testTopicPrefix(), orderAddress: router.address });
  await world.connect();
});
beforeEach(() => {
  router.asked.length = 0;
  router.answer = () => ({ passed: true, failures: [] });
});

const ask = async (json: string) => JSON.parse((await world.precheck(json)).text) as object;

test('[field S1] [field S3] decimals keep their digits, all that arrives may be signed', async () => {
  const body = (signature: string, more: Record<string, string> = {}) =>
    form({ coopSubmitOrderParam: ORDER, _aop_signature: signature, ...more });
  const own = await world.post('/1688/precheck', body('9E5515BA836ED872DAC653C61708B5B6C07FEBFA'));
  expect(JSON.parse(own.text)).toEqual({ success: true, data: true });
  const timed = body('47DA5F0C1630CE13428BBB058414CDD88EA23FD3', {
    _aop_timestamp: '1795977857993',
  });
  expect((await world.post('/1688/precheck', timed)).text).toContain('"data":true');
  const asText = ORDER.replace('1E+1', '"10.0"');
  expect(await ask(asText)).toEqual({ success: true, data: true });
  expect(router.asked).toHaveLength(3);
  for (const asked of router.asked) {
    expect(asked).toMatchObject({
      sellerId: '21230',
      buyerLoginId: 'bonlinetest003',
      regionCode: '110102',
      lines: [
        {
          mallGoodsId: '5645673',
          skuId: '76354678',
          cargoNo: 'cargo123',
          outSkuId: '6578902',
          priceYuan: '10',
          quantity: '2.5',
        },
      ],
    });
  }
});

test('what fails is named line by line, and the first reason is the code', async () => {
  router.answer = () => ({
    passed: false,
    failures: [
      { line: 0, code: 'STOCK_NOT_ENOUGH', message: 'cargo123: short' },
      { line: 2, code: 'PRICE_MISMATCH', message: 'cargo9: dear' },
    ],
  });
  expect(await ask(ORDER)).toEqual({
    success: true,
    data: false,
    resultCode: 'STOCK_NOT_ENOUGH',
    message: 'cargo123: short; cargo9: dear',
  });
  router.answer = () => ({ passed: false, failures: [] });
  expect(await ask(ORDER)).toMatchObject({ success: false, data: false });
});

test('[field S4] a line that only points to another, or lacks a field, is invalid and not left out', async () => {
  const pointing = ORDER.replace('}],', '},{"$ref":"$.submitOrderItemParam[0]"}],');
  expect(await ask(pointing)).toMatchObject({ data: false, resultCode: 'PARAM_INVALID' });
  expect(await ask(ORDER.replace('"cargoNo":"cargo123",', ''))).toMatchObject({
    data: false,
    resultCode: 'PARAM_INVALID',
    message: expect.stringContaining('cargoNo') as unknown,
  });
  expect(router.asked).toEqual([]);
});

test('a signature that does not fit asks nobody; what is no form is refused', async () => {
  const wrong = await world.precheck(ORDER, 'other');
  expect(wrong.status).toBe(200);
  expect(JSON.parse(wrong.text)).toMatchObject({ success: false, resultCode: 'SIGN_INVALID' });
  expect((await world.post('/1688/precheck', ORDER, 'application/json')).status).toBe(415);
  expect(router.asked).toEqual([]);
});

test('a router that is late or fails is never a yes, and the answer comes within 800 ms', async () => {
  const { promise, resolve } = Promise.withResolvers<{ passed: boolean; failures: [] }>();
  router.answer = () => promise;
  const startedAt = performance.now();
  expect(await ask(ORDER)).toMatchObject({ success: false, resultCode: 'SYSTEM_BUSY' });
  // What the machine adds when it is busy is no part of the promise.
  expect(performance.now() - startedAt).toBeLessThan(1_500);
  resolve({ passed: true, failures: [] });
  router.answer = () => Promise.reject(new Error('a bug'));
  expect(await ask(ORDER)).toMatchObject({ success: false, resultCode: 'SYSTEM_BUSY' });
});

test('sellers who share an application are told apart by the address', async () => {
  await world.connect({ sellerId: '40000', memberId: 'm4', addressId: 'four' });
  expect(await ask(ORDER)).toMatchObject({ success: false, resultCode: 'PARAM_INVALID' });
  const signature = signAop({ params: { coopSubmitOrderParam: ORDER }, secret: 'test123' });
  const body = form({ coopSubmitOrderParam: ORDER, _aop_signature: signature });
  const answer = await world.post('/1688/precheck?id=four', body);
  expect(JSON.parse(answer.text)).toEqual({ success: true, data: true });
  expect(router.asked.map(({ sellerId }) => sellerId)).toEqual(['40000']);
});
