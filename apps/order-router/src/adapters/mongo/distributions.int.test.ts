import { distributionOrder, ok } from '@astrolabe/kernel';
import { ensureIndexes } from '@astrolabe/mongo';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import type { DistributionOrder } from '../../domain/distribution/order.ts';
import { newDispatch } from '../../domain/distribution/plan.ts';
import { createDistributions } from './distributions.ts';

const NOW = new Date('2026-11-30T02:00:00Z');
const { db } = await testDatabase();

const open = () =>
  createDistributions({
    db,
    topic: 'order.events',
    wake: () => undefined,
    clock: () => NOW,
    encode: () => ({ type: 'none', payload: new Uint8Array() }),
  });

const orderOf = (number: string): DistributionOrder => ({
  orderRef: distributionOrder('21230', number),
  digest: number,
  lines: [],
  placed: [],
  pricesFen: [],
  dispatches: [
    newDispatch(
      {
        supplierId: 'A',
        outOrderId: number,
        lineIds: ['1'],
        ownStock: [],
        goodsFen: 100n,
        postFeeFen: 0n,
      },
      NOW,
    ),
  ],
  createdAt: NOW,
  history: [],
});

test('numbers of orders from before they were taken one by one are taken all the same', async () => {
  const before = await open();
  const old = orderOf('bxg-1');
  await before.change(old.orderRef, () => ok({ state: old, events: [], result: null }));
  await before.list({ sellerId: '21230', state: '', limit: 10, after: '' });
  const key = { 'state.orderRef.sellerId': 1, 'state.dispatches.outOrderId': 1 } as const;
  const indexes = [{ key, name: 'sellerNumber' }];
  await ensureIndexes(db, [{ collection: 'distributions', indexes }]);
  const [store, again] = await Promise.all([open(), open()]);
  const other = distributionOrder('21230', 'bxg-2');
  expect(await store.claimNumbers(other, ['bxg-1'])).toBe(false);
  expect(await again.claimNumbers(old.orderRef, ['bxg-1'])).toBe(true);
  expect(await db.collection('distributions').indexExists('sellerNumber')).toBe(false);
  expect(await store.claimNumbers(distributionOrder('3', 'bxg-2'), ['bxg-1'])).toBe(true);
});
