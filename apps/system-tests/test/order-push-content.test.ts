import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { adminAddress } from '@astrolabe/local-stack';
import { eventually, servers } from '@astrolabe/testing';
import { BSON, MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';

const ALLOCATE = 'taobao.qimen.omniorder.allocate';
const MODEL_B = { allocator: 'isv', acceptor: 'dianzhanggui' } as const;
const APP_KEYS = ['123543', '89765'];
const push = {
  method: 'ONBOARDING' as const,
  onboarding: '123543',
  applications: [{ appKey: '123543', omni: true }],
};

let rds: RdsServer;
let harness: Harness;
beforeAll(async () => {
  rds = await startRds(APP_KEYS);
  harness = await startHarness({
    apps: [...SERVICES, 'order-push', 'console'],
    // These two are killed.
    apart: ['order-push', 'gateway-ingress'],
    extra: { 'order-push': { RDS_CONNECTIONS: rds.connections } },
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

type Shown = Record<string, unknown>;

/** The trade as an application reads it; null while it is not there. */
async function tradeOf(appKey: string, tid: string): Promise<Shown | null> {
  const row = await rds.trade(appKey, tid);
  if (!row) return null;
  const read = JSON.parse(row.jdp_response) as { trade_fullinfo_get_response: { trade: Shown } };
  return read.trade_fullinfo_get_response.trade;
}

test('gifts and batches of the allocation reach the table, fullinfo.get and the store', async () => {
  const actor = await startedSeller(harness, { ...MODEL_B, push });
  actor.seller.pos.answer(ALLOCATE, () => '{"code":"0"}');
  await actor.pay();
  await actor.order('AWAITING_ALLOCATION');
  const attributes = {
    gift: '围巾, 红',
    batch: ['B-1', 'B-2'],
    targetCode: '9',
    long: 'x'.repeat(2_001),
  };
  const line = { store_id: '1342', tid: TID, sub_oid: OID, type: 'Store', status: 'Allocated' };
  const answer = await actor.omni('taobao.omniorder.allocatedinfo.sync', {
    tid: TID,
    status: 'Allocated',
    store_allocated_list: JSON.stringify([{ ...line, attributes }]),
  });
  expect(answer).toMatchObject({ code: '0' });
  expect(answer['message']).toContain('attributes.long is longer than 2000 characters: left out');
  await actor.order('ALLOCATED');
  const shown =
    `subOrderCode:${OID},targetType:STORE,targetCode:1342,orderState:X_ALLOCATION_NOTIFIED,` +
    'gift:围巾%2C 红,batch:["B-1"%2C"B-2"],attributes.targetCode:9;';
  await eventually(async () =>
    expect((await tradeOf('123543', TID))?.['omnichannel_param']).toContain(shown),
  );
  const full = await actor.omni('taobao.trade.fullinfo.get', { fields: 'tid', tid: TID });
  expect(full).toMatchObject({
    trade: { omnichannel_param: expect.stringContaining(shown) as string },
  });
  const clerk = await clerkAtWork(actor, '小王');
  const kept = [
    ['gift', '围巾, 红'],
    ['batch', '["B-1","B-2"]'],
    ['targetCode', '9'],
  ];
  await eventually(async () => {
    const { body } = await clerk.get('/api/orders?status=OFFERED');
    expect(body['orders']).toMatchObject([
      { orderRef: { number: TID }, lines: [{ attributes: kept }] },
    ]);
  });
});

/** Everything that tells of a person, as the channel gave it. */
const RECEIVER = { name: '张三丰', mobile: '13812345678', address: '文一西路969号' };

test('each application reads the whole trade, the receiver as it is entitled to, each look recorded', async () => {
  const actor = await startedSeller(harness, {
    ...MODEL_B,
    push: {
      ...push,
      applications: [
        { appKey: '123543', omni: true, revealsReceiver: true },
        { appKey: '89765', omni: true },
      ],
    },
  });
  const tid = String(BigInt(TID) + 1_000n);
  await actor.pay({ tid, lines: [{ oid: OID, omni: false }], receiver: RECEIVER });
  const shown = {
    tid_str: tid,
    status: 'WAIT_SELLER_SEND_GOODS',
    seller_nick: '甘其食旗舰店',
    buyer_nick: 'b**r',
    payment: '200.00',
    total_fee: '200.00',
    receiver_state: '浙江省',
    receiver_city: '杭州市',
    receiver_district: '西湖区',
  };
  const line = { oid_str: OID, title: '包子礼盒', price: '100.00', payment: '200.00', num: 2 };
  const masked = {
    receiver_name: '张**',
    receiver_mobile: '138****5678',
    receiver_address: '文一******',
  };
  const plain = {
    receiver_name: RECEIVER.name,
    receiver_mobile: RECEIVER.mobile,
    receiver_address: RECEIVER.address,
  };
  await eventually(async () => {
    const orders = { order: [expect.objectContaining(line) as object] };
    expect(await tradeOf('123543', tid)).toMatchObject({ ...shown, ...plain, orders });
    expect(await tradeOf('89765', tid)).toMatchObject({ ...shown, ...masked, orders });
  });
  const admin = createGrpcClient(IngressAdminServiceClient, {
    address: adminAddress(harness.stack, 'gateway-ingress'),
    name: 'system-test',
    defaultDeadlineMs: 5_000,
  });
  const { entries } = await admin.call('listAuditEntries', { afterSequence: 0n, size: 500 });
  admin.close();
  const looks = entries
    .filter(({ target }) => target === orderKey(tmallOrder(actor.seller.sellerId, tid)))
    .map(({ caller, person, action }) => `${caller} ${person} ${action}`);
  expect(new Set(looks)).toEqual(
    new Set(['order-push app:123543 receiver.revealed', 'order-push app:89765 receiver.masked']),
  );
  await holdsNothing(Object.values(RECEIVER));
});

/** The receiver stands in the tables alone: in no document or log of the service. */
async function holdsNothing(words: readonly string[]): Promise<void> {
  const client = await MongoClient.connect(servers().mongoUri);
  const kept: string[] = [];
  try {
    const db = client.db(`${harness.stack.settings.databasePrefix}order_push`);
    for (const collection of await db.collections()) {
      kept.push(BSON.EJSON.stringify(await collection.find().limit(1_000).toArray()));
    }
  } finally {
    await client.close();
  }
  expect(kept.join()).toContain(TID);
  for (const file of readdirSync(harness.logDir)) {
    kept.push(readFileSync(join(harness.logDir, file), 'utf8'));
  }
  for (const word of words) expect(kept.join().includes(word), word).toBe(false);
}

test('with the gateway away the order is in the table all the same, and is completed once it is back', async () => {
  const actor = await startedSeller(harness, { ...MODEL_B, push });
  const tid = String(BigInt(TID) + 2_000n);
  actor.seller.pos.answer(ALLOCATE, () => '{"code":"0"}');
  await harness.stack.kill('order-push');
  await actor.pay({ tid, receiver: RECEIVER });
  // The trade is out of the gateway once the router has it.
  await actor.order('AWAITING_ALLOCATION', tid);
  await harness.stack.kill('gateway-ingress');
  await harness.stack.start('order-push');
  await eventually(
    async () => {
      const trade = await tradeOf('123543', tid);
      expect(trade).toMatchObject({ receiver_city: '杭州市', total_fee: '200.00' });
      expect(trade).not.toHaveProperty('receiver_name');
    },
    { timeoutMs: 40_000 },
  );
  await harness.stack.start('gateway-ingress');
  await eventually(
    async () => expect(await tradeOf('123543', tid)).toMatchObject({ receiver_name: '张**' }),
    { timeoutMs: 60_000 },
  );
});
