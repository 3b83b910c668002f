import { ok } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPickupCodes } from '../src/adapters/node/pickup-codes.ts';
import { allocate } from '../src/domain/allocate.ts';
import type { Fulfilment } from '../src/domain/fulfilment.ts';
import { LOCK_MS, ORDER_FAILURES_MAX, openPickups, redeem } from '../src/domain/pickup.ts';
import { askRefund } from '../src/domain/refund.ts';
import { report } from '../src/domain/report.ts';
import { withdrawRefunds } from '../src/domain/withdrawal.ts';
import { MODELS, NOW, ORDER, SUB, SUB_2, allocation, line, sent } from './orders.ts';

const STORE = { type: 'STORE', id: '1342' } as const;
const hashOf = (number: number): string => `hash-${number}`;
const right = {
  codeHash: 'hash-1',
  place: STORE,
  operator: '小王',
  messageId: 'm-1',
  subOrderIds: [],
};

/** Sub-orders that store 1342 has for the buyer, with their pick-up. */
function confirmed(subOrderIds = [SUB]): Fulfilment {
  const lines = [SUB, SUB_2].map((id) => ({ ...line(id), place: STORE, placeName: '' }));
  const given = allocate(null, allocation(1, '1342', { flow: 'PICKUP', lines }), NOW).fulfilment;
  const told = sent('READY', {
    flow: 'PICKUP',
    channel: 'STATUS_UPDATE',
    subOrderIds,
  });
  const taken = report(given, told, MODELS.C, NOW);
  if (!taken.ok) throw new Error(taken.error);
  return openPickups(taken.value.fulfilment, hashOf, NOW);
}

describe('a pick-up', () => {
  test('opens once for a store, however often it confirms', () => {
    const state = confirmed();
    expect(state.pickups).toMatchObject([{ number: 1, codeHash: 'hash-1', place: STORE }]);
    expect(openPickups(state, hashOf, NOW)).toBe(state);
  });

  test('hands over what is confirmed, and opens anew for what is confirmed later', () => {
    const done = redeem(confirmed(), right, NOW);
    expect(done.changed.map((task) => task.subOrderId)).toEqual([SUB]);
    const told = sent('READY', {
      flow: 'PICKUP',
      channel: 'STATUS_UPDATE',
      subOrderIds: [SUB_2],
    });
    const more = report(done.fulfilment, told, MODELS.C, NOW);
    if (!more.ok) throw new Error(more.error);
    expect(openPickups(more.value.fulfilment, hashOf, NOW).pickups).toMatchObject([
      { number: 1, redeemedAt: NOW },
      { number: 2, redeemedAt: null },
    ]);
  });

  test('the same message again is answered as before; another one is refused', () => {
    const { fulfilment } = redeem(confirmed(), right, NOW);
    const again = redeem(fulfilment, right, NOW);
    expect(again).toMatchObject({ fulfilment, changed: [], outcome: { ok: true } });
    const other = redeem(fulfilment, { ...right, messageId: 'm-2' }, NOW);
    expect(other.outcome).toEqual({ ok: false, error: 'CODE_USED' });
    expect(other.changed).toEqual([]);
  });

  test('what the clerk has seen is handed over, or nothing', () => {
    const both = { ...right, subOrderIds: [SUB, SUB_2] };
    // One line was asked back, or was not confirmed: the goods on the counter are not for the buyer.
    const changed = redeem(confirmed(), both, NOW);
    expect(changed.outcome).toEqual({ ok: false, error: 'GOODS_CHANGED' });
    expect(changed.changed).toEqual([]);
    const less = redeem(confirmed([SUB, SUB_2]), { ...right, subOrderIds: [SUB] }, NOW);
    expect(less.outcome).toEqual({ ok: false, error: 'GOODS_CHANGED' });
    const same = redeem(confirmed([SUB, SUB_2]), both, NOW);
    expect(same.changed.map((task) => task.subOrderId)).toEqual([SUB, SUB_2]);
  });

  test('waits at its store only', () => {
    const elsewhere = redeem(confirmed(), { ...right, place: { type: 'STORE', id: '123' } }, NOW);
    expect(elsewhere.outcome).toEqual({ ok: false, error: 'OTHER_STORE' });
    expect(redeem(confirmed(), { ...right, place: null }, NOW).outcome.ok).toBe(true);
  });

  test('five wrong codes lock the order for 15 minutes, and a lock that is over counts anew', () => {
    const wrong = { ...right, codeHash: 'other' };
    let state = confirmed();
    for (let n = 0; n < ORDER_FAILURES_MAX; n += 1) state = redeem(state, wrong, NOW).fulfilment;
    expect(redeem(state, right, NOW).outcome).toEqual({ ok: false, error: 'CODE_LOCKED' });
    const later = new Date(NOW.getTime() + LOCK_MS);
    expect(redeem(state, wrong, later).fulfilment.pickupFailures).toEqual({
      count: 1,
      lockedUntil: null,
    });
    expect(redeem(state, right, later).outcome).toMatchObject(ok({ pickup: { number: 1 } }));
  });

  test('a refund before the hand-over asks the store, after it expects the goods back', () => {
    const wanted = [{ subOrderId: SUB, refundId: 'r', feeFen: 1n }];
    const statusAfter = (state: Fulfilment) => askRefund(state, wanted, NOW).fulfilment.tasks[0];
    const before = askRefund(confirmed(), wanted, NOW).fulfilment;
    expect(before.tasks[0]?.status).toBe('CANCEL_ASKED');
    expect(redeem(before, right, NOW).outcome).toEqual({ ok: false, error: 'NOT_READY' });
    const { fulfilment } = redeem(confirmed(), right, NOW);
    expect(statusAfter(fulfilment)?.status).toBe('RETURN_EXPECTED');
    expect(allocate(fulfilment, allocation(2, '123', { flow: 'PICKUP' }), NOW).kept).toEqual([SUB]);
  });
});

test('a withdrawn refund leaves the code good before the hand-over, and the goods with the buyer after it', () => {
  const wanted = [{ subOrderId: SUB, refundId: 'r', feeFen: 1n }];
  const told = [{ subOrderId: SUB, refundId: 'r' }];
  const back = (state: Fulfilment) =>
    withdrawRefunds(askRefund(state, wanted, NOW).fulfilment, told, NOW).fulfilment;
  expect(redeem(back(confirmed()), right, NOW).outcome).toMatchObject({ ok: true });
  const collected = back(redeem(confirmed(), right, NOW).fulfilment);
  expect(collected.tasks[0]).toMatchObject({ status: 'READY', handedOverAt: NOW });
  expect(redeem(collected, right, NOW)).toMatchObject({ changed: [], outcome: { ok: true } });
});

test('a new key makes new codes, and those of the older key stay good until it is gone', () => {
  const [older, newer] = [7, 8].map((fill) => Buffer.alloc(32, fill).toString('base64'));
  const before = createPickupCodes(`${older}`);
  const rotated = createPickupCodes(`${newer},${older}`);
  const code = before.codeOf(ORDER, 1);
  const codeHash = before.hashOf(ORDER.sellerId, code);
  expect(rotated.codeOf(ORDER, 1)).not.toBe(code);
  expect(rotated.hashesOf(ORDER.sellerId, code)).toContain(codeHash);
  expect(rotated.codeWithHash(ORDER, 1, codeHash)).toBe(code);
  expect(createPickupCodes(`${newer}`).codeWithHash(ORDER, 1, codeHash)).toBeNull();
});

test('a code has 12 digits, depends on order and number, and is hashed per seller', () => {
  const codes = createPickupCodes(Buffer.alloc(32, 7).toString('base64'));
  const others = createPickupCodes(Buffer.alloc(32, 8).toString('base64'));
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{16}$/), fc.nat(50), (digits, number) => {
      const order = { ...ORDER, number: digits };
      const code = codes.codeOf(order, number);
      expect(code).toMatch(/^[0-9]{12}$/);
      expect(codes.codeOf(order, number)).toBe(code);
      expect(codes.codeOf(order, number + 1)).not.toBe(code);
      expect(others.codeOf(order, number)).not.toBe(code);
      expect(codes.hashOf('1', code)).not.toBe(codes.hashOf('2', code));
      const grouped = ` ${code.slice(0, 4)} ${code.slice(4, 8)}\u3000${code.slice(8)}\n`;
      expect(codes.hashOf('1', grouped)).toBe(codes.hashOf('1', code));
    }),
  );
});
