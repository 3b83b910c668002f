import { describe, expect, test } from 'vitest';
import type { WireNode } from '../src/wire/index.ts';
import {
  GOV_INTERFACES,
  GOV_METHODS,
  accessTokenOf,
  decodeGovParams,
  encodeGovReply,
} from '../src/govmall/index.ts';

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
function params(contentType: string | undefined, body: string): WireNode {
  const result = decodeGovParams(contentType, bytes(body));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** One value of each interface, as it is asked and answered. */
const AT = new Date('2026-11-28T01:00:00Z');
const EXAMPLES: { readonly [M in keyof typeof GOV_METHODS]: readonly [unknown, unknown] } = {
  pools: [{}, [{ id: 'A0101', name: '台式计算机' }]],
  poolSkus: [{ poolId: 'A0101' }, ['12345', '012345']],
  detail: [
    { sku: '12345' },
    {
      sku: '12345',
      url: 'https://shop.example/12345',
      model: 'M-1',
      mainImage: 'https://shop.example/1.jpg',
      brand: 'B',
      name: '台式机',
      unit: '台',
      category: '1-2-3',
      service: '三年',
      description: '<p>好</p>',
      parameters: '8G',
      energySaving: true,
      environmental: false,
      imported: false,
      onShelf: true,
      attributes: [{ attributeId: '1', attributeName: '颜色', valueId: '2', value: '黑' }],
    },
  ],
  shelfStates: [{ skus: ['12345', 'nope'] }, [{ sku: '12345', onShelf: true }]],
  images: [
    { skus: ['12345'] },
    [{ sku: '12345', images: [{ url: 'https://shop.example/2.jpg', order: '1' }] }],
  ],
  ratings: [
    { skus: ['12345'] },
    [{ sku: '12345', average: '4.8', good: '95', medium: '3', bad: '2' }],
  ],
  prices: [{ skus: ['12345'] }, [{ sku: '12345', agreementFen: 100_000n, marketFen: 120_000n }]],
  provinces: [{}, new Map([['天津市', '120000']])],
  cities: [{ parent: '120000' }, new Map([['天津市', '120100']])],
  counties: [{ parent: '120100' }, new Map([['河东区', '1000000']])],
  stock: [
    { skus: ['12345', '11111'], area: { province: '1', city: '12', county: '1000000' } },
    [{ sku: '12345', quantity: 99_000n, areaId: '1000000', area: '1_12_1000000' }],
  ],
  submit: [
    {
      mallOrderNo: 'M-1',
      lines: [{ sku: '12345', quantityMilli: 3_000n, priceFen: 100_000n, mode: 'TIER' }],
      name: '王𠮷',
      county: '河东区',
      address: '八纬路 1 号',
      mobile: '13000000000',
      payment: 'CREDIT',
      totalFen: 301_000n,
      freightFen: 1_000n,
    },
    {
      orderNo: '202611290000123',
      lines: [{ sku: '12345', quantityMilli: 3_000n, priceFen: 100_000n }],
      totalFen: 301_000n,
      freightFen: 1_000n,
    },
  ],
  confirm: [{ orderNo: '202611290000123' }, { orderNo: '202611290000123' }],
  cancel: [{ orderNo: '202611290000123' }, { orderNo: '202611290000123' }],
  select: [
    { orderNo: '202611290000123' },
    {
      orderNo: '202611290000123',
      mallOrderNo: 'M-1',
      totalFen: 300_000n,
      freightFen: 0n,
      state: 'COMPLETED',
      stateText: '已完成',
      confirmed: true,
      delivered: true,
      cancelled: false,
      lines: [{ sku: '12345', quantityMilli: 3_000n, priceFen: 100_000n }],
      returnedLines: [],
    },
  ],
  return: [
    {
      orderNo: '202611290000123',
      kind: 'RETURN',
      lines: [{ sku: '12345', quantityMilli: 2_000n }],
      requestRef: 'R-1',
    },
    { returnNo: 'r1' },
  ],
  track: [
    { orderNo: '202611290000123' },
    {
      orderNo: '202611290000123',
      waybill: 'SF1',
      steps: [{ at: AT, content: '已揽收', operator: '张' }],
      parcels: [
        {
          company: '顺丰',
          waybill: 'SF1',
          shipmentNo: 'P1',
          lines: [{ sku: '12345', name: '台式机', quantityMilli: 2_000n }],
          steps: [{ at: AT, content: '已揽收', operator: '张' }],
        },
      ],
    },
  ],
  reconcile: [
    { fromDay: '2026-11-28', toDay: '2026-11-28' },
    {
      count: 1,
      totalFen: 300_000n,
      orders: [{ orderNo: '1', received: true, invoiced: false, totalFen: 300_000n }],
    },
  ],
  accessories: [
    { skus: ['12345'] },
    [
      {
        sku: '12345',
        id: 'x',
        kind: 'SERVICE',
        name: '安装',
        parameters: '一次',
        priceFen: 5_000n,
      },
    ],
  ],
  transfer: [
    { bankNumber: 'B1', orderNos: ['1', '2'], amountFen: 360_000n },
    {
      bankNumber: 'B1',
      state: 'REJECTED',
      stateText: '已驳回',
      reason: '金额不足',
      amountFen: 360_000n,
      orderNos: ['1', '2'],
    },
  ],
  transferResult: [{ orderNo: '1' }, { transfers: [], paymentText: '待付款', dueFen: 1n }],
  warranties: [
    { skus: ['12345'], area: { county: '1000000' } },
    [{ sku: '12345', id: 'w', name: '延保', content: '一年', priceFen: 9_900n }],
  ],
  accessoryRelations: [
    {},
    [{ sku: '12345', accessories: [{ id: 'x', name: '键盘', kind: 'ACCESSORY' }] }],
  ],
  groupBuys: [
    { skus: ['12345'] },
    [
      {
        id: 'g',
        sku: '12345',
        priceFen: 80_000n,
        quantityMilli: 10_000n,
        appliedAt: AT,
        beginsAt: AT,
        endsAt: AT,
      },
    ],
  ],
  specials: [
    { skus: ['12345'] },
    [{ id: 's', sku: '12345', priceFen: 90_000n, appliedAt: AT, beginsAt: AT, endsAt: AT }],
  ],
  tiers: [{ skus: ['12345'] }, [{ sku: '12345', tiers: [{ fromMilli: 10_000n, rate: '0.95' }] }]],
  invoices: [
    { orderNos: ['A', 'B'] },
    [
      {
        orderNo: 'A',
        known: true,
        issued: true,
        url: 'https://x.example/a',
        invoices: [{ number: '26127000000000000001', url: 'https://x.example/a', amountFen: -1n }],
      },
      { orderNo: 'B', known: false, issued: false, invoices: [] },
    ],
  ],
  newSkus: [{ begin: AT }, ['67890']],
  modifiedSkus: [{ begin: AT, end: AT }, ['12345']],
};

describe('the interfaces', () => {
  const numbers = [...new Set(GOV_INTERFACES.map(({ number }) => number))];

  test('are the document’s 27, under paths of their own', () => {
    expect(numbers).toHaveLength(27);
    expect(new Set(GOV_INTERFACES.map(({ path }) => path)).size).toBe(GOV_INTERFACES.length);
    expect(new Set(GOV_INTERFACES.map(({ name }) => name)).size).toBe(GOV_INTERFACES.length);
  });

  test.each(Object.keys(GOV_METHODS) as (keyof typeof GOV_METHODS)[])(
    '%s is read as it is written, both ways, as a form and as JSON',
    (name) => {
      const method = GOV_METHODS[name];
      const [request, answer] = EXAMPLES[name];
      const form = method.encodeRequest(request as never, 't');
      expect(accessTokenOf(params(FORM, form))).toBe('t');
      expect(method.decodeRequest(params(FORM, form))).toEqual({ ok: true, value: request });
      const json = JSON.stringify(Object.fromEntries(new URLSearchParams(form)));
      expect(method.decodeRequest(params(undefined, json))).toEqual({ ok: true, value: request });
      for (const moneyAs of ['number', 'text'] as const) {
        const body = method.encodeAnswer(answer as never, { moneyAs });
        expect(method.decodeAnswer(bytes(body))).toEqual({ ok: true, value: answer });
      }
      const refused = encodeGovReply({ success: false, desc: 'no' });
      expect(method.decodeAnswer(bytes(refused))).toEqual({ ok: false, error: 'no' });
    },
  );

  test('an amount is a number with two decimals, or a text where a mall wants it', () => {
    const price = [{ sku: '1', agreementFen: 100_000n, marketFen: 120_050n }];
    expect(GOV_METHODS.prices.encodeAnswer(price)).toContain(
      '"price":1000.00,"mall_price":1200.50',
    );
    expect(GOV_METHODS.prices.encodeAnswer(price, { moneyAs: 'text' })).toContain(
      '"price":"1000.00","mall_price":"1200.50"',
    );
  });

  test('[G-A08] no line end comes out, nor what looks like the escape of one', () => {
    const [, answer] = EXAMPLES.detail;
    const description = '<p>a\r\n\tb\u2028</p> C:\\new\\table "q"\ufeff';
    const body = GOV_METHODS.detail.encodeAnswer({ ...(answer as object), description } as never);
    expect(body).not.toMatch(/[\r\n\t\u2028\ufeff]|\\[nrt]|\\u2028/);
    expect(JSON.parse(body)).toMatchObject({
      result: { introduction: '<p>ab</p> C:\\new\\table "q"' },
    });
  });

  test('[field E2] no member is null, and desc is a text', () => {
    const [, answer] = EXAMPLES.detail;
    const body = GOV_METHODS.detail.encodeAnswer(answer as never);
    expect(body).toContain('"desc":""');
    expect(body).not.toContain('null');
  });
});
