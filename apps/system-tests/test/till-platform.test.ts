import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SaleResolution } from '@astrolabe/contracts/order';
import { MongoClient } from 'mongodb';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startedSeller } from '../src/scenario.ts';
import { CREATE, REQUEST, Tills, connectedTills, couponInfos, goodsDetails } from '../src/till.ts';
import type { Scripted, TillPlatformUnderTest } from '../src/till.ts';

const TRADE = '10309483976732423';
const ATTEMPTS = 3;
/** Longer than a second: a fresh timestamp can be told from the one before. */
const RETRY_MS = 1_100;
const TIMEOUT_MS = 1_000;
const NUMBER = 'REQ-3436967';

let harness: Harness;
const opened: Tills[] = [];

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    // It is ended and started again.
    apart: ['order-router'],
    extra: {
      'order-router': {
        TILL_RETRY_MS: String(RETRY_MS),
        TILL_ATTEMPTS_MAX: String(ATTEMPTS),
        TILL_RESPONSE_TIMEOUT_MS: String(TIMEOUT_MS),
      },
    },
  });
});
afterAll(async () => {
  for (const tills of opened) tills.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A seller whose tills are connected: 4 shared at store 1342. */
async function connected(): Promise<{ tills: Tills; platform: TillPlatformUnderTest }> {
  const tills = new Tills(await startedSeller(harness));
  opened.push(tills);
  return { tills, platform: await connectedTills(tills) };
}

const MADE: Scripted = { kind: 'made' };
const isv: Scripted = {
  kind: 'error',
  code: 50,
  subCode: 'isv.invalid-parameter',
  subMsg: '非法参数',
};
const isp: Scripted = { kind: 'error', code: 15, subCode: 'isp.remote-service-timeout' };
const code = (number: number): Scripted => ({ kind: 'error', code: number });
const timeout: Scripted = { kind: 'late', ms: TIMEOUT_MS * 2.5, isMade: true };

const numbersOf = (calls: readonly URLSearchParams[]) => calls.map((one) => one.get('request_no'));

/** Business values of a call, in the order they were sent. */
const businessOf = (call: URLSearchParams) =>
  [...call].filter(([name]) => !['timestamp', 'sign', 'session'].includes(name));

test('the document’s request goes out as it came, and the trade of the platform is the till’s', async () => {
  const { tills, platform } = await connected();
  await platform.script({ ...MADE, tradeNo: TRADE });
  const goods_details = goodsDetails([{ quantity: '1.0', price: '100' }]);
  const sold = await tills.sell({ goods_details });
  expect(sold).toMatchObject({ tradeNo: TRADE, totalFen: '100', payFen: '90' });
  const [call, ...more] = await platform.calls();
  expect(more).toEqual([]);
  expect(call?.get('method')).toBe(CREATE);
  for (const name of Object.keys(REQUEST).filter((one) => !/_(details|infos)$/.test(one))) {
    expect(call?.get(name), name).toBe(REQUEST[name]);
  }
  expect(JSON.parse(call?.get('goods_details') ?? '')).toEqual([
    { goods_id: '9001_70001', id_type: 'ITEM_SKU', price: '100', quantity: '1.0' },
  ]);
  // The name is signed as it is read, and only written in percents on the wire.
  expect(JSON.parse(call?.get('coupon_infos') ?? '')).toEqual([
    { name: '满100减10元', discount: 10, option_id: 'YH9527' },
  ]);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });
  expect((await tills.receivable())?.discrepancy).toBeUndefined();
});

test('[T-A21] [X-A06] amounts that differ: the trade is kept digit by digit, the discrepancy is listed today', async () => {
  const { tills, platform } = await connected();
  await platform.script({ ...MADE, tradeNo: TRADE, total: '10000', pay: '9000' });
  const sale = {
    goods_details: goodsDetails([{ price: '250', quantity: '4.0' }]),
    coupon_infos: couponInfos([{ discount: 100 }]),
  };
  expect(await tills.sell(sale)).toMatchObject({
    tradeNo: TRADE,
    totalFen: '10000',
    payFen: '9000',
  });
  expect(await tills.call(sale, { format: 'xml' })).toMatchObject({ tradeNo: TRADE });
  expect(await tills.sale()).toMatchObject({ tradeNo: TRADE, totalFen: 1_000n, payFen: 900n });
  const receivable = await tills.receivable();
  expect(receivable).toMatchObject({ tradeNo: TRADE, amountFen: 9_000n });
  const { sellerId } = tills.actor.seller;
  const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const { settlement } = harness.clients;
  const listed = await settlement.call('listDiscrepancies', { sellerId, day, page: undefined });
  expect(listed.receivables).toMatchObject([
    { tradeNo: TRADE, discrepancy: { kind: 'PAYMENT', differenceFen: 8_100n } },
  ]);
});

test('[T-A08] [T-A12] [T-A27] isv: rejected at once, the cashier reads why, the hold is released once', async () => {
  const { tills, platform } = await connected();
  await platform.script(isv);
  const refused = await tills.sell();
  expect(refused).toMatchObject({ subCode: 'isv.invalid-parameter', subMsg: '非法参数' });
  expect(await tills.sell()).toMatchObject({ subCode: 'isv.invalid-parameter' });
  await tills.actor.stockIs({ 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' });
  expect(await tills.sale()).toMatchObject({ state: 'REJECTED', stock: 'RELEASED', attempts: 1 });
  expect(numbersOf(await platform.calls())).toEqual([NUMBER]);
});

test('[T-A09] isp: asked again under the same number, byte for byte, with a fresh timestamp (U2)', async () => {
  const { tills, platform } = await connected();
  await platform.script(isp);
  const first = await tills.call();
  expect(first.subCode).toBe('isp.sale-in-doubt');
  expect((await tills.sell()).tradeNo).not.toBeNull();
  const calls = await platform.calls();
  expect(numbersOf(calls)).toEqual([NUMBER, NUMBER]);
  const [one, two] = calls;
  if (!one || !two) throw new Error('Two calls');
  expect(businessOf(two)).toEqual(businessOf(one));
  expect(two.get('timestamp')).not.toBe(one.get('timestamp'));
  expect(await platform.trades()).toBe(1);
});

test('isp without end: as often as configured, then a person decides', async () => {
  const { tills, platform } = await connected();
  await platform.script(...Array.from({ length: ATTEMPTS + 2 }, () => isp));
  await tills.call();
  expect(await tills.reaches('MANUAL')).toMatchObject({ stock: 'HELD', attempts: ATTEMPTS });
  expect((await tills.call()).subCode).toBe('isp.sale-being-checked');
  expect(await platform.calls()).toHaveLength(ATTEMPTS);
  const { sale } = await tills.resolve(SaleResolution.CREATED, NUMBER, { tradeNo: TRADE });
  expect(sale).toMatchObject({ state: 'CREATED', stock: 'CONSUMED', tradeNo: TRADE });
  expect((await tills.call()).tradeNo).toBe(TRADE);
});

test('[T-A10] code 7: backs off, keeps the hold, and asks again', async () => {
  const { tills, platform } = await connected();
  await platform.script(code(7));
  await tills.call();
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '4/1' });
  expect((await tills.sell()).tradeNo).not.toBeNull();
  expect(numbersOf(await platform.calls())).toEqual([NUMBER, NUMBER]);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });
});

test('[T-A11] code 27: no blind repeat; with a new session it goes on under its number', async () => {
  const { tills, platform } = await connected();
  await platform.connect('a session that has ended');
  const blocked = await tills.call();
  expect(blocked.subCode).toBe('isp.sale-not-let-in');
  expect(await tills.sale()).toMatchObject({ state: 'BLOCKED', stock: 'HELD', code: '27' });
  await tills.call();
  expect((await tills.sale()).attempts).toBe(1);
  expect(await platform.connect()).toBe(1);
  expect((await tills.sell()).tradeNo).not.toBeNull();
  expect(numbersOf(await platform.calls())).toEqual([NUMBER]);
});

test('[T-A13] a time-out: one trade, one consumption, both calls carry the number', async () => {
  const { tills, platform } = await connected();
  await platform.script(timeout);
  expect((await tills.sell()).tradeNo).not.toBeNull();
  // The late call is in the platform's list once it has been answered.
  await eventually(async () => expect(numbersOf(await platform.calls())).toEqual([NUMBER, NUMBER]));
  expect(await platform.trades()).toBe(1);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });
});

test('a dropped connection is a time-out, and the same number finds the trade', async () => {
  const { tills, platform } = await connected();
  await platform.script({ kind: 'lost', isMade: true });
  expect((await tills.sell()).tradeNo).not.toBeNull();
  expect(await platform.trades()).toBe(1);
});

test('a process that ends between send and answer: the number is asked again before anything else (U4)', async () => {
  const { tills, platform } = await connected();
  await platform.script({ kind: 'late', ms: TIMEOUT_MS * 0.9, isMade: true });
  const first = tills.call();
  await tills.reaches('SENT');
  await harness.stack.kill('order-router');
  expect((await first).subCode).toMatch(/^isp\./);
  await harness.stack.start('order-router');
  expect((await tills.sell()).tradeNo).not.toBeNull();
  expect(numbersOf(await platform.calls())).toEqual([NUMBER, NUMBER]);
  expect(await platform.trades()).toBe(1);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '3/0' });
});

test('isv after a time-out proves nothing: a person decides, the hold stays (U1, U3)', async () => {
  const { tills, platform } = await connected();
  await platform.script(timeout, isv);
  await tills.call();
  expect(await tills.reaches('MANUAL')).toMatchObject({ stock: 'HELD' });
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '4/1' });
  // A new code under the same number, or the same basket under a new one: the buyer could pay twice.
  expect((await tills.call({ buyer_id: '79284721322' })).subCode).toBe('REQUEST_NO_REUSED');
  const anew = await tills.call({ request_no: 'REQ-NEW' });
  expect(anew).toMatchObject({ subCode: 'EARLIER_SALE_OPEN' });
  expect(anew.subMsg).toContain(NUMBER);
  await tills.resolve(SaleResolution.NOT_CREATED);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '4/0' });
  expect((await tills.sell({ request_no: 'REQ-NEW' })).tradeNo).not.toBeNull();
});

describe('what cannot be read proves nothing (A4)', () => {
  test.each<[string, Scripted, string]>([
    ['50 without a sub code', code(50), 'UNKNOWN'],
    ['a page of HTML', { kind: 'text', text: '<html><body>502</body></html>' }, 'UNKNOWN'],
    ['JSON that is cut off', { kind: 'text', text: '{"alibaba_omni_saas_order_cre' }, 'UNKNOWN'],
    [
      'a trade number of 0',
      { kind: 'text', text: `{"alibaba_omni_saas_order_create_response":{"trade_no":0}}` },
      'UNKNOWN',
    ],
    [
      'no trade number',
      { kind: 'text', text: `{"alibaba_omni_saas_order_create_response":{"total_amount":1}}` },
      'UNKNOWN',
    ],
    ['15 with isp', isp, 'RETRYABLE'],
  ])('%s', async (_, answer, state) => {
    const { tills, platform } = await connected();
    await platform.script(answer);
    expect((await tills.call()).subCode).toBe('isp.sale-in-doubt');
    expect(await tills.sale()).toMatchObject({ state, stock: 'HELD' });
    expect((await tills.sell()).tradeNo).not.toBeNull();
    expect(await platform.trades()).toBe(1);
  });
});

describe('what comes back of money is kept (A5)', () => {
  const answer = (fields: string): Scripted => ({
    kind: 'text',
    text: `{"alibaba_omni_saas_order_create_response":{"trade_no":"${TRADE}","total_amount":1000${fields}}}`,
  });
  test.each([
    ['950', answer(',"actual_pay_fee":950'), 950n, { kind: 'PAYMENT', differenceFen: 50n }],
    ['"880"', answer(',"actual_pay_fee":"880"'), 880n, { kind: 'PAYMENT', differenceFen: -20n }],
    ['nothing', answer(''), 900n, { kind: 'AMOUNT_MISSING' }],
  ])('expected 900, told %s', async (_, told, amountFen, discrepancy) => {
    const { tills, platform } = await connected();
    await platform.script(told);
    const sale = {
      goods_details: goodsDetails([{ price: '1000' }]),
      coupon_infos: couponInfos([{ discount: 100 }]),
    };
    expect(await tills.sell(sale)).toMatchObject({ tradeNo: TRADE });
    expect(await tills.receivable()).toMatchObject({ amountFen, discrepancy });
  });

  test('the platform rounds the sum and we the lines: one discrepancy of -1 (T1)', async () => {
    const { tills, platform } = await connected();
    await platform.script({ ...MADE, total: '200', pay: '200' });
    const weighed = { price: '199', quantity: '0.335' };
    const goods_details = goodsDetails([weighed, weighed, weighed]);
    await tills.sell({ goods_details, coupon_infos: '' });
    expect(await tills.sale()).toMatchObject({ totalFen: 201n });
    expect(await tills.receivable()).toMatchObject({ discrepancy: { differenceFen: -1n } });
  });
});

test('[T-A16] [T-A20] a card without a buyer: no buyer is sent, and price and quantity stay as written', async () => {
  const { tills, platform } = await connected();
  const sold = await tills.sell({
    pay_channel: 'BANK_CARD',
    buyer_id: '',
    coupon_infos: '',
    goods_details: goodsDetails([{ price: '199', quantity: '0.335' }]),
  });
  expect(sold).toMatchObject({ totalFen: '67', payFen: '67' });
  const [call] = await platform.calls();
  expect(call?.has('buyer_id')).toBe(false);
  expect(JSON.parse(call?.get('goods_details') ?? '')).toMatchObject([
    { price: '199', quantity: '0.335' },
  ]);
});

test('[T-A04] [T-A05] [T-A15] [T-A17] [T-A19] what is refused here is no call there', async () => {
  const { tills, platform } = await connected();
  const goods = Array.from({ length: 21 }, (_, at) => ({ price: String(at + 1) }));
  await tills.call({ goods_details: goodsDetails(goods) });
  await tills.call({
    coupon_infos: couponInfos(Array.from({ length: 21 }, () => ({ discount: 0 }))),
  });
  await tills.call({ buyer_id: '' });
  await tills.call({ buyer_id_type: 'MOBILE' });
  await tills.call({ store_id_type: 'CUSTOM', store_id: 'S404' });
  expect(await platform.calls()).toEqual([]);
});

test('[T-A26] the last piece at two tills at once: one sells, the other is out of stock, with no call for it', async () => {
  const { tills, platform } = await connected();
  await tills.sell({ request_no: 'R-3', goods_details: goodsDetails([{ quantity: '3' }]) });
  const replies = await Promise.all(
    ['POS001', 'POS002'].map((device_no) => tills.sell({ device_no, request_no: device_no })),
  );
  const codes = replies.map(({ subCode }) => subCode);
  expect(codes).toHaveLength(2);
  expect(new Set(codes)).toEqual(new Set(['OUT_OF_STOCK', null]));
  expect(await platform.calls()).toHaveLength(2);
  expect(await tills.actor.stock()).toMatchObject({ '1342 U': '0/0' });
});

test('a payment code is trimmed and sent, and is nowhere but sealed, while open and after (A1, A2)', async () => {
  const { tills, platform } = await connected();
  const CODE = '280012345678901234';
  await platform.script(timeout);
  const sale = { buyer_id: `${CODE}\r\n`, buyer_id_type: 'ALIPAY' };
  await tills.call(sale);
  // The search finds what is there.
  expect(await whereIs(tills.actor.seller.sellerId)).not.toEqual([]);
  expect(await whereIs(CODE)).toEqual([]);
  expect((await tills.sell(sale)).tradeNo).not.toBeNull();
  expect((await platform.calls())[0]?.get('buyer_id')).toBe(CODE);
  expect(await whereIs(CODE)).toEqual([]);
});

/** Collections and log files that a text stands in, as it is. */
async function whereIs(text: string): Promise<string[]> {
  const found: string[] = [];
  const { mongoUri, databasePrefix } = harness.stack.settings;
  const client = await MongoClient.connect(mongoUri);
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  for (const { name } of databases.filter((one) => one.name.startsWith(databasePrefix))) {
    for (const { name: collection } of await client.db(name).listCollections().toArray()) {
      for await (const document of client.db(name).collection(collection).find()) {
        const shown = JSON.stringify(document, (_, value: unknown) => shownAs(value));
        if (shown.includes(text)) found.push(`${name}.${collection}`);
      }
    }
  }
  await client.close();
  for (const file of readdirSync(harness.logDir)) {
    if (readFileSync(join(harness.logDir, file), 'utf8').includes(text)) found.push(file);
  }
  return found;
}

function shownAs(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const isBytes = typeof value === 'object' && value !== null && 'buffer' in value;
  return isBytes ? Buffer.from(value.buffer as Uint8Array).toString('latin1') : value;
}
