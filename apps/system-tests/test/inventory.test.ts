import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml, storeXml } from '../src/requests.ts';
import type { StockLine } from '../src/requests.ts';
import { Actor, OID, TID } from '../src/scenario.ts';
import { element, elements } from '../src/wire.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const ITEM_INITIAL = 'taobao.qimen.storeinventory.iteminitial';
const ITEM_UPDATE = 'taobao.qimen.storeinventory.itemupdate';
const INITIAL = 'taobao.qimen.storeinventory.initial';
const UPDATE = 'taobao.qimen.storeinventory.update';

const certain: StockLine = {
  place: 'WH-01',
  kind: 'CERTAINTY',
  quantity: '10',
  billNum: 'C-1',
};
const shared = (quantity: string, billNum: string, more: Partial<StockLine> = {}): StockLine => ({
  place: '1342',
  kind: 'UNCERTAINTY',
  quantity,
  billNum,
  ...more,
});

async function newActor(): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller());
  await actor.createStores();
  return actor;
}

/** Sends lines; "success", or the bill numbers that failed. */
async function send(actor: Actor, method: string, ...lines: StockLine[]): Promise<string> {
  const { text } = await actor.qimen(method, inventoryXml(actor.seller.sellerId, lines));
  if (element(text, 'flag') === 'success') return 'success';
  return elements(text, 'failedBillNum').join(',');
}

describe('initialisation', () => {
  test('[O-13] both families share the once-only initialisation of an article', async () => {
    const actor = await newActor();
    expect(await send(actor, ITEM_INITIAL, certain)).toBe('success');
    await harness.clients.catalogAdmin.call('mapGoods', {
      sellerId: actor.seller.sellerId,
      from: { key: { $case: 'itemSku', value: { itemId: '9001', skuId: '70001' } } },
      alias: { key: { $case: 'scItemId', value: '5001' } },
    });
    const again = { ...certain, scItemId: '5001', quantity: '7', billNum: 'S-1' };
    expect(await send(actor, INITIAL, again)).toBe('S-1');
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/0' });
  });

  test('[O-14] shared stock may be initialised again', async () => {
    const actor = await newActor();
    expect(await send(actor, ITEM_INITIAL, shared('4', 'U-1'))).toBe('success');
    expect(await send(actor, ITEM_INITIAL, shared('6', 'U-2'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '6/0' });
  });

  test('[O-15, O-16] a failed line fails alone, and its bill number is not used up', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, certain);
    const twice = { ...certain, quantity: '20', billNum: 'B-4' };
    expect(await send(actor, ITEM_INITIAL, shared('4', 'B-3'), twice)).toBe('B-4');
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/0', '1342 U': '4/0' });
    const valid = { ...twice, place: 'WH-02' };
    expect(await send(actor, ITEM_INITIAL, valid)).toBe('success');
    expect(await actor.stock()).toMatchObject({ 'WH-02 C': '20/0' });
  });

  test('[O-17] a negative quantity fails its line', async () => {
    const actor = await newActor();
    expect(await send(actor, ITEM_INITIAL, certain, shared('-1', 'N-1'))).toBe('N-1');
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/0' });
  });

  test('[O-19] an article with SKUs needs its skuId', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, certain);
    expect(await send(actor, ITEM_INITIAL, shared('4', 'K-1', { skuId: null }))).toBe('K-1');
  });

  test('[O-69] a bill number twice in one request: a replay, or an error when it differs', async () => {
    const actor = await newActor();
    expect(await send(actor, ITEM_INITIAL, shared('4', 'D-1'), shared('4', 'D-1'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '4/0' });
    expect(await send(actor, ITEM_INITIAL, shared('5', 'D-2'), shared('6', 'D-2'))).toBe('D-2');
    expect(await actor.stock()).toEqual({ '1342 U': '5/0' });
  });
});

describe('changes', () => {
  const changed = (quantity: string, billNum: string, more: Partial<StockLine> = {}): StockLine =>
    shared(quantity, billNum, { billType: 'TAOBAO_EXCLUDED', ...more });

  test('[O-18] the item family needs outerId, the scItem family does not', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, shared('100', 'U-1'));
    expect(await send(actor, ITEM_UPDATE, changed('-1', 'X-1', { outerId: null }))).toBe('X-1');
    await send(actor, INITIAL, shared('50', 'S-1', { scItemId: '5001' }));
    const bare = changed('-1', 'S-2', { scItemId: '5001', outerId: null });
    expect(await send(actor, UPDATE, bare)).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '100/0' });
  });

  test('[O-20] the sales of other channels come off in full', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, shared('100', 'U-1'));
    expect(await send(actor, ITEM_UPDATE, changed('-3', 'X-1'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '97/0' });
  });

  test('[O-23] a line without a known billType fails', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, shared('100', 'U-1'));
    expect(await send(actor, ITEM_UPDATE, changed('-3', 'X-1', { billType: null }))).toBe('X-1');
    expect(await send(actor, ITEM_UPDATE, changed('-3', 'X-2', { billType: 'SALE' }))).toBe('X-2');
    expect(await actor.stock()).toEqual({ '1342 U': '100/0' });
  });

  test('[O-24] finalQuantity checks and never sets', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, shared('95', 'U-1'));
    const line = changed('-3', 'X-1', { finalQuantity: '90' });
    expect(await send(actor, ITEM_UPDATE, line)).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '92/0' });
  });
});

describe('codes with white space around them', () => {
  const sold = { kind: 'CERTAINTY', quantity: '-1', billType: 'TAOBAO_EXCLUDED' } as const;

  test('name the same place, goods and bill: nothing is promised twice, nothing counted twice', async () => {
    const actor = await newActor();
    expect(await send(actor, ITEM_INITIAL, { ...certain, quantity: '11' })).toBe('success');
    const spaced = ['WH-01 ', '\n  WH-01\n', '\tWH-01', '\u00A0WH-01', 'WH-01\u3000'];
    for (const [at, place] of spaced.entries()) {
      // Initialised already, and so no second place with a stock of its own.
      const line = { ...certain, place, quantity: '9', billNum: `C-2${at}` };
      expect(await send(actor, ITEM_INITIAL, line)).toBe(`C-2${at}`);
      const change = { ...sold, place, outerId: `\n  SKU-A\n`, billNum: `\n    X-${at}\n  ` };
      for (let time = 0; time < 2; time += 1) {
        expect(await send(actor, ITEM_UPDATE, change)).toBe('success');
      }
      expect(await send(actor, ITEM_UPDATE, { ...change, billNum: `X-${at}` })).toBe('success');
      expect(await actor.stock()).toEqual({ 'WH-01 C': `${10 - at}/0` });
    }
    expect(await actor.sellable()).toBe('6');
  });

  test('a store that was not created is a line error and holds nothing; white space makes no other one', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, certain);
    for (const place of ['9999', '01342', ' 01342 ']) {
      const failed = await actor.qimen(
        ITEM_INITIAL,
        inventoryXml(actor.seller.sellerId, [shared('4', 'U-1', { place })]),
      );
      expect(element(failed.text, 'description')).toBe(`UNKNOWN_STORE ${place.trim()}`);
    }
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/0' });
    expect(await send(actor, ITEM_INITIAL, shared('4', 'U-1', { place: '\n 1342\u3000' }))).toBe(
      'success',
    );
    expect(await actor.stock()).toEqual({ 'WH-01 C': '10/0', '1342 U': '4/0' });
  });

  test('a store is created once under its code', async () => {
    const actor = await newActor();
    const create = async (storeCode: string) => {
      const xml = storeXml({ storeCode, storeName: '空白店' });
      return element(await actor.qimenOk('taobao.qimen.store.create', xml), 'storeId');
    };
    const first = await create('BLANK-1');
    for (const code of [' BLANK-1', '\n  BLANK-1\n', 'BLANK-1\u3000']) {
      expect(await create(code)).toBe(first);
    }
  });

  test('a sub-order is found by its number, and its store by its id', async () => {
    const actor = await newActor();
    await send(actor, ITEM_INITIAL, certain, shared('4', 'U-1'));
    await actor.pay();
    await actor.order('ALLOCATED');
    const sub_order_list = JSON.stringify([{ sub_oid: `\u3000${OID}\n`, status: 'STATUS_PAID' }]);
    const [storeId, tid] = ['\n1342 ', ` ${TID} `];
    await eventually(async () =>
      expect(
        await actor.storeReport('accpeted', storeId, { tid, extra: { sub_order_list } }),
      ).toMatchObject({ code: '0' }),
    );
    await actor.order('ACCEPTED');
  });
});

describe('late uploads', () => {
  const began = Date.now() - 20 * 60_000;
  /** Minutes after the first count. */
  const minute = (minutes: number) => new Date(began + minutes * 60_000);
  const upload = async (actor: Actor, method: string, at: Date, line: StockLine) => {
    const { text } = await actor.qimen(method, inventoryXml(actor.seller.sellerId, [line], at));
    if (element(text, 'flag') === 'success') return 'success';
    const failed = elements(text, 'failedBillNum').join(',');
    return failed ? `${failed}: ${element(text, 'description')}` : element(text, 'code');
  };
  const sold = (quantity: string, billNum: string, billType = 'TAOBAO_EXCLUDED') =>
    shared(quantity, billNum, { billType });

  test('an older full count does not undo a newer change, a newer one counts', async () => {
    const actor = await newActor();
    expect(await upload(actor, ITEM_INITIAL, minute(0), shared('10', 'U-1'))).toBe('success');
    expect(await upload(actor, ITEM_UPDATE, minute(5), sold('-4', 'X-1'))).toBe('success');
    for (const at of [minute(0), minute(4)]) {
      const late = await upload(actor, ITEM_INITIAL, at, shared('10', 'U-2'));
      expect(late).toBe('U-2: OLDER_THAN_LAST_CHANGE');
      expect(await actor.stock()).toEqual({ '1342 U': '6/0' });
    }
    expect(await upload(actor, ITEM_INITIAL, minute(6), shared('9', 'U-3'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '9/0' });
    // The bill that was applied is a replay, whenever it was counted.
    expect(await upload(actor, ITEM_INITIAL, minute(0), shared('10', 'U-1'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '9/0' });
  });

  test('the same holds for the goods of the merchant’s stock', async () => {
    const actor = await newActor();
    const goods = { scItemId: '5001' };
    await upload(actor, INITIAL, minute(0), shared('10', 'S-1', goods));
    const taken = { ...sold('-4', 'Y-1', 'BALANCE'), ...goods };
    expect(await upload(actor, UPDATE, minute(5), taken)).toBe('success');
    const late = await upload(actor, INITIAL, minute(3), shared('10', 'S-2', goods));
    expect(late).toBe('S-2: OLDER_THAN_LAST_CHANGE');
    const newer = await upload(actor, INITIAL, minute(5), shared('7', 'S-3', goods));
    expect(newer).toBe('success');
  });

  test('a late change counts in full', async () => {
    const actor = await newActor();
    await upload(actor, ITEM_INITIAL, minute(0), shared('10', 'U-1'));
    await upload(actor, ITEM_UPDATE, minute(5), sold('-4', 'X-1'));
    expect(await upload(actor, ITEM_UPDATE, minute(2), sold('-1', 'X-2'))).toBe('success');
    expect(await actor.stock()).toEqual({ '1342 U': '5/0' });
    const late = await upload(actor, ITEM_INITIAL, minute(3), shared('10', 'U-2'));
    expect(late).toBe('U-2: OLDER_THAN_LAST_CHANGE');
  });

  test('a time more than ten minutes ahead refuses the upload', async () => {
    const actor = await newActor();
    await upload(actor, ITEM_INITIAL, minute(0), shared('10', 'U-1'));
    const ahead = new Date(Date.now() + 11 * 60_000);
    const count = await upload(actor, ITEM_INITIAL, ahead, shared('4', 'U-2'));
    const change = await upload(actor, ITEM_UPDATE, ahead, sold('-1', 'X-1'));
    expect([count, change]).toEqual(['isv.invalid-parameter', 'isv.invalid-parameter']);
    expect(await actor.stock()).toEqual({ '1342 U': '10/0' });
  });
});
