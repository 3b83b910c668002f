import { err, ok, tmallOrder } from '@astrolabe/kernel';
import { beforeEach, expect, test } from 'vitest';
import { ANSWER_WITHIN_MS, EMPTY_FEED, addNews } from '../domain/feed.ts';
import type { Feed, NewsKind } from '../domain/feed.ts';
import { DEVICES_OF_CLERK_MAX, DEVICES_OF_STORE_MAX, pushPolicy } from '../domain/push.ts';
import type { PushDevice } from '../domain/push.ts';
import { makeSendPush, makeSubscribe, makeTellDevices } from './push.ts';
import type { PushDevices, PushMessage, PushService } from './push-ports.ts';

const STORE = { sellerId: '21230', storeId: '1342' };
const START = Date.UTC(2016, 8, 22, 2);

/** The database and the push service in memory. */
class World {
  now = START;
  kept = new Map<string, PushDevice>();
  feed: Feed = EMPTY_FEED;
  sent: (PushMessage & { to: string })[] = [];
  ends: Awaited<ReturnType<PushService['send']>>[] = [];
  openSessions = new Set(['session']);
  clock = () => new Date(this.now);

  devices: PushDevices = {
    idOf: (endpoint) => `id of ${endpoint}`,
    find: async (id) => this.kept.get(id) ?? null,
    atStore: async ({ storeId }) =>
      [...this.kept.values()].filter((one) => one.storeId === storeId),
    toTell: async (store) => (await this.devices.atStore(store)).map(({ id }) => id),
    put: async (id, _expiresAt, next) => void this.kept.set(id, next(this.kept.get(id) ?? null)),
    change: async (id, next) => {
      const known = this.kept.get(id);
      if (known) this.kept.set(id, next(known));
    },
    remove: async (id) => void this.kept.delete(id),
    removeOf: async (sessionId) => {
      for (const one of this.kept.values()) {
        if (one.sessionId === sessionId) this.kept.delete(one.id);
      }
    },
    due: async () => ({ names: [], oldestAt: null }),
  };

  service: PushService = {
    publicKey: 'key',
    mayBeCalled: async ({ endpoint }) => endpoint.startsWith('https:'),
    send: async ({ endpoint }, message) => {
      this.sent.push({ ...message, to: endpoint });
      return this.ends.shift() ?? { kind: 'succeeded' };
    },
  };

  subscribe = (endpoint: string, login = 'wang', sessionId = 'session') =>
    makeSubscribe(this)(
      { login, ...STORE, sessionId, language: 'zh', expiresAt: new Date(START + 1e8) },
      { endpoint, p256dh: 'p', auth: 'a' },
    );

  hear = async (kind: NewsKind, number: string) => {
    const eventId = `${kind}/${number}`;
    const orderRef = tmallOrder(STORE.sellerId, number);
    const at = this.clock();
    const news = { eventId, kind, orderRef, allocation: 1, at, operator: '' };
    this.feed = addNews(this.feed, news, '2016-09-22');
    if (kind !== 'NOTIFIED') return;
    const wake = () => undefined;
    await makeTellDevices({ devices: this.devices, clock: this.clock, wake })(STORE, {
      eventId,
      at,
    });
  };

  /** Sends what is due of every device. */
  work = async () => {
    const send = makeSendPush({
      devices: this.devices,
      service: this.service,
      clock: this.clock,
      feeds: { load: async () => this.feed },
      sessions: { isOpen: async (id) => this.openSessions.has(id) },
      policy: pushPolicy(2_000, 20_000),
      watch: { attempted: () => undefined, threw: () => undefined },
    });
    for (const id of this.kept.keys()) await send(id);
  };
}

let world: World;
beforeEach(async () => {
  world = new World();
  expect(await world.subscribe('https://push/1')).toEqual(ok(null));
});

test('new orders are told at once, those that wait too long once each, and nothing that was answered', async () => {
  await world.hear('NOTIFIED', '1');
  await world.work();
  expect(world.sent).toMatchObject([{ kind: 'new', orders: 1, language: 'zh' }]);
  world.now += 60_000;
  await world.hear('NOTIFIED', '2');
  await world.hear('NOTIFIED', '3');
  await world.hear('ACCEPTED', '3');
  await world.work();
  expect(world.sent.slice(1)).toMatchObject([{ kind: 'new', orders: 2 }]);
  world.now = START + ANSWER_WITHIN_MS;
  await world.work();
  await world.work();
  expect(world.sent.slice(2)).toMatchObject([{ kind: 'overdue', orders: 1 }]);
  await world.hear('ACCEPTED', '1');
  world.now = START + 60_000 + ANSWER_WITHIN_MS;
  await world.work();
  expect(world.sent.slice(3)).toMatchObject([{ kind: 'overdue', orders: 1 }]);
  world.now += 3_600_000;
  await world.work();
  expect(world.sent).toHaveLength(4);
});

test('an order that was accepted before its message left is not told', async () => {
  await world.hear('NOTIFIED', '1');
  await world.hear('ACCEPTED', '1');
  await world.work();
  world.now += ANSWER_WITHIN_MS;
  await world.work();
  expect(world.sent).toEqual([]);
});

test('who is gone, or whose session has ended, is forgotten', async () => {
  world.ends = [{ kind: 'gone' }];
  await world.hear('NOTIFIED', '1');
  await world.work();
  expect(world.kept.size).toBe(0);
  await world.subscribe('https://push/2');
  world.openSessions.clear();
  await world.hear('NOTIFIED', '2');
  await world.work();
  expect([world.kept.size, world.sent.length]).toEqual([0, 1]);
});

test('a service that is away is tried five times, and then no more', async () => {
  const away = { kind: 'unanswered', problem: { code: 'HTTP_503', message: '' } } as const;
  world.ends = Array.from({ length: 20 }, () => away);
  await world.hear('NOTIFIED', '1');
  for (let minute = 0; minute < 4; minute += 1) {
    for (let tick = 0; tick < 30; tick += 1) {
      await world.work();
      world.now += 2_000;
    }
  }
  expect(world.sent).toHaveLength(5);
});

test('devices are bounded: one more of a clerk takes the place of the oldest, one more of a store is refused', async () => {
  for (let number = 2; number <= DEVICES_OF_CLERK_MAX + 1; number += 1) {
    world.now += 1_000;
    expect(await world.subscribe(`https://push/${number}`)).toEqual(ok(null));
  }
  expect([...world.kept.values()].map(({ endpoint }) => endpoint)).not.toContain('https://push/1');
  for (let number = world.kept.size; number < DEVICES_OF_STORE_MAX; number += 1) {
    await world.subscribe(`https://push/other/${number}`, `clerk-${number}`);
  }
  expect(await world.subscribe('https://push/more', 'zhao')).toEqual(err('TOO_MANY_DEVICES'));
  // The same browser again, and another one of a clerk who has as many as may be, are none more.
  expect(await world.subscribe('https://push/2')).toEqual(ok(null));
  expect(await world.subscribe('https://push/seventh')).toEqual(ok(null));
  expect(await world.subscribe('ftp://push')).toEqual(err('BAD_ENDPOINT'));
});
