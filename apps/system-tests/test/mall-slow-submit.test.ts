import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';

let harness: Harness;
const opened: Mall[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES, apart: ['inventory-service'] });
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

test('[field E5] a submission that the stock does not answer is 503 before the caller gives up, and repeated it is one order', async () => {
  const mall = await Mall.open(harness);
  opened.push(mall);
  // Goods were held before, so every connection is there.
  const first = await mall.ordered({ yggc_order: 'E5-0' });
  await mall.ok('cancel', { order_id: first });
  const goods = { sku: '12345', area: '1000000' };
  await eventually(async () => expect(await mall.ok('stock', goods)).toMatchObject([{ num: 99 }]));

  harness.stack.signal('inventory-service', 'SIGSTOP');
  try {
    // The caller waits for 15 s; a reply after them would be lost.
    const slow = await mall.order({ yggc_order: 'E5-1' });
    expect(slow, slow.text).toMatchObject({ status: 503, success: false });
    expect(slow.desc).not.toBe('');
  } finally {
    harness.stack.signal('inventory-service', 'SIGCONT');
  }

  // It repeats by itself, twice, with the same content.
  const numbers = await Promise.all([
    eventually(async () => await mall.ordered({ yggc_order: 'E5-1' })),
    eventually(async () => await mall.ordered({ yggc_order: 'E5-1' })),
  ]);
  expect(new Set(numbers).size).toBe(1);
  expect(await mall.ordered({ yggc_order: 'E5-1' })).toBe(numbers[0]);
  await eventually(async () => expect(await mall.num()).toBe(96));
  const [number] = numbers;
  await mall.ok('cancel', { order_id: number });
  await eventually(async () => expect(await mall.num()).toBe(99));
});
