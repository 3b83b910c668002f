import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { GOODS, detailOf } from '../src/procurement-documents.ts';
import { ProcurementUnderTest } from '../src/procurement.ts';

let harness: Harness;
let one: ProcurementUnderTest;

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    extra: { 'gateway-ingress': { REPLAY_INTERVAL_MS: '300' } },
  });
  one = await ProcurementUnderTest.start(harness, 10n);
});
afterAll(async () => {
  one.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** A line of the fixture; numbers are written as they stand. */
const line = (price: string, amount: string, change: object = {}): string => {
  const { mallGoodsId, skuId, cargoNo, outSkuId } = { ...GOODS, ...change };
  const names = `"mallGoodsId":${mallGoodsId},"skuId":${skuId},"cargoNo":"${cargoNo}","outSkuId":"${outSkuId}"`;
  return `{${names},"price":${price},"buyAmount":${amount}}`;
};
const order = (lines: readonly string[], region = '110102'): string =>
  `{"buyerLoginId":"bonlinetest003","submitOrderItemParam":[${lines.join(',')}],"addressCode":"${region}"}`;

type Verdict = { success: boolean; data: boolean; resultCode?: string; message?: string };

async function ask(json: string, more: object = {}): Promise<Verdict> {
  const { sellerId } = one.seller;
  const { status, response } = (await one.control('POST', 'precheck', {
    sellerId,
    json,
    ...more,
  })) as { status: number; response: string };
  expect(status).toBe(200);
  return JSON.parse(response) as Verdict;
}

describe('the pre-check', () => {
  // The first calls of a process find everything cold, and no answer is a yes.
  beforeAll(async () => {
    await eventually(async () => expect((await ask(order([line('10', '1')]))).success).toBe(true));
  });
  beforeEach(async () => {
    expect(await one.sellable()).toBe(10);
  });

  test('[P-A01] [P-A04] the price and all that is there pass, however the price is written; nothing is held', async () => {
    for (const price of ['10.0', '10', '10.000', '1E+1', '"10.00"']) {
      expect(await ask(order([line(price, '10')]))).toEqual({ success: true, data: true });
    }
    expect([await one.sellable(), await one.stock()]).toEqual([10, '10/0']);
  });

  test('[P-A02] [field S2] another price, by a fen or by a digit far behind', async () => {
    const verdict = await ask(order([line('9.99', '10')]));
    expect(verdict).toMatchObject({ success: true, data: false, resultCode: 'PRICE_MISMATCH' });
    expect(verdict.message).toContain('cargo123');
    const far = await ask(order([line('10.0000000000000001', '10')]));
    expect(far).toMatchObject({ data: false, resultCode: 'PRICE_MISMATCH' });
  });

  test('[P-A03] [P-A06] more than there is, in one line or in two', async () => {
    const short = { success: true, data: false, resultCode: 'STOCK_NOT_ENOUGH' };
    expect(await ask(order([line('10', '11')]))).toMatchObject(short);
    expect(await ask(order([line('10', '6'), line('10', '6')]))).toMatchObject(short);
    expect(await ask(order([line('10', '6'), line('10', '4')]))).toEqual({
      success: true,
      data: true,
    });
  });

  test('[P-A07] [field S4] a field that is missing is named', async () => {
    const without = order([line('10', '1').replace('"cargoNo":"cargo123",', '')]);
    const verdict = await ask(without);
    expect(verdict).toMatchObject({ data: false, resultCode: 'PARAM_INVALID' });
    expect(verdict.message).toContain('cargoNo');
    const pointer = order([line('10', '6'), '{"$ref":"$.submitOrderItemParam[0]"}']);
    expect(await ask(pointer)).toMatchObject({ data: false, resultCode: 'PARAM_INVALID' });
  });

  test('[P-A08] a region that nobody serves', async () => {
    expect(await ask(order([line('10', '1')], '990000'))).toMatchObject({
      success: true,
      data: false,
      resultCode: 'ADDRESS_NOT_SUPPORTED',
    });
  });

  test('[P-A09] of a good and a bad line the bad one alone is told', async () => {
    const unknown = line('1', '1', { cargoNo: 'cargo999', outSkuId: '999', mallGoodsId: 9 });
    const verdict = await ask(order([line('10', '1'), unknown, line('3', '1')]));
    expect(verdict).toMatchObject({ success: true, data: false, resultCode: 'SKU_NOT_FOUND' });
    expect(verdict.message?.match(/cargo\d+/g)).toEqual(['cargo999', 'cargo123']);
    const priced = await ask(order([line('10', '1'), line('9.99', '1')]));
    expect(priced).toMatchObject({ data: false, resultCode: 'PRICE_MISMATCH' });
    expect(priced.message?.match(/cargo\d+/g)).toEqual(['cargo123']);
  });

  test('[P-A10] a wrong signature, or a changed byte, looks nothing up', async () => {
    const before = await lookups();
    for (const wrong of [{ secret: 'other' }, { isTampered: true }]) {
      expect(await ask(order([line('10', '1')]), wrong)).toMatchObject({
        success: false,
        resultCode: 'SIGN_INVALID',
      });
    }
    expect(await lookups()).toBe(before);
  });

  test('[X-A14] a price that was lowered holds at once, and the old one is refused', async () => {
    await one.putPrice(950n);
    expect(await ask(order([line('10', '1')]))).toMatchObject({ resultCode: 'PRICE_MISMATCH' });
    expect(await ask(order([line('9.5', '1')]))).toEqual({ success: true, data: true });
    await one.putPrice(1_000n);
    expect(await ask(order([line('10', '1')]))).toEqual({ success: true, data: true });
  });
});

/** How often the router, which shares a process with all, has asked what is sellable. */
async function lookups(): Promise<number> {
  const { health } = harness.stack.ports['catalog-sync'];
  const text = await (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
  const name = 'astrolabe_grpc_client_duration_seconds_count';
  const counts = text.matchAll(
    new RegExp(`^${name}\\{[^}]*method="getSellable"[^}]*\\} (\\d+)`, 'gm'),
  );
  const sum = [...counts].reduce((total, [, count]) => total + Number(count), 0);
  expect(sum).toBeGreaterThan(0);
  return sum;
}

test('[P-A05] a stock of 2.5 sells 2.5, and not 2.5001', async () => {
  const other = await ProcurementUnderTest.start(harness, 10n);
  const { sellerId } = other.seller;
  await other.putStockMilli(-7_500n, 'B-2');
  const of = async (amount: string): Promise<Verdict> => {
    const body = { sellerId, json: order([line('10', amount)]) };
    const { response } = (await other.control('POST', 'precheck', body)) as { response: string };
    return JSON.parse(response) as Verdict;
  };
  expect(await of('2.5001')).toMatchObject({ success: true, data: false });
  expect(await of('2.5')).toEqual({ success: true, data: true });
  other.close();
});

test('[P-A36] what was said while nobody took it is asked for, and ends as if it had been pushed', async () => {
  const { sellerId } = one.seller;
  await one.putRequisition('700001', 3);
  await one.control('POST', 'messages', {
    sellerId,
    kind: 'REQUISITION_CREATED',
    id: '700001',
    isHeld: true,
  });
  await one.untilStock('10/3');
  expect(await one.control('GET', `waiting?sellerId=${sellerId}`)).toEqual([]);
  await one.put('requisitions', '700001', { status: 'reject' });
  expect(await one.say('REQUISITION_REJECTED', '700001')).toBe(200);
  await one.untilStock('10/0');
});

describe('goods of the mall', () => {
  const terms = {
    buyerLoginId: 'bonlinetest003',
    supplierLoginId: '',
    mainUserId: '',
    operatorName: '小王',
    firstCategory: '办公设备',
    secondCategory: '办公家具',
    thirdCategory: '办公椅',
    firstCategoryId: '1',
    secondCategoryId: '2',
    thirdCategoryId: '3',
    materialCode: '',
    contractCode: 'HT-1',
    dueDays: 30,
    expiresAt: undefined,
    invoice: 'SPECIAL',
    payTypes: ['transbybank'],
    tradeType: 'payperiod',
    regions: ['110102'],
  };
  const attribute = (name: string, value: string) => ({
    attributeId: '',
    name,
    valueId: '',
    value,
  });

  test('[P-A33] are made with an integer tax rate and prices in yuan; the third attribute is refused here', async () => {
    const { sellerId } = one.seller;
    const { offers } = one.clients;
    const cargoNo = 'cargo33';
    const specs = [attribute('颜色', '黑'), attribute('规格', '大')];
    const offer = {
      sellerId,
      cargoNo,
      specs,
      detail: detailOf('33-1'),
      prices: {
        agreementFen: 1_000n,
        marketFen: 1_200n,
        minimumMilli: 0n,
        taxRate: 13,
        untaxed: false,
        tiers: [],
        promotions: [],
      },
      poolIds: [],
      published: true,
      names: [],
      platformGoodsId: '',
      platformSkuId: '',
    };
    const third = { ...offer, specs: [...specs, attribute('材质', '木')] };
    await expect(offers.call('putOffer', { offer: third })).rejects.toMatchObject({
      reason: 'TOO_MANY_DETAILS',
    });
    await offers.call('putOffer', { offer });
    await offers.call('putListing', { sellerId, cargoNo, terms });
    const goodsId = await eventually(async () => {
      const { listing } = await offers.call('getListing', { sellerId, cargoNo });
      expect(listing).toMatchObject({ callState: 'SUCCEEDED', skus: ['33-1'] });
      return listing?.platformGoodsId ?? '';
    });
    const calls = await one.calls('create-goods');
    expect(calls).toHaveLength(1);
    const param = String(calls[0]?.fields['param']);
    expect(param).toMatch(/"taxRate":13[,}]/);
    expect(JSON.parse(param)).toMatchObject({
      cargoNo,
      agreementParam: {
        taxRate: 13,
        quoteType: 'spec',
        skuPriceParamList: [
          {
            outSkuId: '33-1',
            salePrice: '10.00',
            specAttributeList: [
              { skuName: '颜色', skuValue: '黑' },
              { skuName: '规格', skuValue: '大' },
            ],
          },
        ],
      },
    });
    // What the mall says of its shelf is known here (P-A32).
    await one.put('goods', goodsId, { goodsStatus: 'deleted' });
    expect(await one.say('GOODS_STATUS_CHANGED', goodsId)).toBe(200);
    await eventually(async () => {
      const { listing } = await offers.call('getListing', { sellerId, cargoNo });
      expect(listing).toMatchObject({ shelf: 'DELETED' });
    });
    const gone = { mallGoodsId: goodsId, skuId: 1, cargoNo, outSkuId: '33-1' };
    expect(await ask(order([line('10', '1', gone)]))).toMatchObject({
      success: true,
      data: false,
      resultCode: 'SKU_OFF_SHELF',
    });
  });
});
