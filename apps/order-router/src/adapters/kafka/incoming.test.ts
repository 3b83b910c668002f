import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { err, ok, tmallOrder } from '@astrolabe/kernel';
import { channelLine, channelOrder, orderSeenPayload } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import type { PlacedEvent } from '../../application/handle.ts';
import { orderSeenHandler, storeHandlers } from './incoming.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const NAME = {
  orderRef: tmallOrder('21230', '2004574256073903'),
  subOrderIds: ['2004574256073904'],
};
const ANSWER = {
  ...NAME,
  allocation: 0,
  place: undefined,
  operator: 'astrolabe',
  actionTime: NOW,
};

const handlers = storeHandlers({ handle: async () => err('UNKNOWN_TRADE') });
const take = (name: keyof typeof handlers, payload: Uint8Array) =>
  handlers[name]({
    type: EVENTS[name].type,
    payload,
    source: 'fulfillment',
    subject: 'tmall/21230/2004574256073903',
    sequence: 1n,
    time: NOW,
  });

test('a refund that overtakes the payment waits for it; a store cannot be so early', async () => {
  const { refundAgreed, refundWithdrawn, storeAccepted } = EVENTS;
  const retry = { kind: 'retry', reason: 'UNKNOWN_TRADE' };
  expect(await take('refundAgreed', refundAgreed.encode(ANSWER))).toEqual(retry);
  const withdrawn = { ...ANSWER, withdrawnAt: NOW };
  expect(await take('refundWithdrawn', refundWithdrawn.encode(withdrawn))).toEqual(retry);
  const place = placeToMessage({ type: 'STORE', id: '1342' });
  const accepted = storeAccepted.encode({ ...ANSWER, allocation: 1, place });
  const reject = { kind: 'reject', reason: 'UNKNOWN_TRADE' };
  expect(await take('storeAccepted', accepted)).toEqual(reject);
});

const ORDER = channelOrder(NAME.orderRef, {
  lines: [channelLine('1'), channelLine('2', { state: 'SHIPPED' })],
});

const seen = async (payload: Uint8Array) => {
  const heard: PlacedEvent[] = [];
  const handle = orderSeenHandler({
    handlePlaced: async (event) => {
      heard.push(event);
      return ok(null);
    },
  });
  const handled = await handle({
    type: EVENTS.orderSeen.type,
    payload,
    source: 'gateway-ingress',
    subject: 'tmall/21230/2004574256073903',
    sequence: 1n,
    time: NOW,
  });
  return { handled, heard };
};

test.each([
  ['PAID', { kind: 'orderPaid' }],
  ['CLOSED', { kind: 'orderClosed' }],
  ['SHIPPED', { kind: 'orderLeft', subOrderIds: ['1', '2'] }],
  ['PARTLY_SHIPPED', { kind: 'orderLeft', subOrderIds: ['2'] }],
  ['COMPLETED', { kind: 'orderLeft', subOrderIds: ['1', '2'] }],
  ['REFUND_CHANGED', null],
  ['REFUND_WITHDRAWN', null],
  ['MODIFIED', null],
  ['OTHER', null],
] as const)('what follows from %s', async (cause, event) => {
  const { handled, heard } = await seen(orderSeenPayload(ORDER, { cause, notes: ['cut'] }));
  expect(handled).toEqual({ kind: 'done' });
  const placed = { orderRef: NAME.orderRef, notes: ['cut'], hold: { kind: 'CERTAIN', ttlMs: 0n } };
  expect(heard).toMatchObject(event ? [{ ...event, placed }] : []);
});

test('a payment without a time was made when it was published', async () => {
  const order = { ...ORDER, paidAt: null };
  const publishedAt = new Date('2016-09-22T03:00:00Z');
  expect((await seen(orderSeenPayload(order, { publishedAt }))).heard).toMatchObject([
    { placed: { paidAt: publishedAt } },
  ]);
  const closed = await seen(orderSeenPayload(order, { cause: 'CLOSED', publishedAt }));
  expect(closed.heard).toMatchObject([{ placed: { paidAt: null } }]);
});

test('what this version cannot read is a dead letter', async () => {
  const refused = (change: object) => {
    const message = { ...EVENTS.orderSeen.decode(orderSeenPayload(ORDER)), ...change };
    return seen(EVENTS.orderSeen.encode(message));
  };
  expect(await refused({ cause: 99 })).toEqual({
    handled: { kind: 'reject', reason: 'UNKNOWN_WORD' },
    heard: [],
  });
  expect((await refused({ order: undefined })).handled).toEqual({
    kind: 'reject',
    reason: 'INCOMPLETE_ORDER',
  });
});
