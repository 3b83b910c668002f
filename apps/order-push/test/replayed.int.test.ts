import { EVENTS } from '@astrolabe/contracts';
import { OrderClosed } from '@astrolabe/contracts/order';
import { tmallOrder } from '@astrolabe/kernel';
import { channelLine, channelOrder, orderSeenPayload, testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { newsHandler } from '../src/adapters/kafka/incoming.ts';
import { createPushes } from '../src/adapters/mongo/pushes.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const ORDER = tmallOrder('21230', '2004574256073903');

const message = (source: string, sequence: bigint, type: string, payload: Uint8Array) => ({
  source,
  subject: 'tmall/21230/2004574256073903',
  time: NOW,
  sequence,
  type,
  payload,
});

const seen = (): Uint8Array =>
  orderSeenPayload(channelOrder(ORDER, { lines: [channelLine('1')] }), { publishedAt: NOW });

test('news that was replayed from the dead letters behind later news has its effect, once', async () => {
  const mongo = await testDatabase();
  const pushes = await createPushes(mongo.db);
  let clockMs = NOW.getTime();
  const handle = newsHandler({
    pushes,
    sellers: { find: async () => null },
    hasTable: () => false,
    clock: () => new Date((clockMs += 1_000)),
    wake: () => undefined,
  });
  const closed = EVENTS.orderClosed.encode(
    OrderClosed.fromPartial({ orderRef: ORDER, subOrderIds: ['1'] }),
  );
  const seenMessage = (sequence: bigint) =>
    message('gateway-ingress', sequence, EVENTS.orderSeen.type, seen());
  await handle(message('order-router', 4n, EVENTS.orderClosed.type, closed));
  const undeclared = message('gateway-ingress', 2n, 'astrolabe.ingress.v1.SomethingElse', closed);
  expect(await handle(undeclared)).toMatchObject({ kind: 'reject' });
  expect((await pushes.load(ORDER))?.order).toBeNull();

  await handle(seenMessage(1n));
  const first = await pushes.load(ORDER);
  expect(first?.order?.state).toBe('PAID');
  await handle(seenMessage(1n));
  expect(await pushes.load(ORDER)).toEqual(first);
  // The letter's source has told of a later event before: a mark alone would pass the letter over.
  await handle(message('order-router', 3n, EVENTS.orderReopened.type, closed));
  const late = await pushes.load(ORDER);
  expect(late).not.toEqual(first);
  await handle(message('order-router', 3n, EVENTS.orderReopened.type, closed));
  expect(await pushes.load(ORDER)).toEqual(late);
});
