import { TOPICS, EVENTS, procurementSaidFromMessage } from '@astrolabe/contracts';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { GrpcCallError } from '@astrolabe/grpc';
import { eventually, servers, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { logger } from './peers.ts';
import { CREATED, messageOf, startPlatform, startWorld } from './platform-world.ts';
import type { Platform } from './platform-world.ts';

const topicPrefix = testTopicPrefix();
const brokers = servers().kafkaBrokers.split(',');
const topics = [TOPICS.ingressProcurement, TOPICS.ingressParked].map((topic) => ({
  ...topic,
  consumers: ['listener'],
}));
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix,
  logger,
  onFatal: (error) => {
    throw error;
  },
});
const heard: string[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics,
  handle: ({ type, payload }) => {
    if (type === EVENTS.procurementSaid.type) {
      const read = procurementSaidFromMessage(EVENTS.procurementSaid.decode(payload));
      if (read.ok) heard.push(`${read.value.messageId} ${read.value.news.kind}`);
    }
    return Promise.resolve({ kind: 'done' });
  },
});

let now = new Date('2026-11-30T02:00:00Z');
const env = { REPLAY_INTERVAL_MS: '50', TOKEN_WATCH_INTERVAL_MS: '3600000' };
let platform: Platform;
let world: Awaited<ReturnType<typeof startWorld>>;
let second: Awaited<ReturnType<typeof startWorld>>;
const after = (ms: number): Date => new Date(now.getTime() + ms);
const token = (n: number, more: object = {}) => ({
  access_token: `access-${n}`,
  expires_in: '36000',
  memberId: 'm',
  ...more,
});
const tokensAsked = () => platform.asked.filter(({ api }) => api === 'getToken');
const empty = { pushMessagePage: { datas: [], totalCount: 0 } };

beforeAll(async () => {
  await createTopics({ brokers, topicPrefix, topics, replicationFactor: 1 });
  await listener.start();
  platform = await startPlatform();
  world = await startWorld({ topicPrefix, clock: () => now, env });
  second = await startWorld({ topicPrefix, clock: () => now, env, share: world });
});
afterAll(async () => {
  await listener.stop();
  await messaging.component.stop();
});

let seller = 30_000;
/** A seller of its own for each test, whose refresh token is `refresh-0`. */
const connect = async (more: object = {}, change: object = {}): Promise<string> => {
  seller += 1;
  const sellerId = String(seller);
  await world.connect(
    {
      sellerId,
      appKey: `k${sellerId}`,
      memberId: `m${sellerId}`,
      gatewayUrl: platform.url,
      ...change,
    },
    { refreshToken: 'refresh-0', ...more },
  );
  return sellerId;
};
const get = (sellerId: string, refusedToken = '', at = world) =>
  at.access.call('getAccess', { sellerId, platform: '1688', refusedToken });
const reasonOf = async (call: Promise<unknown>): Promise<string> => {
  const error: unknown = await call.then(() => null).catch((thrown: unknown) => thrown);
  return error instanceof GrpcCallError ? error.reason : String(error);
};

beforeEach(() => {
  platform.asked.length = 0;
  platform.answer = (api) => (api === 'push.query.messageList' ? empty : {});
});

test('[field K1] a connection gives what the platform is called with; its first token is asked for', async () => {
  platform.answer = (api) => (api === 'getToken' ? token(1) : empty);
  const sellerId = await connect();
  const { access } = await get(sellerId);
  expect(access).toMatchObject({
    sellerId,
    gatewayUrl: platform.url,
    appKey: `k${sellerId}`,
    secret: 'test123',
    accessToken: 'access-1',
    accessTokenEndsAt: after(36_000_000),
    memberId: `m${sellerId}`,
  });
  expect(tokensAsked()[0]?.fields).toEqual({
    grant_type: 'refresh_token',
    client_id: `k${sellerId}`,
    client_secret: 'test123',
    refresh_token: 'refresh-0',
  });
  expect(await reasonOf(get('nobody'))).toBe('NOT_CONNECTED');
});

test('[field K4] 20 calls at once with a token that ended, at two instances: one refresh', async () => {
  let made = 0;
  platform.answer = async (api) => {
    if (api !== 'getToken') return empty;
    made += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return token(made);
  };
  const sellerId = await connect({ accessToken: 'old', accessTokenEndsAt: now });
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, n) => get(sellerId, '', n % 2 === 0 ? world : second)),
  );
  expect(new Set(all.map(({ access }) => access?.accessToken))).toEqual(new Set(['access-1']));
  expect(tokensAsked()).toHaveLength(1);
  const refused = await Promise.all(
    Array.from({ length: 10 }, (_, n) => get(sellerId, 'access-1', n % 2 ? world : second)),
  );
  expect(new Set(refused.map(({ access }) => access?.accessToken))).toEqual(new Set(['access-2']));
  expect(tokensAsked()).toHaveLength(2);
});

test('a reply without a refresh token keeps the stored one, and one with another replaces it', async () => {
  const answers = [token(1), token(2, { refresh_token: 'refresh-1' }), token(3)];
  platform.answer = (api) => (api === 'getToken' ? (answers.shift() ?? {}) : empty);
  const sellerId = await connect();
  await get(sellerId);
  await get(sellerId, 'access-1');
  await get(sellerId, 'access-2', second);
  expect(tokensAsked().map(({ fields }) => fields['refresh_token'])).toEqual([
    'refresh-0',
    'refresh-0',
    'refresh-1',
  ]);
});

test('[field K5] an authorisation that is gone: a person is asked for, nobody tries again for 30 s, others go on', async () => {
  platform.answer = (api, { client_id: id = '' }) =>
    api === 'getToken' && id.endsWith(gone) ? { error: 'invalid_grant' } : token(1);
  const gone = await connect();
  for (const at of [world, second, world]) {
    expect(await reasonOf(get(gone, '', at))).toBe('REAUTH');
  }
  expect(tokensAsked()).toHaveLength(1);
  const other = await connect();
  expect((await get(other)).access?.accessToken).toBe('access-1');
  const { connections } = await world.admin.call('listConnections', {
    sellerId: '',
    page: undefined,
  });
  const listed = connections.find(({ connection }) => connection?.sellerId === gone);
  expect(listed?.refused).toContain('invalid_grant');
  now = after(30_000);
  expect(await reasonOf(get(gone))).toBe('REAUTH');
  expect(tokensAsked()).toHaveLength(3);
});

test('a platform that does not answer is asked again a little later, not at once', async () => {
  platform.answer = () => ({ error_code: 'gw.QosAppFrequencyLimit', error_message: 'busy' });
  const sellerId = await connect();
  expect(await reasonOf(get(sellerId))).toBe('TOKEN_LATER');
  const asked = tokensAsked().length;
  expect(await reasonOf(get(sellerId))).toBe('TOKEN_LATER');
  expect(tokensAsked()).toHaveLength(asked);
});

test('[P-A36] [field Q3] [field Q4] [field Q5] messages that could not be pushed are read, handled and confirmed one by one', async () => {
  const waiting = new Map<string, object>();
  const member = `m${seller + 1}`;
  for (let n = 1; n <= 45; n += 1) {
    waiting.set(`w${n}`, JSON.parse(messageOf(`w${n}`, CREATED, { requisitionId: n }, member)));
  }
  // A replayed entry may have its type in two parts.
  waiting.set('two-parts', {
    msgId: 'two-parts',
    userInfo: member,
    topicGroup: 'CAIGOU',
    topicName: 'SELLER_VIEW_MSG_PROCUREMENT_CLOSE_ORDER_ACTION',
    data: { procurementOrderId: 77 },
  });
  const pages: string[] = [];
  const mine = `k${seller + 1}`;
  platform.answer = (api, fields, appKey) => {
    if (api === 'getToken') return token(1);
    if (appKey !== mine) return empty;
    if (api === 'push.message.confirm') {
      const ids = JSON.parse(fields['msgIdList'] ?? '[]') as string[];
      expect(ids).toHaveLength(1);
      for (const id of ids) waiting.delete(id);
      return { isSuccess: true };
    }
    pages.push(`${fields['page']} ${fields['pageSize']}`);
    const datas = [...waiting.values()].slice(0, 20);
    return { pushMessagePage: { datas, totalCount: waiting.size } };
  };
  // One of them was pushed before and is known.
  const sellerId = await connect();
  const push = messageOf('w7', CREATED, { requisitionId: 7 }, member);
  expect((await world.push(push)).status).toBe(200);
  await eventually(() => expect(waiting.size).toBe(0));
  await eventually(() => {
    for (let n = 1; n <= 45; n += 1) expect(heard).toContain(`w${n} REQUISITION_CREATED`);
    expect(heard).toContain('two-parts ORDER_CANCELLED');
  });
  expect(heard.filter((one) => one === 'w7 REQUISITION_CREATED')).toHaveLength(1);
  expect(new Set(pages)).toEqual(new Set(['1 200']));
  expect(platform.asked.map(({ api }) => api)).not.toContain('push.cursor.messageList');
  await eventually(async () => {
    const { connections } = await world.admin.call('listConnections', {
      sellerId: '',
      page: undefined,
    });
    const listed = connections.find(({ connection }) => connection?.sellerId === sellerId);
    expect(listed?.replayedUntil).toBeDefined();
  });
});

test('messages since an instant are asked for once more by a person, who is in the log; a disabled connection has none', async () => {
  const kept = new Map<string, object>();
  const member = `m${seller + 1}`;
  const mine = `k${seller + 1}`;
  const since: string[] = [];
  let isOpen = false;
  platform.answer = (api, fields, appKey) => {
    if (api === 'getToken') return token(1);
    if (appKey !== mine || !isOpen) return empty;
    if (api === 'push.message.confirm') {
      for (const id of JSON.parse(fields['msgIdList'] ?? '[]') as string[]) kept.delete(id);
      return { isSuccess: true };
    }
    since.push(JSON.stringify(fields));
    return { pushMessagePage: { datas: [...kept.values()], totalCount: kept.size } };
  };
  const sellerId = await connect();
  const key = { sellerId, platform: '1688', askedBy: 'operator:li' };
  const ask = (at: Date) => world.admin.call('replayMessages', { ...key, since: at });
  const HOUR_MS = 3_600_000;
  const at = after(-3 * HOUR_MS);
  await expect(ask(after(HOUR_MS))).rejects.toMatchObject({
    reason: 'INVALID_CONNECTION',
  });
  for (let n = 1; n <= 3; n += 1) {
    const id = `asked-${sellerId}-${n}`;
    kept.set(id, JSON.parse(messageOf(id, CREATED, { requisitionId: 900 + n }, member)) as object);
  }
  isOpen = true;
  // The regular run may have been faster, or be at it: then it says so, and is asked again.
  const replayed = await eventually(() => ask(at));
  expect(replayed.isComplete).toBe(true);
  expect(kept.size).toBe(0);
  await eventually(() => {
    for (let n = 1; n <= 3; n += 1) {
      expect(heard).toContain(`asked-${sellerId}-${n} REQUISITION_CREATED`);
    }
  });
  expect(since.length).toBeGreaterThan(0);
  const off = { ...key, enabled: false, reason: '盘点' };
  await world.admin.call('setConnectionEnabled', off);
  await expect(ask(at)).rejects.toMatchObject({ reason: 'CONNECTION_DISABLED' });
  await expect(
    world.admin.call('replayMessages', { ...key, sellerId: 'nobody', since: at }),
  ).rejects.toMatchObject({ reason: 'UNKNOWN_CONNECTION' });
  const { connections } = await world.admin.call('listConnections', {
    sellerId: '',
    page: undefined,
  });
  const listed = connections.find(({ connection }) => connection?.sellerId === sellerId);
  expect(listed).toMatchObject({
    enabled: false,
    pause: { reason: '盘点', pausedBy: 'operator:li' },
  });
  const entries = await world.db.collection('audit').find({}).toArray();
  expect(entries.map(({ action }) => String(action))).toContain('connection.replayed');
});
