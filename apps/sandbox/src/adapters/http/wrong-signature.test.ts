import { notifyAllocation } from '@astrolabe/schemas/omni';
import { CRATE_PATH } from '@astrolabe/schemas/fenxiao';
import { createTillOrder } from '@astrolabe/schemas/top';
import { signFw199, signTop, signTopSpi } from '@astrolabe/signing';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { DistributionOrders } from '../../domain/distribution-orders.ts';
import { ExchangeLog } from '../../domain/exchanges.ts';
import type { Seller } from '../../domain/seller.ts';
import { registerFenxiao } from './fenxiao.ts';
import type { FenxiaoDeps } from './fenxiao.ts';
import { registerSpi } from './spi.ts';
import type { SpiDeps } from './spi.ts';
import { registerTmallRouter } from './tmall-router.ts';
import type { TmallRouterDeps } from './tmall-router.ts';

const KEY = { appKey: '123543', secret: 'right' };
const SELLER: Seller = {
  sellerId: '21230',
  nick: 'nick',
  keys: { erp: KEY, pos: KEY, tmall: KEY },
  spi: KEY,
  policy: 'manual',
};

/** The doors alone: what is refused for its signature reaches nothing behind them. */
function doors() {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  const sellers = new Map([[SELLER.sellerId, SELLER]]);
  const seen = { sellers, clock: () => new Date(), ticks: () => 0, log: new ExchangeLog() };
  const fenxiao: FenxiaoDeps = { ...seen, orders: new DistributionOrders() };
  registerFenxiao(app, fenxiao);
  registerTmallRouter(app, { ...({} as TmallRouterDeps), ...seen });
  const isv = { hears: () => false } as unknown as SpiDeps['isv'];
  registerSpi(app, { ...({} as SpiDeps), ...seen, isv, faults: new Map() });
  return app;
}

const form = (params: Record<string, string>) => new URLSearchParams(params).toString();

test('a distribution order with a wrong signature is told the text that it should have signed', async () => {
  const params = { appid: '123543', request_data: '{"outOrderId":"bxg-1003"}', timestamp: '1' };
  const sign = signFw199({ params, secret: 'wrong' });
  const payload = form({ ...params, sign });
  const answer = await doors().inject({ method: 'POST', url: CRATE_PATH, payload });
  expect(answer.json()).toMatchObject({
    code: 1001,
    message: '签名错误, signed text: appid123543request_data{"outOrderId":"bxg-1003"}timestamp1',
  });
  expect(answer.body).not.toContain('right');
});

test.each(['json', 'xml'])('so is a call of the router, in %s', async (format) => {
  const params = { app_key: '123543', format, method: createTillOrder.method, sign_method: 'md5' };
  const sign = signTop({ params, secret: 'wrong', method: 'md5' });
  const payload = form({ ...params, sign });
  const answer = await doors().inject({ method: 'POST', url: '/router/rest', payload });
  expect(answer.body).toContain('Invalid Signature');
  expect(answer.body).toContain(
    `signed text: app_key123543format${format}method${createTillOrder.method}sign_methodmd5`,
  );
});

test('so is a call to a store system', async () => {
  const query = { app_key: '123543', method: notifyAllocation.method };
  const body = Buffer.from('{"tid":1}');
  const sign = signTopSpi({ query, payload: { kind: 'body', body }, secret: 'wrong' });
  const url = `/spi?${form({ ...query, sign })}`;
  const answer = await doors().inject({ method: 'POST', url, payload: body });
  expect(answer.json()).toMatchObject({ code: 'isv.invalid-signature' });
  expect(answer.json<{ message: string }>().message).toContain(
    `signed text: app_key123543method${notifyAllocation.method}{"tid":1}`,
  );
});
