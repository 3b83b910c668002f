import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startOtlpReceiver } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Distribution, SAMPLE, cargo } from '../src/distribution.ts';
import { Actor } from '../src/scenario.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';

/** Short, so that a dispatch that was lost with its process is taken over soon. */
const UPSTREAM = {
  UPSTREAM_CONNECT_TIMEOUT_MS: '500',
  UPSTREAM_RESPONSE_TIMEOUT_MS: '1500',
  UPSTREAM_RETRY_MS: '200',
};
const spans = await startOtlpReceiver();
let harness: Harness;
const sellers: Distribution[] = [];

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    // It is killed.
    apart: ['order-router'],
    extra: { 'order-router': UPSTREAM },
    otlpEndpoint: spans.endpoint,
  });
});

afterAll(async () => {
  for (const seller of sellers) seller.close();
  await harness.stop();
  await spans.stop();
});

/** A seller nobody else uses; connected to the sandbox's gateway, or not. */
async function newSeller(isConnected: boolean): Promise<Distribution> {
  const distribution = new Distribution(harness, await harness.newSeller());
  sellers.push(distribution);
  if (isConnected) await distribution.connect();
  return distribution;
}

const becomes = (seller: Distribution, number: string, ...states: readonly string[]) =>
  eventually(
    async () => {
      const dispatches = await seller.dispatchesOf(number);
      expect(dispatches.map(({ state }) => state)).toEqual(states);
      return dispatches;
    },
    { timeoutMs: 30_000 },
  );

describe('the gateway’s own answers', () => {
  let seller: Distribution;
  beforeAll(async () => {
    seller = await newSeller(true);
    await seller.register();
  });
  const said = async (answer: Promise<Response>) => (await (await answer).json()) as object;
  const body = JSON.stringify(SAMPLE);

  test('[F-A02] [F-A03] a signature over other bytes is refused, and nothing is kept', async () => {
    const form = seller.form(body, { request_data: body.replace('":', '": ') });
    expect(await said(seller.send(form))).toMatchObject({ code: 1001, data: null });
    expect(await said(seller.send(seller.form(body, { sign: '' })))).toMatchObject({ code: 1002 });
  });

  test('upper-case signatures, further signed fields and white space in the request are taken', async () => {
    const pretty = JSON.stringify({ ...SAMPLE, outOrderId: 'pretty-1' }, null, 2);
    const form = seller.form(pretty);
    form.set('sign', (form.get('sign') ?? '').toUpperCase());
    expect(await said(seller.send(form))).toMatchObject({ code: 0, data: { success: true } });
  });

  test('[F-A04] seconds within five minutes, ten digits', async () => {
    const at = (seconds: number) => seller.form(body, { timestamp: String(seconds) });
    const now = Math.floor(Date.now() / 1_000);
    expect(await said(seller.send(at(now - 400)))).toMatchObject({ code: 1003 });
    expect(await said(seller.send(at(now * 1_000)))).toMatchObject({ code: 1002 });
  });

  test('who is not known, and whose name is not the seller’s', async () => {
    expect(await said(seller.send(seller.form(body, { appid: 'nobody' })))).toMatchObject({
      code: 1004,
    });
    const other = await newSeller(false);
    const { sellerId } = other.seller;
    const forged = new Distribution(harness, { ...seller.seller, nick: sellerId });
    sellers.push(forged);
    expect(await forged.crate()).toMatchObject({ code: 1005, data: null });
  });

  test('JSON as a body is 415; a field twice, no JSON and a missing field have a code', async () => {
    expect((await seller.send('{}', 'application/json')).status).toBe(415);
    const twice = `${seller.form(body).toString()}&appid=1`;
    expect(await said(seller.send(twice))).toMatchObject({ code: 1002 });
    expect(await said(seller.send(seller.form('{"outOrderId":')))).toMatchObject({ code: 1002 });
    const { addressParam: _address, ...rest } = SAMPLE;
    const answer = await said(seller.send(seller.form(JSON.stringify(rest))));
    expect(answer).toMatchObject({ code: 1002 });
    expect(JSON.stringify(answer)).toContain('addressParam');
  });

  test.each([0, -1, 1.5])('[F-A22] quantity %s is refused', async (quantity) => {
    const change = { outOrderId: 'q-1', cargoParamList: [cargo({ quantity })] };
    expect(await seller.crate(change)).toMatchObject({ code: 1002, data: null });
  });

  test('[F-A23] [F-A24] an odd channel and a long address are refused; a long message is cut', async () => {
    const channel = { outOrderId: 'c-1', cargoParamList: [cargo({ channel: 'taobao' })] };
    const { message } = await seller.crate(channel);
    expect(message).toContain('thyny');
    const addressParam = { ...(SAMPLE['addressParam'] as object), address: '路'.repeat(201) };
    expect(await seller.crate({ outOrderId: 'a-1', addressParam })).toMatchObject({ code: 1002 });
    const long = await seller.crate({ outOrderId: 'm-1', message: '字'.repeat(501) });
    expect(long).toMatchObject({ code: 0, data: { success: true } });
  });
});

test('[F-A18] [F-A19] [F-A20] the relation first: verdicts with code 0, and nobody upstream is asked', async () => {
  const seller = await newSeller(true);
  const before = await seller.posts();
  const verdict = async () => (await seller.crate()).data?.code;
  expect(await verdict()).toBe('RELATION_MISSING');
  expect(await seller.dispatchesOf('bxg-1003')).toMatchObject([
    { state: 'BLOCKED', reason: 'RELATION_MISSING', sends: 0 },
  ]);
  await seller.register();
  await seller.shop(new Date(Date.now() - 86_400_000));
  expect(await verdict()).toBe('SHOP_EXPIRED');
  await seller.shop();
  const elsewhere = { cargoParamList: [cargo({ channel: 'tm' })] };
  expect((await seller.crate(elsewhere)).data?.code).toBe('SHOP_MISSING');
  const odd = { cargoParamList: [cargo({ specId: 'f'.repeat(32) })] };
  expect((await seller.crate(odd)).data).toMatchObject({ success: false, code: 'SPEC_NO_EXIST' });
  expect(await seller.posts()).toBe(before);
  // With everything in its place the same number is an order at last.
  expect((await seller.crate()).data).toMatchObject({ success: true });
});

test('[F-A06] [F-A15] [F-A21] [F-A27] the document’s order: made upstream once, owed once, untouched', async () => {
  const seller = await newSeller(true);
  await seller.register();
  const before = await seller.posts();
  const first = await seller.crate();
  expect(first).toMatchObject({
    code: 0,
    message: 'ok',
    data: { success: true, totalSuccessAmount: 9_800, postFee: 9_200, mutilOrders: [] },
  });
  expect(first.data?.orderId).toMatch(/^[1-9]\d{18}$/);
  // White space, time and signature differ; the order is the same.
  const pretty = await seller.send(seller.form(JSON.stringify(SAMPLE, null, 1)));
  expect(await pretty.json()).toEqual(first);
  expect(await seller.crate({ message: 'another' })).toMatchObject({ code: 1006, data: null });
  const [dispatch] = await becomes(seller, 'bxg-1003', 'CREATED');
  expect(await seller.posts()).toBe(before + 1);
  const [taken] = await seller.taken();
  expect(dispatch?.orders.map(({ orderId }) => orderId)).toEqual([taken?.orderId]);
  const { sellerId } = seller.seller;
  const page = { size: 10, token: '' };
  const payables = await eventually(async () => {
    const listed = await harness.clients.settlement.call('listPayables', {
      sellerId,
      page,
      kind: '',
    });
    expect(listed.payables).toHaveLength(1);
    return listed.payables;
  });
  expect(payables).toMatchObject([{ amountFen: 9_800n, postFeeFen: 9_200n }]);
});

test('[F-A17] [F-A11b] lines of two suppliers: two orders in the answer, a request for each', async () => {
  const seller = await newSeller(true);
  await seller.register();
  await seller.register({ offerId: '902719378312', supplierId: 'b2b-other' }, 'item-2');
  await seller.register({ offerId: '902719378313', supplierId: 'b2b-other' }, 'item-3');
  const cargoParamList = [
    cargo({}),
    cargo({ offerId: 902719378312, outItemCode: 'item-2' }),
    cargo({ offerId: 902719378313, outItemCode: 'item-3' }),
  ];
  const answer = await seller.crate({ cargoParamList });
  expect(answer.data).toMatchObject({
    success: true,
    orderId: '',
    postFee: null,
    // Two postages and three pieces.
    totalSuccessAmount: 20_200,
    mutilOrders: [{ orderAmmount: 9_800 }, { orderAmmount: 10_400 }],
  });
  const dispatches = await becomes(seller, 'bxg-1003', 'CREATED', 'CREATED');
  expect(dispatches.map(({ outOrderId, lineIds }) => [outOrderId, lineIds])).toEqual([
    ['bxg-1003-1', ['1']],
    ['bxg-1003-2', ['2', '3']],
  ]);
  // A number of one of its parts is no number for another order.
  expect(await seller.crate({ outOrderId: 'bxg-1003-2' })).toMatchObject({ code: 1006 });
  await seller.modes('partial');
  await seller.crate({ outOrderId: 'partly', cargoParamList: cargoParamList.slice(1) });
  const [partly] = await becomes(seller, 'partly', 'CREATED_PARTIAL');
  expect(partly).toMatchObject({ refusedLineIds: ['2'] });
  await seller.modes('split');
  await seller.crate({ outOrderId: 'split', cargoParamList: cargoParamList.slice(1) });
  const [split] = await becomes(seller, 'split', 'CREATED_SPLIT');
  expect(split?.totalFen).toBe(19_600n);
});

describe('what the gateway upstream may do', () => {
  test.each([
    ['spec-no-exist', 'REJECTED'],
    ['code-1001', 'FAILED'],
  ])('[F-A08] [F-A10] %s', async (mode, state) => {
    const seller = await newSeller(true);
    await seller.register();
    await seller.modes(mode);
    await seller.crate();
    await becomes(seller, 'bxg-1003', state);
    expect(await seller.taken()).toEqual([]);
  });

  test('[field A1] too many calls, five times: it waits each time, no try is used up, and one order is made', async () => {
    const seller = await newSeller(true);
    await seller.register();
    await seller.modes(...Array.from({ length: 5 }, () => 'status-429'));
    await seller.crate();
    const [dispatch] = await becomes(seller, 'bxg-1003', 'CREATED');
    expect(dispatch?.sends).toBe(1);
    expect(await seller.taken()).toHaveLength(1);
  });

  test.each(['late', 'drop-after'])('[F-A13] %s: looked up, one order', async (mode) => {
    const seller = await newSeller(true);
    await seller.register();
    await seller.modes(mode);
    await seller.crate();
    const [dispatch] = await becomes(seller, 'bxg-1003', 'CREATED');
    expect(dispatch?.sends).toBe(1);
    expect(await seller.taken()).toHaveLength(1);
  });

  test('[F-A26] HTML and a dropped connection leave a doubt: nothing is sent again for now', async () => {
    for (const mode of ['html-502', 'drop-before']) {
      const seller = await newSeller(true);
      await seller.register();
      await seller.modes(mode);
      await seller.crate();
      const [dispatch] = await becomes(seller, 'bxg-1003', 'UNKNOWN');
      expect(dispatch).toMatchObject({ sends: 1 });
    }
  });
});

test('own stock: an order like any other, held and routed; what is not there is not sold', async () => {
  const seller = await newSeller(false);
  const actor = new Actor(harness, seller.seller);
  await seller.register({ ownStock: true });
  expect((await seller.crate()).data).toMatchObject({ success: false, code: 'NOT_SUPPLIED' });
  await actor.createStores();
  await actor.initialise();
  // The offer is the goods that the merchant counts.
  const key = (itemId: string, skuId: string) => ({
    key: { $case: 'itemSku' as const, value: { itemId, skuId } },
  });
  const offer = [
    String(SAMPLE.cargoParamList[0].offerId),
    String(SAMPLE.cargoParamList[0].specId),
  ] as const;
  await harness.clients.catalogAdmin.call('mapGoods', {
    sellerId: seller.seller.sellerId,
    from: key('9001', '70001'),
    alias: key(...offer),
  });
  const many = await seller.crate({
    outOrderId: 'many',
    cargoParamList: [cargo({ quantity: 14 })],
  });
  expect(many.data).toMatchObject({ success: false, code: '500_004' });
  const before = await seller.posts();
  const answer = await seller.crate();
  expect(answer.data).toMatchObject({ success: true, totalSuccessAmount: 9_800 });
  const { sellerId } = seller.seller;
  const orderRef = seller.orderRef('bxg-1003');
  const order = await eventually(async () => {
    const found = await harness.clients.orders.call('getOrder', { orderRef });
    expect(found.order?.lines[0]?.state).toBe('ALLOCATED');
    return found.order;
  });
  expect(order).toMatchObject({
    paymentFen: 9_800n,
    lines: [{ paymentFen: 600n, quantityMilli: 1_000n }],
  });
  const held = await harness.clients.inventory.call('getHold', {
    sellerId,
    holdRef: 'fenxiao:bxg-1003',
  });
  expect(held.hold?.lines).toHaveLength(1);
  // Again: the same answer, the same order.
  expect(await seller.crate()).toEqual(answer);
  expect(await seller.posts()).toBe(before);
  expect(await seller.dispatchesOf('bxg-1003')).toEqual([]);
});

test('[X-A09] killed between the request and its record: looked up, no second request', async () => {
  const seller = await newSeller(true);
  await seller.register();
  const before = await seller.posts();
  await seller.modes('late');
  await seller.crate();
  await eventually(async () => expect(await seller.posts()).toBe(before + 1));
  await harness.stack.kill('order-router');
  await harness.stack.start('order-router');
  const [dispatch] = await becomes(seller, 'bxg-1003', 'CREATED');
  expect(dispatch).toMatchObject({ sends: 1 });
  expect(await seller.posts()).toBe(before + 1);
  expect(await seller.taken()).toHaveLength(1);
});

test('[F-A25] logs and traces have the number, and neither secret nor receiver', async () => {
  const log = readFileSync(
    join(
      harness.logDir,
      readdirSync(harness.logDir).find((name) => name.includes('order-router')) ?? '',
    ),
    'utf8',
  );
  expect(log).toContain('bxg-1003');
  const all = readdirSync(harness.logDir)
    .map((name) => readFileSync(join(harness.logDir, name), 'utf8'))
    .join('\n');
  const traces = JSON.stringify(spans.spans().map(({ name, attributes }) => [name, attributes]));
  const secrets = sellers.map(({ seller }) => seller.keys.erp.secret);
  const oaid = (SAMPLE['encryptOutOrderInfo'] as { oaid: string }).oaid;
  for (const hidden of [oaid, '13877778888', '021-88889999', '东方路200号', ...secrets]) {
    expect(all).not.toContain(hidden);
    expect(traces).not.toContain(hidden);
  }
});
