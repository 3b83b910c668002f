import { TOPICS } from '@astrolabe/contracts';
import { orderKey, purchaseOrder, requisitionRef } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { RULES } from '../../../../test/procurement-world.ts';
import { createProcurements } from './procurements.ts';

const SELLER = '21230';
const CALLERS = 16;
const database = await testDatabase();
const procurements = await createProcurements({
  db: database.db,
  topic: TOPICS.orderEvents.name,
  wake: () => undefined,
  clock: () => new Date(),
  rules: RULES,
  encode: () => {
    throw new Error('nothing happens here');
  },
});

test('of homes that are set at once one counts, and every caller is told of it', async () => {
  for (let round = 0; round < 8; round += 1) {
    const order = purchaseOrder(SELLER, `77${round}`);
    const wanted = Array.from({ length: CALLERS }, (_, n) =>
      requisitionRef(SELLER, `${round + 1}${n}`),
    );
    const told = await Promise.all(wanted.map((home) => procurements.setHome(order, home)));
    const first = orderKey(await procurements.homeOf(order));
    expect(new Set(told.map(orderKey))).toEqual(new Set([first]));
    expect(wanted.map(orderKey)).toContain(first);
    expect(orderKey(await procurements.setHome(order, order))).toBe(first);
  }
});
