import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tmallOrder } from '@astrolabe/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppName } from '@astrolabe/local-stack';
import { startKafka } from '@astrolabe/local-servers';
import { eventually } from '@astrolabe/testing';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

const NOTIFY = 'taobao.qimen.omniorder.allocatedinfo.sync';
const PATIENCE = { timeoutMs: 40_000, intervalMs: 100 };

/** Repeats a call as a real caller does while the platform is away. */
const insist = (call: () => Promise<Record<string, unknown>>) =>
  eventually(async () => expect(await call()).toMatchObject({ code: '0' }), PATIENCE);

async function finish(actor: Actor, disturb: (step: string) => Promise<void>): Promise<void> {
  await eventually(() => actor.pay(), PATIENCE);
  await disturb('paid');
  await actor.seller.pos.received(NOTIFY, TID);
  await disturb('notified');
  await insist(() => actor.storeReport('accpeted', '1342'));
  await disturb('accepted');
  await eventually(() => actor.push('taobao_trade_TradeSellerShip'), PATIENCE);
  await disturb('shipped');
  await insist(() => actor.storeReport('consigned', '1342'));
  await disturb('consigned');
}

/** Everything happened, and happened once. */
async function completed(harness: Harness, actor: Actor): Promise<void> {
  await eventually(async () => {
    const { order } = await harness.clients.orders.call('getOrder', {
      orderRef: tmallOrder(actor.seller.sellerId, TID),
    });
    expect(order).toMatchObject({ state: 'SHIPPED', allocation: 1 });
  }, PATIENCE);
  const { receivable } = await eventually(
    () =>
      harness.clients.settlement.call('getReceivable', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      }),
    PATIENCE,
  );
  expect(receivable).toMatchObject({ amountFen: 20_000n, lines: [{ subOrderId: OID }] });
  expect(await actor.stock()).toEqual({
    'WH-01 C': '10/0',
    '1342 U': '2/0',
    '123 C': '3/0',
    '123 U': '2/0',
  });
  const allocations = new Set(
    actor.seller.pos.calls
      .filter((call) => call.method === NOTIFY)
      .map((call) => JSON.stringify(call.body)),
  );
  expect(allocations.size).toBe(1);
}

describe('a service is killed and started again', () => {
  let harness: Harness;
  const victims: AppName[] = [
    'gateway-ingress',
    'order-router',
    'inventory-service',
    'fulfillment',
    'settlement',
    'catalog-sync',
  ];
  beforeAll(async () => {
    harness = await startHarness({ apart: victims });
  });
  afterAll(() => harness.stop());
  test.each(victims)(
    '%s, after every step of an order: it completes, each effect once',
    async (app) => {
      const actor = await startedSeller(harness);
      await finish(actor, async () => {
        await harness.stack.kill(app);
        await harness.stack.start(app);
      });
      await completed(harness, actor);
    },
  );
});

test('the broker is away: pushes are kept, and the order goes on when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-broker-'));
  const broker = await startKafka({ dataDir: folder });
  const port = Number(broker.brokers.split(':')[1]);
  const harness = await startHarness({ kafkaBrokers: broker.brokers });
  try {
    const actor = await startedSeller(harness);
    broker.kill('SIGKILL');
    await broker.exited;
    await actor.pay();
    const back = await startKafka({ dataDir: folder, port });
    await actor.seller.pos.received(NOTIFY, TID);
    await insist(() => actor.storeReport('accpeted', '1342'));
    await actor.push('taobao_trade_TradeSellerShip');
    await insist(() => actor.storeReport('consigned', '1342'));
    await completed(harness, actor);
    await harness.stop();
    await back.stop();
  } finally {
    await harness.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
