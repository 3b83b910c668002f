import { HttpTimeout } from '@astrolabe/http';
import type { HttpClient, HttpResponse } from '@astrolabe/http';
import { tmallOrder } from '@astrolabe/kernel';
import { verifyTopSpi } from '@astrolabe/signing';
import { expect, test } from 'vitest';
import { createRouter } from '../src/adapters/http/router.ts';
import type { Seller } from '../src/application/ports.ts';
import { newPushedOrder } from '../src/domain/pushed-order.ts';

const START = new Date('2016-09-22T02:00:00Z');
const PUSH = newPushedOrder(tmallOrder('21230', '41171611600046273'), START);
const SELLER: Seller = {
  sellerId: '21230',
  spiUrl: 'https://isv.example/spi',
  spiAppKey: '21230001',
  secret: 'a-secret',
  method: 'RETURNED',
  onboardingAppKey: '',
  applications: [],
};

/** A network that answers as told, and keeps what was asked. */
function network(answer: () => string) {
  const asked: { url: string; body: string }[] = [];
  const client: HttpClient = {
    request: ({ url, body }) => {
      asked.push({ url, body: String(body) });
      const response = { status: 200, headers: {}, body: Buffer.from(answer()) };
      return Promise.resolve<HttpResponse>(response);
    },
    close: () => Promise.resolve(),
  };
  return { asked, client };
}

const routerOf = (client: HttpClient) => createRouter(client, () => START);

test('allocate is signed, keeps every digit, and its keys are read', async () => {
  const { asked, client } = network(() => '{"code":"0","appKey":"123543, 89765"}');
  expect(await routerOf(client).allocate(SELLER, PUSH)).toEqual({
    kind: 'succeeded',
    appKeys: ['123543', '89765'],
  });
  const [{ url, body } = { url: '', body: '' }] = asked;
  expect(body).toBe('{"tid":41171611600046273,"seller_id":21230}');
  const query = Object.fromEntries(new URL(url).searchParams);
  expect(query['method']).toBe('taobao.qimen.omniorder.allocate');
  const payload = { kind: 'body', body: Buffer.from(body) } as const;
  expect(verifyTopSpi({ headers: {}, query, payload, secrets: ['a-secret'] })).toBe(true);
  expect(verifyTopSpi({ headers: {}, query, payload, secrets: ['another'] })).toBe(false);
});

test('answers: no keys, a refusal, nonsense, another order', async () => {
  const answers = (text: string) => routerOf(network(() => text).client);
  expect(await answers('{"code":"0"}').allocate(SELLER, PUSH)).toEqual({
    kind: 'succeeded',
    appKeys: [],
  });
  const refused = await answers('{"code":"9","message":"已发货"}').allocate(SELLER, PUSH);
  expect(refused).toEqual({
    kind: 'unanswered',
    problem: { code: '9', message: '9 已发货' },
  });
  expect((await answers('<html>').allocate(SELLER, PUSH)).kind).toBe('unknown');
  const other = '{"code":"0","tid":1,"status":"Waiting","store_allocated_list":[]}';
  expect((await answers(other).query(SELLER, PUSH)).kind).toBe('unanswered');
});

test('a system that does not answer again and again is left alone, and only that one', async () => {
  let calls = 0;
  const { client } = network(() => {
    calls += 1;
    throw new HttpTimeout('no answer', 'unknown');
  });
  const router = routerOf(client);
  for (let n = 0; n < 5; n += 1) {
    expect((await router.allocate(SELLER, PUSH)).kind).toBe('unknown');
  }
  expect((await router.allocate(SELLER, PUSH)).kind).toBe('withheld');
  expect((await router.query(SELLER, PUSH)).kind).toBe('withheld');
  expect(calls).toBe(5);
  const neighbour = { ...SELLER, sellerId: '21231' };
  expect((await router.allocate(neighbour, PUSH)).kind).toBe('unknown');
  // The same seller at another address is another system.
  const moved = { ...SELLER, spiUrl: 'https://new.example/spi' };
  expect((await router.allocate(moved, PUSH)).kind).toBe('unknown');
});
