import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { ProcurementUnderTest } from '../src/procurement.ts';

const REQUISITION = '123456';
const ORDER = '9007199254740993';
const CALL_MS = 1_000;
const RETRY_MS = 500;
const GRACE_MS = 1_500;

let harness: Harness;
const opened: ProcurementUnderTest[] = [];

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    // It is ended and started again.
    apart: ['order-router'],
    extra: {
      'order-router': {
        PROCUREMENT_CONNECT_TIMEOUT_MS: String(CALL_MS),
        PROCUREMENT_RESPONSE_TIMEOUT_MS: String(CALL_MS),
        PROCUREMENT_RETRY_MS: String(RETRY_MS),
        PROCUREMENT_GRACE_MS: String(GRACE_MS),
      },
    },
  });
});
afterAll(async () => {
  for (const one of opened) one.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

async function started(pieces: bigint): Promise<ProcurementUnderTest> {
  const one = await ProcurementUnderTest.start(harness, pieces);
  opened.push(one);
  return one;
}

/** A requisition of so many pieces, held. */
async function held(pieces: number, stock = 10n): Promise<ProcurementUnderTest> {
  const one = await started(stock);
  await one.putRequisition(REQUISITION, pieces);
  expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
  await one.untilStock(`${stock}/${pieces}`);
  return one;
}

/** The requisition passed, and an order came of it. */
async function ordered(
  one: ProcurementUnderTest,
  pieces: number,
  status: 'approved' | 'wait_supplier_confirm' = 'wait_supplier_confirm',
): Promise<void> {
  await one.put('requisitions', REQUISITION, { status: 'pass' });
  await one.putOrder(ORDER, pieces, status, {}, { sourceRootId: REQUISITION });
  expect(await one.say('ORDER_CREATED', ORDER)).toBe(200);
}

describe('a requisition', () => {
  test('[P-A11] [P-A12] [P-A13] is one hold of 4, however often it is said', async () => {
    const one = await started(10n);
    await one.putRequisition(REQUISITION, 4);
    expect(await one.say('REQUISITION_CREATED', REQUISITION, '5528020370')).toBe(200);
    await one.untilStock('10/4');
    for (let times = 0; times < 3; times += 1) {
      expect(await one.say('REQUISITION_CREATED', REQUISITION, '5528020370')).toBe(200);
    }
    expect(await one.say('REQUISITION_CREATED', REQUISITION, '5528020371')).toBe(200);
    await eventually(async () => {
      const seen = await one.requisition(REQUISITION);
      const said = seen?.timeline.filter(({ what }) => what === 'REQUISITION_CREATED');
      expect(said).toHaveLength(2);
      expect((await one.calls('requisition')).length).toBeGreaterThanOrEqual(2);
    });
    expect(await one.requisition(REQUISITION)).toMatchObject({
      state: 'IN_APPROVAL',
      hold: 'HELD',
      problem: '',
      // The other supplier's line is not ours.
      lines: [{ goodsId: one.goodsId, quantityMilli: 4_000n }],
    });
    expect([await one.stock(), await one.sellable()]).toEqual(['10/4', 6]);
  });

  test('[P-A14] a rejection that comes before the requisition: nothing is held', async () => {
    const one = await started(10n);
    await one.putRequisition(REQUISITION, 4, 'reject');
    expect(await one.say('REQUISITION_REJECTED', REQUISITION)).toBe(200);
    expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
    await eventually(async () => {
      const seen = await one.requisition(REQUISITION);
      expect(seen?.timeline.map(({ what }) => what)).toContain('REQUISITION_CREATED');
      expect(seen).toMatchObject({ state: 'REJECTED', hold: 'NONE', dueAt: undefined });
    });
    expect([await one.stock(), await one.sellable()]).toEqual(['10/0', 10]);
  });

  test('[P-A15] a rejection releases its hold, once', async () => {
    const one = await held(4);
    await one.put('requisitions', REQUISITION, { status: 'reject' });
    expect(await one.say('REQUISITION_REJECTED', REQUISITION)).toBe(200);
    await one.untilStock('10/0');
    expect(await one.say('REQUISITION_REJECTED', REQUISITION)).toBe(200);
    await eventually(async () =>
      expect(await one.requisition(REQUISITION)).toMatchObject({
        hold: 'RELEASED',
        dueAt: undefined,
      }),
    );
    expect(await one.sellable()).toBe(10);
  });

  test('[field Q2] a detail that is not there yet is asked for again', async () => {
    const one = await started(10n);
    const missing = { kind: 'refusal', code: 'NOT_FOUND' };
    await one.putRequisition(REQUISITION, 4);
    await one.faults('requisition', [missing, missing]);
    expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
    await one.untilStock('10/4');
    expect(await one.calls('requisition')).toHaveLength(3);
  });
});

describe('an order', () => {
  test('[P-A16] whose stock is gone is given back once, and never confirmed', async () => {
    const one = await started(10n);
    await one.putStock(-8n, 'B-2');
    await one.putRequisition(REQUISITION, 4);
    expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
    await eventually(async () =>
      expect(await one.requisition(REQUISITION)).toMatchObject({
        hold: 'FAILED',
        problem: 'HOLD_FAILED',
      }),
    );
    await ordered(one, 4);
    await one.until(ORDER, { state: 'RETURNED', hold: 'FAILED', answer: 'RETURN' });
    expect(await one.calls('return')).toHaveLength(1);
    expect(await one.calls('confirm')).toEqual([]);
    expect(await one.stock()).toBe('2/0');
  });

  test('[P-A17] that waits for us is bound, and confirmed once', async () => {
    const one = await held(4);
    await ordered(one, 4);
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND', answer: 'CONFIRM', problem: '' });
    expect(await one.calls('confirm')).toHaveLength(1);
    expect((await one.calls('order')).length).toBeGreaterThanOrEqual(1);
    expect([await one.stock(), await one.sellable()]).toEqual(['10/4', 6]);
    // It is said again, and nothing follows.
    expect(await one.say('ORDER_CREATED', ORDER)).toBe(200);
    await one.until(ORDER, { state: 'EXECUTING' });
    expect(await one.calls('confirm')).toHaveLength(1);
  });

  test('[P-A18] that is approved is bound, and neither confirmed nor given back', async () => {
    const one = await held(4);
    await ordered(one, 4, 'approved');
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND', answer: '' });
    expect(await one.calls('confirm')).toEqual([]);
    expect(await one.calls('return')).toEqual([]);
  });

  test('[P-A19] a confirmation that was not done is tried again; nothing is shipped meanwhile', async () => {
    const one = await held(4);
    const notDone = { kind: 'text', text: '{"success":true,"data":{"confirmSuccess":false}}' };
    await one.faults('confirm', [notDone, notDone]);
    await ordered(one, 4);
    await one.until(ORDER, { state: 'AWAIT_OUR_CONFIRM', hold: 'BOUND', answerAttempts: 1 });
    await expect(one.ship(ORDER, '1', 4n)).rejects.toThrow(/NOT_CONFIRMED|NOT_FOUND/);
    await one.until(ORDER, { state: 'EXECUTING', answerAttempts: 3 });
    expect(await one.calls('confirm')).toHaveLength(3);
  });

  test.each([
    ['[P-A20] whose confirmation has its effect and no answer', { kind: 'late', ms: 3_000 }, 1],
    ['[P-A20] whose confirmation is lost', { kind: 'lost' }, 2],
    [
      '[field W1] whose confirmation is answered without data',
      { kind: 'text', text: '{"success":true}' },
      2,
    ],
  ] as const)('%s is looked up before anything else', async (_, fault, confirms) => {
    const one = await held(4);
    await one.faults('confirm', [fault]);
    await ordered(one, 4);
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND' });
    const calls = (await one.calls()).map(({ call }) => call);
    expect(calls.filter((call) => call === 'confirm')).toHaveLength(confirms);
    const [first = 0, second = calls.length] = calls.flatMap((call, at) =>
      call === 'confirm' ? [at] : [],
    );
    expect(calls.slice(first + 1, second)).toContain('order');
  });

  test('[P-A21] of 6 of 10 binds its part; 4 are free when no further order is expected', async () => {
    const one = await held(10);
    await ordered(one, 6);
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND' });
    expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
    await one.untilStock('10/6');
    expect(await one.sellable()).toBe(4);
  });

  test('[P-A22] cancelled before anything was shipped: all is free, and a later shipment is refused here', async () => {
    const one = await held(4);
    await ordered(one, 4);
    await one.until(ORDER, { state: 'EXECUTING' });
    await one.put('orders', ORDER, { status: 'canceled' });
    expect(await one.say('ORDER_CANCELLED', ORDER)).toBe(200);
    await one.until(ORDER, { state: 'CANCELLED', hold: 'RELEASED' });
    expect([await one.stock(), await one.sellable()]).toEqual(['10/0', 10]);
    await eventually(async () => {
      await expect(one.ship(ORDER, '1', 4n)).rejects.toThrow(/CANCELLED/);
    });
    expect(await one.calls('ship')).toEqual([]);
  });

  test('[field Q1] told of the cancel before the creation: cancelled, all is free, and nothing is confirmed', async () => {
    const one = await held(4);
    await one.put('requisitions', REQUISITION, { status: 'pass' });
    await one.putOrder(ORDER, 4, 'canceled', {}, { sourceRootId: REQUISITION });
    expect(await one.say('ORDER_CANCELLED', ORDER)).toBe(200);
    await one.until(ORDER, { state: 'CANCELLED' });
    expect(await one.say('ORDER_CREATED', ORDER)).toBe(200);
    expect(await one.say('REQUISITION_CREATED', REQUISITION)).toBe(200);
    await one.untilStock('10/0');
    expect((await one.order(ORDER))?.state).toBe('CANCELLED');
    expect(await one.calls('confirm')).toEqual([]);
    expect(await one.calls('return')).toEqual([]);
  });

  test('[P-A23] 6 of 10 shipped, then cancelled: the 6 stay consumed, 4 are free', async () => {
    const one = await held(10);
    await ordered(one, 10);
    await one.until(ORDER, { state: 'EXECUTING' });
    await eventually(async () => void (await one.ship(ORDER, '1', 6n)));
    await one.until(ORDER, { state: 'PARTIALLY_SHIPPED' });
    await one.untilStock('4/4');
    await one.put('orders', ORDER, { status: 'canceled' });
    expect(await one.say('ORDER_CANCELLED', ORDER)).toBe(200);
    await one.until(ORDER, { state: 'CANCELLED', hold: 'RELEASED' });
    expect([await one.stock(), await one.sellable()]).toEqual(['4/0', 4]);
    expect((await one.order(ORDER))?.lines).toMatchObject([
      { sentMilli: 6_000n, consumedMilli: 6_000n },
    ]);
  });

  test.each(['the shipment', 'the cancel'] as const)(
    '[X-A15] cancelled while a shipment is under way, %s first: it ends as the platform says',
    async (first) => {
      const one = await held(10);
      await ordered(one, 10);
      await one.until(ORDER, { state: 'EXECUTING' });
      if (first === 'the cancel') await one.put('orders', ORDER, { status: 'canceled' });
      // The answer comes after the cancel was said.
      await one.faults('ship', [{ kind: 'late', ms: 800 }]);
      const shipping = eventually(async () => await one.ship(ORDER, '1', 6n));
      await eventually(async () => expect(await one.calls('ship')).toHaveLength(1));
      if (first === 'the shipment') await one.put('orders', ORDER, { status: 'canceled' });
      expect(await one.say('ORDER_CANCELLED', ORDER)).toBe(200);
      await shipping;
      await one.until(ORDER, { state: 'CANCELLED', hold: 'RELEASED' });
      const gone = first === 'the shipment' ? 6n : 0n;
      expect(await one.stock()).toBe(`${10n - gone}/0`);
      expect((await one.order(ORDER))?.lines).toMatchObject([{ consumedMilli: gone * 1_000n }]);
    },
  );

  test('of which the requisition is not named: the one of that company with these goods', async () => {
    const one = await held(4);
    await one.putOrder(ORDER, 4, 'approved');
    expect(await one.say('ORDER_CREATED', ORDER)).toBe(200);
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND' });
    expect(await one.requisition(REQUISITION)).toMatchObject({ orders: [{ orderId: ORDER }] });
    expect(await one.stock()).toBe('10/4');
  });

  test('[P-A20] whose confirmation is under way when the process is killed: looked up, not said again', async () => {
    const one = await held(4);
    await one.faults('confirm', [{ kind: 'late', ms: 900 }]);
    await ordered(one, 4);
    await eventually(async () => expect(await one.calls('confirm')).toHaveLength(1));
    await harness.stack.kill('order-router');
    await harness.stack.start('order-router');
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND', answerState: 'SUCCEEDED' });
    expect(await one.calls('confirm')).toHaveLength(1);
    expect(await one.stock()).toBe('10/4');
  });

  test('of no requisition waits for a person, who says that it stands alone', async () => {
    const one = await started(10n);
    await one.putOrder(ORDER, 3, 'approved');
    expect(await one.say('ORDER_CREATED', ORDER)).toBe(200);
    await one.until(ORDER, { hold: 'NONE', problem: 'NO_REQUISITION' });
    await one.decide(ORDER, 'ALONE');
    await one.until(ORDER, { state: 'EXECUTING', hold: 'BOUND', problem: '' });
    expect(await one.stock()).toBe('10/3');
  });
});
