import type { HttpClient, HttpRequest } from '@astrolabe/http';
import {
  confirmOrder,
  createShipment,
  messagesPath,
  queryOrder,
  queryRequisition,
} from '@astrolabe/schemas/procurement';
import { parseForm } from '@astrolabe/schemas/top';
import { signAop, verifyAopPush } from '@astrolabe/signing';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { ExchangeLog } from '../../../domain/exchanges.ts';
import { createLanes } from '../lanes.ts';
import { playProcurement } from './platform.ts';

const APP_KEY = '1000000';
const SECRET = 'test123';
const ORDER = '9007199254740993';
const CONFIG = {
  sellerId: '7',
  appKey: APP_KEY,
  secret: SECRET,
  memberId: 'b2b-308',
  refreshToken: 'refresh',
};

/** The platform with a supplier whose callback answers with `status`. */
async function playing(status = 200) {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  const heard: HttpRequest[] = [];
  const http: HttpClient = {
    ...({} as HttpClient),
    request: async (request) => {
      heard.push(request);
      return { status, headers: {}, body: Buffer.from('ok') };
    },
  };
  const procurement = {
    run: async <T>(_: unknown, call: (one: HttpClient) => Promise<T>) => await call(http),
    allow: () => {},
  };
  const lanes = { ...createLanes(1_024), procurement };
  const deps = { lanes, gatewayUrl: 'http://gateway', clock: () => new Date(), ticks: () => 0 };
  playProcurement(app, { ...deps, log: new ExchangeLog() });
  const control = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => {
    const url = `/control/procurement/${path}`;
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await app.inject({ method, url, ...payload });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json() as Record<string, string>;
  };
  const { accessToken = '' } = await control('PUT', 'config', CONFIG);
  const call = async (urlPath: string, fields: Record<string, string>, secret = SECRET) => {
    const params = { ...fields, access_token: accessToken };
    const signed = { ...params, _aop_signature: signAop({ urlPath, params, secret }) };
    const payload = new URLSearchParams(signed).toString();
    return await app.inject({ method: 'POST', url: `/openapi/${urlPath}`, payload });
  };
  return { app, control, call, heard };
}

const ORDER_DATA = {
  status: 'wait_supplier_confirm',
  orderCode: 'PO1',
  procurementOrderEntries: [{ id: '501', amount: '10', cargoNo: 'cargo123' }],
};

const shipment = (amount: number) => ({
  param: `{"poOrderId":${ORDER},"sgCode":"S${amount}","entryList":[{"poOrderEntryId":501,"sendAmount":${amount}}]}`,
});

test('an order is confirmed once, shipped up to what was ordered, and read as it stands', async () => {
  const { control, call } = await playing();
  await control('PUT', `orders/${ORDER}`, { sellerId: '7', data: ORDER_DATA });
  const shipPath = createShipment.urlPath(APP_KEY);
  expect((await call(shipPath, shipment(6))).json()).toMatchObject({
    success: false,
    resultCode: 'ORDER_STATUS_INVALID',
  });
  const confirmed = { param: `{"procurementOrderId":${ORDER}}` };
  const confirmPath = confirmOrder.urlPath(APP_KEY);
  expect((await call(confirmPath, confirmed)).json()).toEqual({
    success: true,
    data: { confirmSuccess: true },
  });
  expect((await call(confirmPath, confirmed)).json()).toMatchObject({ success: false });
  expect((await call(shipPath, shipment(6))).json()).toMatchObject({ success: true });
  expect((await call(shipPath, shipment(5))).json()).toMatchObject({
    resultCode: 'SEND_AMOUNT_EXCEEDED',
  });
  const read = await call(queryOrder.urlPath(APP_KEY), { procurementOrderId: ORDER });
  expect(queryOrder.decodeAnswer(Buffer.from(read.body))).toMatchObject({
    value: {
      orderId: ORDER,
      status: 'APPROVED',
      entries: [{ entryId: '501', sentMilli: 6_000n, unsentMilli: 4_000n }],
    },
  });
  const calls = await control('GET', 'calls?sellerId=7&api=ship');
  expect(calls).toHaveLength(3);
});

test('a wrong signature, an unknown key and an ended token are refused before anything is tried', async () => {
  const { control, call } = await playing();
  const path = queryRequisition.urlPath(APP_KEY);
  const fields = { requisitionId: '1' };
  const wrong = await call(path, fields, 'other');
  expect(wrong.json()).toMatchObject({ error_code: 'gw.SignatureInvalid' });
  expect(wrong.body).toContain(`signed text: ${path}access_token`);
  const other = queryRequisition.urlPath('2');
  expect((await call(other, fields)).json()).toMatchObject({ error_code: 'gw.AppKeyNotFound' });
  expect((await call(path, fields)).json()).toMatchObject({ resultCode: 'NOT_FOUND' });
  await control('PUT', 'tokens', { sellerId: '7', action: 'expire' });
  const ended = await call(path, fields);
  expect(ended.statusCode).toBe(401);
  expect(ended.json()).toMatchObject({ error_code: '401' });
});

test('a token is made with the refresh token, until the consent is taken back', async () => {
  const { app, control } = await playing();
  const form = { grant_type: 'refresh_token', client_id: APP_KEY, client_secret: SECRET };
  const url = `/openapi/http/1/system.oauth2/getToken/${APP_KEY}`;
  const ask = async (refresh_token: string) => {
    const payload = new URLSearchParams({ ...form, refresh_token }).toString();
    return (await app.inject({ method: 'POST', url, payload })).json() as Record<string, string>;
  };
  expect(await ask('refresh')).toMatchObject({ expires_in: '36000' });
  expect(await ask('another')).toMatchObject({ error: 'invalid_grant' });
  await control('PUT', 'tokens', { sellerId: '7', action: 'revoke' });
  expect(await ask('refresh')).toMatchObject({ error: 'invalid_grant' });
});

test('a fault is met once, with its effect or without', async () => {
  const { control, call } = await playing();
  await control('PUT', `orders/${ORDER}`, {
    sellerId: '7',
    data: { ...ORDER_DATA, status: 'approved' },
  });
  const faults = [
    { kind: 'status', status: 503 },
    { kind: 'refusal', code: 'SYSTEM_ERROR', isMade: true },
  ];
  await control('PUT', 'faults', { sellerId: '7', api: 'ship', faults });
  const path = createShipment.urlPath(APP_KEY);
  expect((await call(path, shipment(6))).statusCode).toBe(503);
  expect((await call(path, shipment(6))).json()).toMatchObject({ resultCode: 'SYSTEM_ERROR' });
  expect((await call(path, shipment(6))).json()).toMatchObject({
    resultCode: 'SEND_AMOUNT_EXCEEDED',
  });
  expect((await call(path, shipment(4))).json()).toMatchObject({ success: true });
});

test('messages are signed, and wait until they are taken or confirmed', async () => {
  const { control, call, heard } = await playing(500);
  await control('PUT', `orders/${ORDER}`, { sellerId: '7', data: ORDER_DATA });
  const wanted = { sellerId: '7', kind: 'ORDER_CREATED', id: ORDER };
  const { messageId = '' } = await control('POST', 'messages', wanted);
  const form = parseForm(heard[0]?.body ?? '');
  const params = form.ok ? Object.fromEntries(form.value) : {};
  expect(verifyAopPush({ field: 'message', params, secrets: [SECRET] })).toBe(true);
  expect(params['message']).toContain(`"procurementOrderId":${ORDER}`);
  await control('POST', 'messages', { ...wanted, messageId: '12', isHeld: true });
  expect(await control('GET', 'waiting?sellerId=7')).toHaveLength(2);
  const since = { createStartTime: '20200101000000000+0800', page: '1', pageSize: '20' };
  const page = await call(messagesPath(APP_KEY), since);
  expect(page.json()).toMatchObject({ pushMessagePage: { totalCount: 2 } });
  const confirmPath = messagesPath(APP_KEY).replace('query.messageList', 'message.confirm');
  const confirmed = await call(confirmPath, { msgIdList: `[${messageId},12]` });
  expect(confirmed.json()).toEqual({ isSuccess: true });
  expect(await control('GET', 'waiting?sellerId=7')).toHaveLength(0);
});

test.each([{ secret: 'another' }, { isTampered: true }])(
  'a message that somebody else signed is not among those that wait: %o',
  async (wrong) => {
    const { control } = await playing(400);
    const wanted = { sellerId: '7', kind: 'ORDER_CREATED', id: ORDER };
    await control('POST', 'messages', { ...wanted, ...wrong });
    expect(await control('GET', 'waiting?sellerId=7')).toHaveLength(0);
    await control('POST', 'messages', wanted);
    expect(await control('GET', 'waiting?sellerId=7')).toHaveLength(1);
  },
);

test('what was changed after it was signed does not fit its signature', async () => {
  const { control, heard } = await playing();
  const tampered = { sellerId: '7', kind: 'ORDER_CANCELLED', id: ORDER, isTampered: true };
  await control('POST', 'messages', tampered);
  const form = parseForm(heard[0]?.body ?? '');
  const params = form.ok ? Object.fromEntries(form.value) : {};
  expect(verifyAopPush({ field: 'message', params, secrets: [SECRET] })).toBe(false);
});
