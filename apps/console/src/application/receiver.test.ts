import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import type { Clerk, Receiver, Task } from './store-ports.ts';
import { makeLookAtReceiver } from './receiver.ts';

const CLERK: Clerk = {
  sellerId: '21230',
  storeId: '1342',
  login: 'xiaowang',
  name: '小王',
  role: 'CLERK',
};
const RECEIVER: Receiver = { name: '张**', mobile: '138****0000', address: ['浙江省', '杭州市'] };

const task = (more: Partial<Task>): Task => ({
  orderRef: tmallOrder('21230', '1'),
  subOrderId: '11',
  storeId: '1342',
  allocation: 1,
  pickup: false,
  collected: false,
  status: 'ACCEPTED',
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

const BY = { ...CLERK, address: '127.0.0.1' };

/** What a clerk sees of an order with these tasks, and whether the gateway was asked. */
async function look(tasks: readonly Task[], known: Receiver | null = RECEIVER) {
  let asked = 0;
  const lookAt = makeLookAtReceiver({
    fulfillment: { tasksOf: async () => tasks },
    receivers: {
      find: async () => {
        asked += 1;
        return known;
      },
    },
    audit: { append: async () => Promise.reject(new Error('a masked receiver was logged')) },
  });
  return { seen: await lookAt(BY, tmallOrder('21230', '1'), false), asked };
}

test('an order that the store is to send shows to whom it goes, also after a refund was denied', async () => {
  const shown = { seen: { ok: true, value: RECEIVER }, asked: 1 };
  expect(await look([task({})])).toEqual(shown);
  expect(await look([task({ status: 'CANCEL_DENIED' })])).toEqual(shown);
  expect(await look([task({ storeId: '123' }), task({ subOrderId: '12' })])).toEqual(shown);
});

test.each([
  ['no order', []],
  ['another store', [task({ storeId: '123' })]],
  ['not accepted', [task({ status: 'OFFERED' })]],
  ['a refund is asked for', [task({ status: 'CANCEL_ASKED' })]],
  ['sent already', [task({ status: 'SHIPPED' })]],
  ['the buyer collects it', [task({ pickup: true, status: 'ACCEPTED' })]],
])('%s: nothing is shown, and nobody is asked', async (_, tasks) => {
  expect(await look(tasks)).toEqual({ seen: { ok: false, error: 'NOT_HERE' }, asked: 0 });
});

test('a message that is not kept any more is told as such', async () => {
  expect((await look([task({})], null)).seen).toEqual({ ok: false, error: 'NO_RECEIVER' });
});

test('a receiver in full is in the audit log before the gateway is asked', async () => {
  const happened: unknown[] = [];
  const lookAt = makeLookAtReceiver({
    fulfillment: { tasksOf: async () => [task({})] },
    receivers: {
      find: async (person, _order, reveal) => {
        happened.push([person, reveal]);
        return RECEIVER;
      },
    },
    audit: {
      append: async (deed) => {
        happened.push([deed.login, deed.sellerId, deed.action, deed.target, deed.reason]);
        return { ...deed, sequence: 1n, at: new Date(0), hash: '' };
      },
    },
  });
  await lookAt(BY, tmallOrder('21230', '1'), true);
  expect(happened).toEqual([
    ['xiaowang', '21230', 'orders.receiver.reveal', 'tmall/1', 'SHIP'],
    ['clerk:xiaowang', true],
  ]);
});
