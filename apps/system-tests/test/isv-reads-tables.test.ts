import { PushMethod } from '@astrolabe/contracts/push';
import { tmallOrder } from '@astrolabe/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectIsv } from '../src/isv.ts';
import type { IsvClient } from '../src/isv.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import { TID, routedTo, startedSeller } from '../src/scenario.ts';

const ALLOCATE = 'taobao.qimen.omniorder.allocate';
/** The key that the harness gives to the POS role of its first seller. */
const APP_KEY = '212301';

let rds: RdsServer;
let harness: Harness;
let isv: IsvClient;
beforeAll(async () => {
  rds = await startRds([APP_KEY]);
  const tables = { RDS_CONNECTIONS: rds.connections, RDS_INTERVAL_MS: '200' };
  harness = await startHarness({
    apps: [...SERVICES, 'order-push', 'isv-allocator'],
    extra: { 'order-push': tables, 'isv-allocator': tables },
  });
  isv = connectIsv(harness);
});
afterAll(async () => {
  isv.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

test('method 2: the SPI is a mock that is called all the same, the order is read from the table', async () => {
  const actor = await startedSeller(harness, {
    sellerId: '21230',
    allocator: 'isv',
    acceptor: 'pos',
  });
  const { sellerId, keys, spi, pos } = actor.seller;
  expect(keys.pos.appKey).toBe(APP_KEY);
  const key = { appKey: spi.appKey, secret: spi.secret };
  await isv.call('putConnection', {
    connection: {
      sellerId,
      spi: key,
      platformUrl: harness.gateway.url,
      qimen: keys.erp,
      top: keys.pos,
    },
  });
  await harness.clients.push.call('putSeller', {
    seller: {
      sellerId,
      spiUrl: pos.url,
      spiAppKey: spi.appKey,
      method: PushMethod.ONBOARDING,
      onboardingAppKey: APP_KEY,
      applications: [{ appKey: APP_KEY, omni: true }],
    },
    spiSecret: spi.secret,
  });
  await actor.pay();
  await pos.received(ALLOCATE, TID);
  const order = await actor.order('ALLOCATED');
  expect(routedTo(order.lines)).toHaveLength(1);
  const found = await isv.call('getAllocation', { orderRef: tmallOrder(sellerId, TID) });
  expect(found).toMatchObject({ status: 'ALLOCATED', round: 1 });
  expect(await rds.trade(APP_KEY, TID)).not.toBeNull();
});
