import { inspect } from 'node:util';
import { EVENTS, TOPICS, procurementSaidFromMessage } from '@astrolabe/contracts';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import type { InboundEvent } from '@astrolabe/messaging';
import { signAop } from '@astrolabe/signing';
import { metricsText } from '@astrolabe/telemetry';
import { eventually, servers, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logger } from './peers.ts';
import { CREATED, MEMBER, SECRET, form, messageOf, startWorld } from './platform-world.ts';

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
const heard: InboundEvent[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics,
  handle: (event) => {
    heard.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});
let now = new Date('2026-11-30T02:00:00Z');
let world: Awaited<ReturnType<typeof startWorld>>;

beforeAll(async () => {
  world = await startWorld({ topicPrefix, clock: () => now });
  await world.connect();
});
afterAll(async () => {
  await listener.stop();
  await messaging.component.stop();
});

const said = () =>
  heard.flatMap(({ type, payload }) => {
    if (type !== EVENTS.procurementSaid.type) return [];
    const read = procurementSaidFromMessage(EVENTS.procurementSaid.decode(payload));
    return read.ok ? [read.value] : [];
  });
const parked = () =>
  heard
    .filter(({ type }) => type === EVENTS.messageParked.type)
    .map(({ payload }) => EVENTS.messageParked.decode(payload));
const ofRequisition = (id: string) =>
  said().filter(({ news }) => 'requisitionId' in news && news.requisitionId === id);
const created = (messageId: number | string, requisitionId: number | string) =>
  messageOf(messageId, CREATED, { requisitionId, requisitionNo: 'PR1', title: '办公用品' });

test('[P-A38] [X-A07] while Kafka takes nothing a message is not taken; sent again later it has one effect', async () => {
  // The topic does not exist yet: nothing can be published.
  const first = await world.push(created(1, 100));
  expect(first.status).toBe(503);
  expect((await world.push(created(1, 100))).status).toBe(503);
  await createTopics({ brokers, topicPrefix, topics, replicationFactor: 1 });
  await listener.start();
  await eventually(async () => expect((await world.push(created(1, 100))).status).toBe(200));
  expect((await world.push(created(1, 100))).status).toBe(200);
  expect((await world.push(created(2, 100))).status).toBe(200);
  await eventually(() => expect(ofRequisition('100')).toHaveLength(2));
  expect(ofRequisition('100')).toMatchObject([
    {
      sellerId: '21230',
      appKey: '1000000',
      messageId: '1',
      bornAt: new Date(1_572_867_144_980),
      news: { kind: 'REQUISITION_CREATED', requisitionId: '100' },
      raw: created(1, 100),
    },
    { messageId: '2' },
  ]);
});

test('[P-A34] one byte changed, a wrong secret, no signature: 401, and nothing of it is kept or published', async () => {
  const json = created(3, 300);
  const signature = signAop({ params: { message: json }, secret: SECRET });
  const changed = json.replace('PR1', 'PR2');
  for (const fields of [
    { message: changed, _aop_signature: signature },
    { message: json },
    { message: json, _aop_signature: signAop({ params: { message: json }, secret: 'other' }) },
  ]) {
    expect((await world.post('/1688/message', form(fields))).status).toBe(401);
  }
  expect(await world.db.collection('procurement_said').countDocuments({ _id: /r300$/ })).toBe(0);
  expect(ofRequisition('300')).toEqual([]);
});

test('[P-A35] both secrets are good during the overlap, the old one not afterwards', async () => {
  const { previousEndsAt } = await world.admin.call('rotateSecret', {
    sellerId: '21230',
    platform: '1688',
    secret: 'test456',
    overlapSeconds: 3_600,
    askedBy: 'operator:test',
  });
  expect(previousEndsAt).toEqual(new Date(now.getTime() + 3_600_000));
  expect((await world.push(created(4, 400), SECRET)).status).toBe(200);
  expect((await world.push(created(5, 400), 'test456')).status).toBe(200);
  now = new Date(now.getTime() + 3_600_000);
  expect((await world.push(created(6, 400), SECRET)).status).toBe(401);
  expect((await world.push(created(7, 400), 'test456')).status).toBe(200);
  await eventually(() =>
    expect(ofRequisition('400').map(({ messageId }) => messageId)).toEqual(['4', '5', '7']),
  );
  await world.connect();
});

test('[P-A37] [field M7] [field V7] what is signed and not understood is answered 200, and a dead letter as it came', async () => {
  const unknownType = messageOf(8, 'CAIGOU_SOMETHING_NEW', { x: 1 });
  const stranger = messageOf(9, CREATED, { requisitionId: 1 }, 'b2b-nobody');
  const torn = '{"msgId":10,';
  for (const json of [unknownType, stranger, torn, torn]) {
    expect((await world.push(json)).status).toBe(200);
  }
  await eventually(() => expect(parked()).toHaveLength(3));
  const reasons = parked().map(({ reason, raw }) => [reason, Buffer.from(raw).toString()]);
  expect(reasons).toEqual(
    expect.arrayContaining([
      ['UNKNOWN_TYPE', unknownType],
      ['UNKNOWN_MEMBER', stranger],
      ['UNREADABLE', torn],
    ]),
  );
  const { messages } = await world.admin.call('listParkedMessages', { page: undefined });
  expect(messages.map(({ reason, raw }) => [reason, raw])).toEqual(
    expect.arrayContaining([['UNKNOWN_TYPE', unknownType]]),
  );
  expect(messages).toHaveLength(3);
});

test('all seven kinds are told by what they are about', async () => {
  const view = 'CAIGOU_SELLER_VIEW_MSG_';
  const kinds = [
    [`${view}BUYER_REQUISITION_APPROVAL_REJECT`, { requisitionId: '700' }],
    [`${view}PROCUREMENT_CREATE_ORDER_ACTION`, { procurementOrderId: 701, status: 'approved' }],
    [`${view}PROCUREMENT_CLOSE_ORDER_ACTION`, { procurementOrderId: '702', orderCode: 'PO 1+1' }],
    [`${view}PROCUREMENT_RECEIVEGOODS_ACTION`, { id: 703, action: 'CREATE' }],
    [`${view}PROCUREMENT_SETTLEMENT_ACTION`, { settlementNoteId: '704', action: 'CANCEL' }],
    [`${view}MALL_GOODS_STATUS_CHANGE`, { id: 705, goodsStatus: 'deleted', subject: 's' }],
  ] as const;
  for (const [index, [type, data]] of kinds.entries()) {
    expect((await world.push(messageOf(`k${index}`, type, data))).status).toBe(200);
  }
  await eventually(() =>
    expect(
      said()
        .filter(({ messageId }) => messageId.startsWith('k'))
        .map(({ news }) => news),
    ).toEqual(
      expect.arrayContaining([
        { kind: 'REQUISITION_REJECTED', requisitionId: '700' },
        { kind: 'ORDER_CREATED', orderId: '701' },
        { kind: 'ORDER_CANCELLED', orderId: '702' },
        { kind: 'RECEIPT_CHANGED', receiptId: '703', action: 'CREATE' },
        { kind: 'SETTLEMENT_CHANGED', settlementId: '704', action: 'CANCEL' },
        { kind: 'GOODS_STATUS_CHANGED', goodsId: '705', state: 'DELETED' },
      ]),
    ),
  );
});

test('[field V1] [field V2] [field V4] ids are known by their text, all digits of them', async () => {
  const pushes = [
    created(5_528_020_370, '800'),
    created('5528020370', 800),
    created('56cd6f1f-49eb-4d92-9b87-c746327b26c4', 800),
    created(1, 800).replace('"msgId":1', '"msgId":9007199254740993'),
    created(1, 800).replace('"msgId":1', '"msgId":9007199254740992'),
  ];
  for (const json of pushes) expect((await world.push(json)).status).toBe(200);
  await eventually(() => expect(ofRequisition('800')).toHaveLength(4));
});

test('[field V3] [field V5] [field V6] data as text, members that nobody knows, a test of the channel', async () => {
  const text = messageOf('v3', CREATED, { requisitionId: 900 }).replace(
    /"data":(\{.*\})\}$/,
    (_all, data: string) => `"data":${JSON.stringify(data)},"extraInfo":{"$ref":"$.data"}}`,
  );
  expect((await world.push(text)).status).toBe(200);
  await eventually(() => expect(ofRequisition('900')).toHaveLength(1));
  const before = heard.length;
  const tested = '{"msgId":"t1","type":"SYSTEM_TEST_PLATFORM","data":{}}';
  expect((await world.push(tested)).status).toBe(200);
  expect(await metricsText()).toMatch(
    /astrolabe_inbound_verdicts_total\{[^}]*channel="procurement"[^}]*verdict="TEST"[^}]*\} 1/,
  );
  expect(heard).toHaveLength(before);
});

test('[field M1] [field M2] [field M4] [field M5] [field M6] forms of the sender', async () => {
  for (const method of ['GET', 'HEAD']) {
    const probe = await fetch(`${world.url}/1688/message`, { method });
    expect(probe.status).toBe(200);
  }
  const json = created('m1', 1000);
  const signature = signAop({ params: { message: json }, secret: SECRET });
  const fields = { _aop_signature: signature.toLowerCase(), message: json };
  for (const type of ['text/plain', null, 'application/x-www-form-urlencoded']) {
    expect((await world.post('/1688/message', form(fields), type)).status).toBe(200);
  }
  expect((await world.post('/1688/message?tenant=7', form(fields))).status).toBe(200);
  const all = signAop({ params: { message: json, tenant: '7' }, secret: SECRET });
  const signedAll = form({ message: json, _aop_signature: all });
  expect((await world.post('/1688/message?tenant=7', signedAll)).status).toBe(200);
  expect((await world.post('/1688/message?tenant=8', signedAll)).status).toBe(401);
  expect((await world.push(json, SECRET, { extra: '1' })).status).toBe(200);
  const asJson = JSON.stringify(fields);
  expect((await world.post('/1688/message', asJson, 'application/json')).status).toBe(415);
  expect((await world.post('/1688/message', 'x', 'multipart/form-data;boundary=x')).status).toBe(
    415,
  );
  await eventually(() => expect(ofRequisition('1000')).toHaveLength(1));
});

test('[field M3] an address with a blank and a plus, an id of 18 digits, signed by the platform’s own SDK', async () => {
  const json =
    '{"msgId":"5528020370","gmtBorn":"1572867144980","type":"CAIGOU_SELLER_VIEW_MSG_PROCUREMENT_CLOSE_ORDER_ACTION","userInfo":"b2b-3081850159d0afc","data":{"procurementOrderId":123456789012345678,"orderCode":"PO 1+1"}}';
  const signature = 'D5D9B9634E27957191D0790A6078DF71A8962CFD';
  const body = form({ message: json, _aop_signature: signature });
  expect(body).toContain('PO+1%2B1');
  expect((await world.post('/1688/message', body)).status).toBe(200);
  await eventually(() =>
    expect(said().map(({ news }) => news)).toContainEqual({
      kind: 'ORDER_CANCELLED',
      orderId: '123456789012345678',
    }),
  );
});

test('a connection above its rate is told to come later; a disabled one is nobody', async () => {
  await world.connect({ ratePerSecond: 1 });
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await world.push(created(`r${n}`, 1100))).status);
  expect(statuses).toContain(429);
  await world.connect({ ratePerSecond: 0 });
  // As at every door a long one takes more of the rate, and a slow connection may still send it.
  const long = (n: number) =>
    messageOf(`long${n}`, CREATED, { requisitionId: 1101, title: '办'.repeat(5_000) });
  await world.connect({ ratePerSecond: 4, appKey: '1000001' }, { secret: 'slow' });
  expect((await world.push(long(1), 'slow')).status).toBe(200);
  expect((await world.push(created('short', 1101), 'slow')).status).toBe(429);
  await world.connect({ ratePerSecond: 0 });
  const key = { sellerId: '21230', platform: '1688', askedBy: 'operator:test' };
  await world.admin.call('setConnectionEnabled', { ...key, enabled: false, reason: '' });
  expect((await world.push(created('off', 1100))).status).toBe(401);
  await world.admin.call('setConnectionEnabled', { ...key, enabled: true, reason: '' });
  expect((await world.push(created('on', 1100))).status).toBe(200);
  const { connections } = await world.admin.call('listConnections', {
    sellerId: '',
    page: undefined,
  });
  expect(connections).toMatchObject([
    { enabled: true, connection: { sellerId: '21230', memberId: MEMBER, appKey: '1000000' } },
  ]);
  expect(inspect(connections, { depth: null })).not.toContain(SECRET);
  const actions = await world.db.collection('audit').find({}).sort({ _id: 1 }).toArray();
  expect(actions.map(({ action }) => String(action)).slice(-4)).toEqual([
    'connection.put',
    'connection.put',
    'connection.disabled',
    'connection.enabled',
  ]);
});

test('a kept message is read again: it is taken once its member is connected, once, and what nobody understands stays', async () => {
  const member = 'b2b-late';
  const early = messageOf(901, CREATED, { requisitionId: 901 }, member);
  const never = messageOf(902, 'CAIGOU_SOMETHING_NEWER', { x: 1 });
  for (const json of [early, never]) expect((await world.push(json)).status).toBe(200);
  const since = new Date(now.getTime() - 1_000);
  const replay = async (dryRun: boolean) => {
    const asked = { platform: '1688', since, askedBy: 'operator:test', dryRun, page: undefined };
    const { messages } = await world.admin.call('replayParked', asked);
    return messages
      .filter(({ messageId }) => messageId.startsWith('90'))
      .map(({ messageId, sellerId, outcome }) => [messageId, sellerId, outcome]);
  };
  const newer = ['902', '21230', 'UNKNOWN_TYPE'];
  expect(await replay(false)).toEqual([['901', '', 'UNKNOWN_MEMBER'], newer]);
  await world.connect({ sellerId: '21239', memberId: member, addressId: 'late' });
  const taken = ['901', '21239', 'TAKEN'];
  expect(await replay(true)).toEqual([taken, newer]);
  expect(ofRequisition('901')).toEqual([]);
  expect(await replay(false)).toEqual([taken, newer]);
  await eventually(() => expect(ofRequisition('901')).toHaveLength(1));
  expect(await replay(false)).toEqual([newer]);
  // The platform sends it again: it was taken.
  expect((await world.push(early)).status).toBe(200);
  const { messages } = await world.admin.call('listParkedMessages', { page: undefined });
  const of = (id: string) => messages.find(({ messageId }) => messageId === id);
  expect(of('901')?.takenAt).toBeInstanceOf(Date);
  expect(of('902')?.takenAt).toBeUndefined();
  expect(ofRequisition('901')).toHaveLength(1);
  await expect(
    world.admin.call('replayParked', {
      platform: 'tmall',
      since,
      askedBy: 'operator:test',
      dryRun: false,
      page: undefined,
    }),
  ).rejects.toThrow(/platform/);
});
