import { readFileSync } from 'node:fs';
import { distributionOrder } from '@astrolabe/kernel';
import { signFw199 } from '@astrolabe/signing';
import { testTopicPrefix } from '@astrolabe/testing';
import { BSON } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEYS, SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';

const vector = new URL('../../../libs/schemas/test/vectors/fenxiao.json', import.meta.url);
const { request, success } = JSON.parse(readFileSync(vector, 'utf8')) as {
  request: { encryptOutOrderInfo: { oaid: string } };
  success: object;
};
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
});
afterAll(() => gateway.stop());

async function crate(change: object = {}): Promise<object> {
  const params: Record<string, string> = {
    appid: KEYS.erp.appKey,
    timestamp: String(Math.floor(Date.now() / 1_000)),
    seller_nick: SELLER,
    request_data: JSON.stringify({ ...request, ...change }),
  };
  params['sign'] = signFw199({ params, secret: KEYS.erp.secret });
  const answer = await fetch(`${gateway.url}/gateway/1688/fenxiao/trade/crate`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: new URLSearchParams(params).toString(),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as object;
}

test('[F-A21] the document’s order is answered as in the document; its text goes on untouched', async () => {
  expect(await crate()).toEqual(success);
  const [submitted] = gateway.peers.submitted;
  expect(JSON.parse(submitted?.document ?? '')).toEqual(request);
  expect(submitted?.document).toContain('"encryptOrder":"true"');
  expect(submitted?.document).toContain(request.encryptOutOrderInfo.oaid);
});

test('its receiver is sealed here, and shown masked or whole to who may ask', async () => {
  const orderRef = distributionOrder(SELLER, 'bxg-1003');
  const look = async (reveal: boolean) =>
    (await gateway.trades.call('getReceiver', { orderRef, askedBy: 'clerk:xiaowang', reveal }))
      .receiver;
  expect(await look(false)).toMatchObject({ name: '张*', mobile: '138****8888', city: '上海市' });
  expect(await look(true)).toMatchObject({ name: '张三', address: '东方路200号' });
  for (const { name } of await gateway.database.db.listCollections().toArray()) {
    for (const document of await gateway.database.db.collection(name).find().toArray()) {
      expect(Buffer.from(BSON.serialize(document)).toString('utf8')).not.toContain('东方路');
    }
  }
});

test('[F-A15] a repeat is one message, whatever it is answered', async () => {
  const messages = async () => {
    const id = `fenxiao/${SELLER}/bxg-1003`;
    // The newest change: what queries read follows a little later.
    const log = gateway.database.db.collection<{ of: string; state: { messages: unknown[] } }>(
      'trades.journal',
    );
    const [newest] = await log.find({ of: id }).sort({ version: -1 }).limit(1).toArray();
    return newest?.state.messages.length;
  };
  expect(await messages()).toBe(1);
  await crate();
  expect(await messages()).toBe(1);
});

test('an obstacle is a verdict with code 0, in the channel’s words, and leaves nothing behind', async () => {
  const before = await gateway.stored();
  for (const [code, word] of [
    ['UNKNOWN_SPEC', 'SPEC_NO_EXIST'],
    ['OUT_OF_STOCK', '500_004'],
    ['RELATION_MISSING', 'RELATION_MISSING'],
  ] as const) {
    gateway.peers.placed = {
      orders: [],
      pricesFen: [],
      obstacle: { code, message: 'why', line: 0 },
      isOwn: false,
    };
    expect(await crate({ outOrderId: `no-${word}` })).toEqual({
      code: 0,
      message: 'ok',
      data: { code: word, message: 'why', success: false },
      trace_id: '',
    });
  }
  expect(await gateway.stored()).toEqual(before);
});

test('with nobody to ask it is "later", and the repeat is answered', async () => {
  gateway.peers.before = () => Promise.reject(new Error('away'));
  expect(await crate({ outOrderId: 'later-1' })).toMatchObject({ code: 1009, data: null });
  gateway.peers.forget();
  expect(await crate({ outOrderId: 'later-1' })).toMatchObject({ code: 0 });
});
