import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import { StoreAccepted, StoreNotified } from '@astrolabe/contracts/fulfillment';
import { tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { fulfillmentHandler } from '../src/adapters/kafka/incoming.ts';
import { createFeeds } from '../src/adapters/mongo/feeds.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const place = placeToMessage({ type: 'STORE', id: '1342' });

test('an event that was replayed from the dead letters is in the feed of its store, once', async () => {
  const mongo = await testDatabase();
  const feeds = await createFeeds(mongo.db);
  const handle = fulfillmentHandler({
    feeds,
    told: () => undefined,
    tellDevices: async () => undefined,
  });
  const of = (tradeId: string) => ({
    orderRef: tmallOrder('21230', tradeId),
    allocation: 1,
    place,
  });
  const accepted = EVENTS.storeAccepted.encode(
    StoreAccepted.fromPartial({ ...of('1'), subOrderIds: ['1'], actionTime: NOW }),
  );
  const notified = EVENTS.storeNotified.encode(
    StoreNotified.fromPartial({ ...of('2'), subOrderIds: ['2'], notifiedAt: NOW }),
  );
  const message = (id: string, type: string, payload: Uint8Array) =>
    handle({ id, type, payload, time: NOW });
  await message('fulfillment/1/2', EVENTS.storeAccepted.type, accepted);
  for (let times = 0; times < 3; times += 1) {
    await message('fulfillment/2/1', EVENTS.storeNotified.type, notified);
  }
  const feed = await feeds.load({ sellerId: '21230', storeId: '1342' });
  expect(feed.entries.map(({ eventId }) => eventId)).toEqual([
    'fulfillment/1/2',
    'fulfillment/2/1',
  ]);
  expect(feed.last).toBe(2);
});
