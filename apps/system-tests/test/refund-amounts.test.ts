import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startRds } from '../src/rds.ts';
import type { RdsServer } from '../src/rds.ts';
import {
  FULL,
  HELD,
  SOLD,
  askRefund,
  changeRefund,
  refundsOf,
  reportStatus,
} from '../src/refunds.ts';
import { tradeJson } from '../src/requests.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import { pushToGateway } from '../src/wire.ts';

const TOLD = 'taobao.qimen.omniorder.allocatedinfo.sync';
const REFUND_SPI = 'taobao.qimen.omniorder.customer.refund';
const APP_KEY = '123543';

let rds: RdsServer;
let harness: Harness;
let of: ReturnType<typeof refundsOf>;
beforeAll(async () => {
  rds = await startRds([APP_KEY]);
  harness = await startHarness({
    apps: [...SERVICES, 'order-push'],
    extra: { 'order-push': { RDS_CONNECTIONS: rds.connections } },
  });
  of = refundsOf(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
  await rds.stop();
});

/** A seller of model C whose application has the tables. */
const seller = () =>
  startedSeller(harness, {
    push: {
      method: 'ONBOARDING',
      onboarding: APP_KEY,
      applications: [{ appKey: APP_KEY, omni: true }],
    },
  });

const rowIs = (refundId: string, values: { status: string; text: string }) =>
  eventually(async () => {
    const row = await rds.refund(APP_KEY, refundId);
    expect(row).toMatchObject({ status: values.status });
    expect(row?.['jdp_response']).toContain(values.text);
  });

test('a refund of money alone: the store is not asked, the stock stays, the tables show it', async () => {
  const actor = await seller();
  await of.acceptedAt1342(actor);
  await askRefund(actor, { refundId: '7101', refundFee: '5.00', refundNum: 0 });
  await of.refundIs(actor, 'AMOUNT_ONLY', true);
  await rowIs('7101', { status: 'WAIT_SELLER_AGREE', text: '"refund_fee":"5.00","refund_num":0' });
  expect((await of.tasks(actor))[0]?.status).toBe('ACCEPTED');
  expect(await actor.stock()).toEqual(SOLD);
  expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('failure');
  await of.shippedFrom1342(actor);
  expect(await actor.stock()).toEqual(SOLD);
  expect(actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI)).toEqual([]);
});

test('a refund that the buyer changes: its amount, then to money alone', async () => {
  const actor = await seller();
  await of.toldTo1342(actor);
  await askRefund(actor, { refundId: '7102', modified: new Date(Date.now() - 4_000) });
  await of.refundIs(actor, 'WAITING_STORE', false);
  await rowIs('7102', { status: 'WAIT_SELLER_AGREE', text: '"refund_fee":"200.00"' });
  await changeRefund(actor, {
    refundId: '7102',
    refundFee: '150.00',
    modified: new Date(Date.now() - 2_000),
  });
  await rowIs('7102', { status: 'WAIT_SELLER_AGREE', text: '"refund_fee":"150.00"' });
  await of.refundIs(actor, 'WAITING_STORE', false);
  expect(actor.seller.pos.calls.filter(({ method }) => method === REFUND_SPI)).toHaveLength(1);

  await changeRefund(actor, { refundId: '7102', refundFee: '5.00', refundNum: 0 });
  await of.refundIs(actor, 'AMOUNT_ONLY', true);
  await rowIs('7102', { status: 'WAIT_SELLER_AGREE', text: '"refund_fee":"5.00","refund_num":0' });
  // The store is to prepare the goods after all.
  await actor.seller.pos.received(TOLD, TID, 2);
  expect((await of.tasks(actor))[0]?.status).toBe('OFFERED');
  expect(await actor.stock()).toEqual(HELD);
});

test('changed to money alone after the store agreed: the goods are held and allocated again', async () => {
  const actor = await startedSeller(harness);
  await of.acceptedAt1342(actor);
  await askRefund(actor, { refundId: '7103', modified: new Date(Date.now() - 2_000) });
  await of.refundIs(actor, 'WAITING_STORE', false);
  expect(await reportStatus(actor, 'X_SHOP_CANCEL_CONFIRM')).toBe('success');
  await actor.order('CLOSED');
  await actor.stockIs(FULL);
  await changeRefund(actor, { refundId: '7103', refundFee: '5.00', refundNum: 0 });
  await of.givenToStore(actor, TID, 2);
  await actor.stockIs(HELD);
  await of.refundIs(actor, 'AMOUNT_ONLY', true);
});

test('a part of the pieces: refused in words, and nothing changes (D-12)', async () => {
  const actor = await startedSeller(harness);
  await of.acceptedAt1342(actor);
  const json = tradeJson({
    topic: 'taobao_refund_RefundCreated',
    sellerId: actor.seller.sellerId,
    tid: TID,
    lines: [{ oid: OID, num: 2, refund: 'WAIT_SELLER_AGREE', refundId: '7104', refundNum: 1 }],
  });
  const { text } = await pushToGateway(harness.gateway, actor.seller.keys.tmall, json);
  const answer = JSON.parse(text) as { code: string; message: string };
  expect(answer.code).not.toBe('0');
  expect(answer.message).toContain('refund_num');
  expect(answer.message).toContain('a part of the pieces cannot be refunded');
  expect(await of.refunds(actor)).toEqual([]);
  expect(await actor.stock()).toEqual(SOLD);
});
