import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { OrderShipped } from '@astrolabe/contracts/order';
import { ok, tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { eventHandler } from './adapters/kafka/incoming.ts';
import { createReceivables } from './adapters/mongo/receivables.ts';
import { makeRecordShipment } from './application/record-shipment.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const ORDER = tmallOrder('21230', '2004574256073903');

const nothing = () => Promise.resolve();

const ENVELOPE = {
  topic: 'orders',
  partition: 0,
  offset: 1n,
  key: 'k',
  id: 'e-1',
  source: 'order-router',
  subject: 'k',
  sequence: 1n,
};

test('a shipment that was replayed from the dead letters is owed, once', async () => {
  const mongo = await testDatabase();
  const receivables = await createReceivables({
    db: mongo.db,
    topic: '',
    wake: () => undefined,
    clock: () => NOW,
    encode: () => ({ type: 'recorded', payload: new Uint8Array([1]) }),
  });
  const shipped = makeRecordShipment({ receivables, clock: () => NOW, traceId: () => 'trace' });
  const handle = eventHandler({
    shipped,
    dispatched: () => Promise.resolve(),
    returned: () => Promise.resolve(),
    tookBack: async () => ok(null),
    mall: () => Promise.resolve(),
    procurement: { noteChanged: nothing, receiptRecorded: nothing, receiptReversed: nothing },
  });
  const ship = (subOrderId: string) =>
    handle({
      ...ENVELOPE,
      type: EVENTS.orderShipped.type,
      time: NOW,
      payload: EVENTS.orderShipped.encode(
        OrderShipped.fromPartial({
          orderRef: ORDER,
          shippedAt: NOW,
          place: placeToMessage({ type: 'STORE', id: '1342' }),
          lines: [{ subOrderId, goodsId: 'g', quantityMilli: 1_000n, paymentFen: 100n }],
        }),
      ),
    });
  for (const subOrderId of ['2', '1', '1'])
    expect(await ship(subOrderId)).toEqual({ kind: 'done' });
  const owed = await receivables.load(ORDER);
  expect(owed?.lines.map(({ subOrderId }) => subOrderId)).toEqual(['2', '1']);
  expect(owed?.amountFen).toBe(200n);
});
