import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clerkAtWork } from '../src/clerk.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';

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
    apps: [...SERVICES, 'order-push', 'store-console'],
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
    const { body } = await clerk.get('/api/orders?status=X_ALLOCATION_NOTIFIED');
    expect(body['orders']).toMatchObject([{ tradeId: TID, lines: [{ attributes: kept }] }]);
  });
});
