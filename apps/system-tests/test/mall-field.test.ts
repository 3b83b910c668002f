import { formatShanghai } from '@astrolabe/kernel';
import type { GOV_METHODS } from '@astrolabe/schemas/govmall';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall, lines } from '../src/mall.ts';
import type { MallReply } from '../src/mall.ts';
import { post } from '../src/wire.ts';

let harness: Harness;
const opened: Mall[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES });
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

async function openMall(): Promise<Mall> {
  const mall = await Mall.open(harness);
  opened.push(mall);
  return mall;
}

type Said = Pick<MallReply, 'desc' | 'result' | 'success'>;

/** A body as it is, under a method's path; the token is in the query. */
async function sent(
  mall: Mall,
  method: keyof typeof GOV_METHODS,
  body: string | Buffer,
  contentType = 'application/json',
): Promise<Said> {
  const { url, body: form } = mall.request(method, {});
  const token = new URLSearchParams(form.toString()).get('access_token') ?? '';
  const { status, text } = await post(
    `${url}?access_token=${token}`,
    contentType,
    Buffer.from(body),
  );
  expect(status, text).toBe(200);
  return JSON.parse(text) as Said;
}

const FORM = 'application/x-www-form-urlencoded';

/** A refusal of a form, for a person who reads Chinese. */
function named(reply: Said, ...words: readonly string[]): void {
  expect(reply.success, reply.desc).toBe(false);
  expect(reply.desc).toMatch(/\p{Script=Han}/u);
  for (const word of words) expect(reply.desc).toContain(word);
  expect(reply.desc).not.toMatch(/价格不一致|[a-z]+ (?:is|must|has|no) /);
}

test('[field F1] goods are named in many forms, each once, and zeros and case count', async () => {
  const mall = await openMall();
  await mall.offer('67890', '70002');
  await mall.offer('ab-1', '70003');
  const both = [
    { sku: '12345', state: 1 },
    { sku: '67890', state: 1 },
  ];
  for (const [body, type] of [
    ['sku=12345, 67890,,12345', FORM],
    ['sku=["12345",67890]', FORM],
    ['[{"sku":12345},{"sku":"67890"}]', 'application/json'],
    ['{"sku":[{"sku":12345},{"sku":"67890"}]}', FORM],
  ] as const) {
    expect((await sent(mall, 'shelfStates', body, type)).result, body).toEqual(both);
  }
  expect(await mall.ok('shelfStates', { sku: '012345,ab-1,AB-1' })).toEqual([
    { sku: '012345', state: 0 },
    { sku: 'ab-1', state: 1 },
    { sku: 'AB-1', state: 0 },
  ]);
});

test('[field F2] [field F3] [field F4] nulls are absent, amounts and pieces are read as they are meant, and what is neither is named', async () => {
  const mall = await openMall();
  const nulls = { email: 'null', mode: 'null', zip: 'null', remark: '' };
  const order_id = await mall.ordered(nulls);
  for (const price of [1000, '1000.00', 999.999_999_999_999_89]) {
    expect(await mall.ordered({ sku: lines({ price }) }), String(price)).toBe(order_id);
  }
  for (const num of ['3', '3.0'])
    expect(await mall.ordered({ sku: lines({ num }) })).toBe(order_id);
  expect(await mall.ordered({ sku: '[{"sku":"12345","num":3.0,"price":1000.0}]' })).toBe(order_id);
  named(await mall.order({ yggc_order: 'null' }), 'yggc_order');
  for (const price of ['1000.005', '1,000.00', '￥1000']) {
    named(await mall.order({ sku: lines({ price }) }), 'sku[0].price', price);
  }
  for (const num of ['3.5', '-1', '0', '三']) {
    named(await mall.order({ sku: lines({}, { num }) }), 'sku[1].num', num);
  }
  expect(await mall.num()).toBe(96);
});

test('[field E2] [field E3] answers hold no marks and no nulls, and our number is this order however it comes back', async () => {
  const mall = await openMall();
  await mall.offer('12345', '70001', { detail: { introduction: '\uFEFF<p>a\u2028b</p>\r\n' } });
  const { text, result } = await mall.call('detail', { sku: '12345' });
  expect(text).not.toMatch(/[\uFEFF\u2028\r\n]|null/);
  expect(text).toContain('"desc":""');
  expect(result).toMatchObject({ introduction: '<p>ab</p>' });
  const order_id = await mall.ordered();
  expect(order_id).toMatch(/^\d{1,15}$/);
  for (const body of [
    JSON.stringify({ order_id: JSON.stringify(order_id) }),
    JSON.stringify({ order_id: ` ${order_id} ` }),
    `{"order_id":${order_id}}`,
  ]) {
    expect((await sent(mall, 'select', body)).result, body).toMatchObject({ order_id });
  }
});

test('[field G3] a county that was made of another is served under both, and listed under its own name', async () => {
  const mall = await openMall();
  const areaOf = async (area: string): Promise<string> => {
    const [stock] = (await mall.ok('stock', { sku: '12345', area })) as { area_id: string }[];
    return stock?.area_id ?? '';
  };
  const counties = (await mall.ok('counties', { id: '500100' })) as Record<string, string>;
  expect(counties).toHaveProperty('两江新区');
  expect(counties).not.toHaveProperty('渝北区');
  expect(await areaOf('重庆市_市辖区_渝北区')).toBe(await areaOf('重庆市_市辖区_两江新区'));
  expect(await areaOf('重庆市_市辖区_渝北区')).toBe(counties['两江新区']);
});

test('[field S1] word and number of the stock agree, when all of it is held too', async () => {
  const mall = await openMall();
  await mall.offer('one', '70002');
  await mall.stock('70002', '1');
  const told = () => mall.ok('stock', { sku: 'one', area: '1000000' });
  expect(await told()).toMatchObject([{ num: 1, desc: '有货' }]);
  await mall.ordered({ sku: lines({ sku: 'one', num: 1 }), order_price: '1000.00' });
  await eventually(async () => expect(await told()).toMatchObject([{ num: 0, desc: '无货' }]));
});

test('[field S9] a remark is cut with a note that the mall reads, a mobile may be a number, an address of blanks is refused', async () => {
  const mall = await openMall();
  const order_id = await mall.ordered({ remark: '字'.repeat(140) });
  expect(await mall.state(order_id)).toMatchObject({ remark: 'remark 过长，已截断' });
  const { body } = mall.request('submit', { yggc_order: 'TJ-0002' });
  const base = Object.fromEntries(new URLSearchParams(body.toString()));
  const number = {
    ...base,
    sku: [{ sku: '12345', num: 1, price: 1000 }],
    name: '王𠮷',
    province: '天津市',
    city: '天津市',
    county: '河东区',
    address: '八纬路 1 号',
    phone: '',
    mobile: 13_000_000_000,
    payment: 1,
    order_price: 1000,
  };
  const taken = await sent(mall, 'submit', JSON.stringify(number));
  expect(taken.success, taken.desc).toBe(true);
  const { mall_order_id } = taken.result as { mall_order_id: string };
  expect(await mall.state(mall_order_id)).toMatchObject({ mobile: '13000000000' });
  named(await mall.order({ yggc_order: 'TJ-0003', address: '   ' }), 'address');
});

test('[field D5] [field V3] days and transfers that cannot be meant are told in Chinese, with what they are about', async () => {
  const mall = await openMall();
  const { sellerId, mall: account } = mall.actor.seller;
  const day = formatShanghai(new Date()).slice(0, 10);
  named(await mall.call('reconcile', { bdate: day, edate: '2020-01-01' }));
  named(await mall.call('reconcile', { bdate: '2026-13-01', edate: day }), 'bdate');
  await mall.admin.money.call('putCredit', {
    sellerId,
    account: account.username,
    limitFen: 1_000_000n,
    periodDays: 30,
  });
  const orders: string[] = [];
  for (const [yggc_order, num] of [
    ['V-1', 1],
    ['V-2', 2],
  ] as const) {
    const sku = lines({ num });
    const order_price = (num * 1000).toFixed(2);
    const order_id = await mall.confirmed({ yggc_order, sku, order_price, payment: '5' });
    await eventually(async () => await mall.ship(order_id, 'P1'));
    await mall.deliver(order_id, 'P1');
    await eventually(async () =>
      expect(await mall.state(order_id)).toMatchObject({ payment_desc: '待付款' }),
    );
    orders.push(order_id);
  }
  const [first = '', second = ''] = orders;
  const transfer = (transfer_no: string, order_id: string, amount: string) =>
    mall.call('transfer', { transfer_no, order_id, amount });
  const less = await transfer('B-0', first, '999.99');
  expect(less.result).toMatchObject({ reason: '金额 999.99 少于应付的 1000.00' });
  const both = await transfer('B-1', `${first},${second}`, '3000.00');
  expect(both.result, both.text).toMatchObject({ state: 'submitted' });
  named(await transfer('B-1', second, '2000.00'), '转账流水号已用于其他订单');
  expect((await transfer('B-2', first, '1000.00')).result).toMatchObject({
    state: 'rejected',
    reason: `订单已登记在另一笔转账中: ${first}`,
  });
  named(await transfer('B-3', '999', '1.00'), '订单 999 不存在');
  await mall.admin.money.call('verifyTransfer', {
    sellerId,
    bankNumber: 'B-1',
    receivedFen: 300_000n,
    acceptExcess: false,
    actor: 'laozhang',
    reason: '',
    dryRun: false,
  });
  for (const order_id of orders) {
    await eventually(async () =>
      expect(await mall.ok('transferResult', { order_id })).toMatchObject({
        payment_desc: '已付款',
      }),
    );
  }
});
