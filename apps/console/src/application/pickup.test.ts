import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { makeFindPickup, makeHandOver, readCode } from './pickup.ts';
import type { PickupDeps } from './pickup.ts';
import type { Clerk, Task } from './store-ports.ts';

const CLERK: Clerk = {
  sellerId: '21230',
  storeId: '1342',
  login: 'xiaowang',
  name: '小王',
  role: 'CLERK',
};
const NOW = new Date('2016-09-22T02:00:00Z');
const CODE = '123456789012';

const task = (more: Partial<Task> = {}): Task => ({
  orderRef: tmallOrder('21230', '1'),
  subOrderId: '11',
  storeId: '1342',
  allocation: 2,
  pickup: true,
  collected: false,
  status: 'READY',
  itemId: '',
  skuId: '',
  outerId: '',
  title: '',
  spec: '',
  picture: '',
  quantityMilli: 1_000n,
  attributes: [],
  history: [],
  logistics: null,
  parcel: null,
  ...more,
});

function storeWith(tasks: readonly Task[]) {
  const recorded: object[] = [];
  const fulfillment: PickupDeps['fulfillment'] = {
    tasksOf: async () => tasks,
    findPickup: async () => ({
      kind: 'found',
      orderRef: tmallOrder('21230', '1'),
      storeId: '1342',
      redeemedAt: null,
    }),
    handOver: async () => ({ kind: 'handed over', subOrderIds: ['11'] }),
  };
  const journal = { record: async (entry: object) => void recorded.push(entry) };
  return { recorded, deps: { fulfillment, journal, clock: () => NOW } };
}

test('a code is read however it was read out, typed or scanned', () => {
  expect(['1234 5678 9012', '1234-5678-9012\n', CODE].map(readCode)).toEqual([CODE, CODE, CODE]);
  expect(['', '12345678901', '12345678901x'].map(readCode)).toEqual([null, null, null]);
});

test('what the buyer has already is not shown to be handed over again', async () => {
  const { deps } = storeWith([task({ collected: true }), task({ subOrderId: '12' })]);
  const found = await makeFindPickup(deps)(CLERK, CODE);
  expect(found).toMatchObject({ ok: true, value: { tasks: [{ subOrderId: '12' }] } });
});

test('a hand-over whose answer was lost is told again, and stands in the journal', async () => {
  const { deps, recorded } = storeWith([task({ collected: true })]);
  const asked = {
    orderRef: tmallOrder('21230', '1'),
    typed: CODE,
    messageId: 'm-1',
    subOrderIds: ['11'],
  };
  expect(await makeHandOver(deps)(CLERK, asked)).toEqual({
    ok: true,
    value: { subOrderIds: ['11'] },
  });
  expect(recorded).toMatchObject([
    {
      orderRef: tmallOrder('21230', '1'),
      allocation: 2,
      subOrderIds: ['11'],
      action: 'handOver',
      at: NOW,
    },
  ]);
});
