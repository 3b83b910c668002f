import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { placeFromMessage } from '@astrolabe/contracts';
import { Role } from '@astrolabe/contracts/console';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { adminAddress, grpcAddress, httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { newUser, operatorAtWork, operatorOf } from '../src/operator.ts';
import { askRefund, refundsOf } from '../src/refunds.ts';
import { Actor, OID, TID } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FULL = { 'WH-01 C': '10/0' };
const HELD = { 'WH-01 C': '10/2' };
const SOLD = { 'WH-01 C': '8/0' };

type Model = readonly [name: string, 'astrolabe' | 'isv', 'dianzhanggui' | 'pos'];
/** Who allocates and who accepts: two switches, four models (catalogue 1.2). */
const MODELS: Model[] = [
  ['A', 'astrolabe', 'dianzhanggui'],
  ['B', 'isv', 'dianzhanggui'],
  ['C', 'astrolabe', 'pos'],
  ['D', 'isv', 'pos'],
];

let harness: Harness;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'console'] });
  of = refundsOf(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Paid, and with the only place that has the goods: the warehouse. */
async function atWarehouse([, allocator, acceptor]: Model): Promise<Actor> {
  const actor = new Actor(harness, await harness.newSeller({ allocator, acceptor }));
  await actor.createStores();
  const stock = { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' } as const;
  await actor.initialise([stock]);
  await actor.pay();
  if (allocator === 'isv') {
    await actor.order('AWAITING_ALLOCATION');
    expect(await actor.allocateTo('WH-01')).toMatchObject({ code: '0' });
  }
  await actor.order('ALLOCATED');
  await of.givenToStore(actor);
  await actor.stockIs(HELD);
  return actor;
}

/** The command line, as an operator of the seller types it; its lines. */
async function astrolabe(...words: string[]): Promise<unknown[]> {
  const cli = join(ROOT, 'apps/cli/src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...words], {
    env: {
      ...process.env,
      FULFILLMENT_ADDRESS: grpcAddress(harness.stack, 'fulfillment'),
      FULFILLMENT_ADMIN_ADDRESS: adminAddress(harness.stack, 'fulfillment'),
    },
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

const answer = (actor: Actor, word: string, oid = OID) => {
  const order = orderKey(tmallOrder(actor.seller.sellerId, TID));
  return astrolabe('refund', 'answer', order, oid, '--answer', word, '--actor', '李主管');
};

describe.each(MODELS)('model %s: goods that a warehouse has', (...model) => {
  test('are put back by the word of an operator; only then are they sold again', async () => {
    const actor = await atWarehouse(model);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_STORE', false);
    const listed = await astrolabe(
      'refund',
      'list',
      orderKey(tmallOrder(actor.seller.sellerId, TID)),
    );
    expect(listed).toMatchObject([
      { subOrderId: OID, state: 'WAITING_STORE', place: { id: 'WH-01' } },
    ]);
    expect(await actor.stock()).toEqual(HELD);
    await expect(answer(actor, 'matched')).rejects.toThrow(/ILLEGAL_TRANSITION|may not follow/);
    await expect(answer(actor, 'confirm', '1')).rejects.toThrow(/UNKNOWN_SUB_ORDER|no such sub/);
    expect(await answer(actor, 'confirm')).toEqual([{}]);
    expect(await answer(actor, 'confirm')).toEqual([{ already: true }]);
    await of.refundIs(actor, 'AGREED', true);
    await actor.order('CLOSED');
    await actor.stockIs(FULL);
    const [task] = await of.tasks(actor);
    expect(task?.history.at(-1)).toMatchObject({
      status: 'CANCEL_AGREED',
      operator: '李主管',
    });
  });

  test('that have left come back by the word of an operator; nothing is owed then', async () => {
    const actor = await atWarehouse(model);
    await actor.push('taobao_trade_TradeSellerShip');
    await actor.order('SHIPPED');
    await actor.stockIs(SOLD);
    await askRefund(actor);
    await of.refundIs(actor, 'WAITING_RETURN', false);
    await expect(answer(actor, 'confirm')).rejects.toThrow();
    expect(await answer(actor, 'matched')).toEqual([{}]);
    await of.refundIs(actor, 'RETURNED', true);
    await eventually(async () => {
      const { receivable } = await harness.clients.settlement.call('getReceivable', {
        orderRef: tmallOrder(actor.seller.sellerId, TID),
      });
      expect(receivable).toMatchObject({ amountFen: 0n, state: 'CLOSED' });
      expect(placeFromMessage(receivable?.lines[0]?.place)?.id).toBe('WH-01');
    });
    // They count again when the merchant reports them (catalogue 3.5).
    expect(await actor.stock()).toEqual(SOLD);
  });
});

test('an operator who says that the goods are out blocks the refund', async () => {
  const actor = await atWarehouse(['A', 'astrolabe', 'dianzhanggui']);
  await askRefund(actor);
  await of.refundIs(actor, 'WAITING_STORE', false);
  expect(await answer(actor, 'denied')).toEqual([{}]);
  await of.refundIs(actor, 'DENIED', false);
  await actor.push('taobao_trade_TradeSellerShip');
  await actor.order('SHIPPED');
});

test('a trade that is closed at a warehouse: nobody is waited for', async () => {
  const actor = await atWarehouse(['A', 'astrolabe', 'dianzhanggui']);
  await actor.push('taobao_trade_TradeClose');
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  expect(await answer(actor, 'confirm')).toEqual([{}]);
  await of.refundIs(actor, 'AGREED', true);
});

test('an operator answers in the console, where there is no system and no clerk', async () => {
  const actor = await atWarehouse(['A', 'astrolabe', 'dianzhanggui']);
  const reader = await newUser(adminAddress(harness.stack, 'console'), [
    { role: Role.READER, sellerId: actor.seller.sellerId },
  ]);
  const reads = await openSession(httpUrl(harness.stack, 'console'), reader);
  const operator = await operatorAtWork(actor);
  const path = `/api/sellers/${actor.seller.sellerId}/orders/tmall/${TID}/refunds/answer`;
  const say = (word: string, ...subOrderIds: string[]) =>
    operator.post(path, { answer: word, subOrderIds });
  await askRefund(actor);
  await of.refundIs(actor, 'WAITING_STORE', false);
  const body = { answer: 'confirm', subOrderIds: [OID] };
  expect(await reads.post(path, body)).toMatchObject({ status: 403 });
  expect(await say('granted', OID)).toMatchObject({ status: 400 });
  expect(await say('confirm')).toMatchObject({ status: 400 });
  expect(await say('confirm', '1')).toMatchObject({ body: { code: 'UNKNOWN_SUB_ORDER' } });
  expect(await say('matched', OID)).toMatchObject({
    status: 409,
    body: { code: 'ILLEGAL_TRANSITION' },
  });
  expect(await actor.stock()).toEqual(HELD);
  expect(await say('confirm', OID)).toMatchObject({ status: 200, body: {} });
  expect(await say('confirm', OID)).toMatchObject({ status: 200, body: { already: true } });
  await of.refundIs(actor, 'AGREED', true);
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  const [task] = await of.tasks(actor);
  const { login } = await operatorOf(actor);
  expect(task?.history.at(-1)?.operator).toContain(`(${login})`);
});
