import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { heardOf, subscribed } from '../../domain/push.ts';
import { createPushDevices } from './push-devices.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const LATER = new Date(Date.now() + 3_600_000);
const STORE = { sellerId: '21230', storeId: '1342' };

test('a device is kept with what is due of it, is changed by one at a time, and ends with its session', async () => {
  const { db } = await testDatabase();
  const devices = await createPushDevices(db);
  const address = { endpoint: 'https://push.example/1', p256dh: 'p', auth: 'a' };
  const id = devices.idOf(address.endpoint);
  const who = { id, login: 'wang', ...STORE, sessionId: 's', language: 'zh', ...address } as const;
  expect(await devices.toTell(STORE)).toEqual([]);
  await devices.put(id, LATER, (known) => subscribed(who, known, NOW));
  expect(await devices.toTell(STORE)).toEqual([id]);
  expect(await devices.due(NOW, 10)).toEqual({ names: [], oldestAt: null });

  const numbers = Array.from({ length: 10 }, (_, number) => number);
  await Promise.all(
    numbers.map((number) =>
      devices.change(id, (one) => heardOf(one, { eventId: `event/${number}`, at: NOW }, NOW)),
    ),
  );
  expect((await devices.find(id))?.heard.toSorted()).toEqual(
    numbers.map((number) => `event/${number}`),
  );
  expect(await devices.due(NOW, 10)).toEqual({ names: [id], oldestAt: NOW });
  expect(await devices.atStore(STORE)).toMatchObject([{ id, login: 'wang' }]);
  expect(await devices.atStore({ ...STORE, storeId: '123' })).toEqual([]);

  await devices.put(id, LATER, (known) => subscribed({ ...who, sessionId: 't' }, known, NOW));
  await devices.removeOf('s');
  expect(await devices.find(id)).toMatchObject({ sessionId: 't' });
  await devices.removeOf('t');
  expect(await devices.find(id)).toBeNull();
  // What is forgotten is not brought back by who still changes it.
  await devices.change(id, (one) => heardOf(one, { eventId: 'late', at: NOW }, NOW));
  expect(await devices.find(id)).toBeNull();
});
