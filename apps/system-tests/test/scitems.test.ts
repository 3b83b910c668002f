import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { inventoryXml, itemQueryXml } from '../src/requests.ts';
import { Actor } from '../src/scenario.ts';
import { elements } from '../src/wire.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

test('an integrator maps goods itself: uploads by scItem, questions and orders by item are one stock', async () => {
  const actor = new Actor(harness, await harness.newSeller());
  await actor.createStores();
  const added = await actor.omni('taobao.scitem.add', { item_name: '鲜肉包', outer_code: 'SKU-A' });
  const { item_id_str: scItemId } = added['sc_item'] as { item_id_str: string };
  const mapping = { item_id: '9001', sku_id: '70001', sc_item_id: scItemId };
  expect(await actor.omni('taobao.scitem.map.add', mapping)).toMatchObject({ outer_code: 'SKU-A' });

  const line = { place: '1342', kind: 'CERTAINTY', quantity: '4', billNum: 'S-1' } as const;
  await actor.qimenOk(
    'taobao.qimen.storeinventory.initial',
    inventoryXml(actor.seller.sellerId, [{ ...line, scItemId }]),
  );
  const shown = await actor.qimenOk(
    'taobao.qimen.storeinventory.itemquery',
    itemQueryXml(actor.seller.sellerId, ['1342']),
  );
  expect(elements(shown, 'quantity')).toEqual(['4']);

  await actor.pay();
  await actor.order('ALLOCATED');
  await actor.stockIs({ '1342 C': '4/2' });
});
