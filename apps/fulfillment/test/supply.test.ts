import { err } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SupplyOutcome } from '../src/domain/supply/calls.ts';
import type { SupplyEvent } from '../src/domain/supply/events.ts';
import { lifeOf } from '../src/domain/supply/history.ts';
import { leftOf, shippedOf, stateOf, supplyState } from '../src/domain/supply/supply.ts';
import type { Supply } from '../src/domain/supply/supply.ts';
import { MALL_ORDER, PURCHASE, REFUSED, UNKNOWN, receipts, waited, world } from './supply-world.ts';

const kinds = (events: readonly SupplyEvent[]): string[] => events.map(({ kind }) => kind);
const stateNow = (supply: Supply, at = 0): string => {
  const parcel = supply.parcels[at];
  return parcel ? stateOf(parcel) : '';
};

test('[P-A24] of 10 ordered, 6 and 4 are told to the platform; one more is refused here', async () => {
  const one = world();
  one.confirm();
  expect(await one.ship('A', 6n)).toMatchObject({ value: { parcel: { platformIds: ['1'] } } });
  expect(await one.ship('A', 6n)).toMatchObject({ value: { already: true } });
  expect(await one.ship('A', 5n)).toEqual(err('PARCEL_EXISTS'));
  await one.ship('B', 4n);
  expect(await one.ship('C', 1n)).toEqual(err('OVER_SHIPMENT'));
  expect(one.told).toEqual(['A', 'B']);
  expect(one.stock.consumed).toBe(10_000n);
  expect(one.events).toMatchObject([
    { kind: 'SHIPPED', isComplete: false },
    { kind: 'SHIPPED', isComplete: true },
  ]);
});

test('[P-A25] [G-A28] what is not confirmed is not shipped, and nobody is told', async () => {
  for (const order of [PURCHASE, MALL_ORDER]) {
    const one = world(order);
    expect(await one.ship('A', 1n)).toEqual(err('NOT_CONFIRMED'));
    expect(one.told).toEqual([]);
  }
});

test('[P-A22] [P-A23] after the cancel nothing is shipped and nobody is told; what left before stays', async () => {
  const one = world();
  one.confirm();
  await one.ship('A', 6n);
  one.cancel();
  expect(await one.ship('B', 4n)).toEqual(err('CANCELLED'));
  expect(one.told).toEqual(['A']);
  expect(one.stock.consumed).toBe(6_000n);
  expect(supplyState(one.now())).toBe('CANCELLED');
});

test('[field W2] a lost answer, and the platform shows it: counted as shipped, told once', async () => {
  const one = world();
  one.confirm();
  one.answers.push(UNKNOWN);
  await one.ship('A', 6n);
  expect(stateNow(one.now())).toBe('PENDING');
  expect(one.stock.consumed).toBe(0n);
  one.platform.detail = { isOver: false, sent: new Map([['11', 6_000n]]) };
  await one.later(3);
  expect(stateNow(one.now())).toBe('SHIPPED');
  expect(one.now().parcels[0]?.platformIds).toEqual([]);
  expect(one.told).toEqual(['A']);
  expect(one.stock.consumed).toBe(6_000n);
});

test('[field W2] a lost answer, and the platform shows nothing three times: told again', async () => {
  const one = world();
  one.confirm();
  one.answers.push(UNKNOWN);
  await one.ship('A', 6n);
  for (const seconds of [2, 4]) await one.later(seconds);
  expect(one.told).toEqual(['A']);
  await one.later(8);
  expect(one.told).toEqual(['A', 'A']);
  expect(stateNow(one.now())).toBe('SHIPPED');
});

test('what the platform has of an earlier parcel is not taken for a later one', async () => {
  const one = world();
  one.confirm();
  await one.ship('A', 6n);
  one.platform.detail = { isOver: false, sent: new Map([['11', 6_000n]]) };
  one.answers.push(UNKNOWN);
  await one.ship('B', 4n);
  await one.later(3);
  expect(stateNow(one.now(), 1)).toBe('PENDING');
  one.platform.detail = { isOver: false, sent: new Map([['11', 10_000n]]) };
  await one.later(5);
  expect(stateNow(one.now(), 1)).toBe('SHIPPED');
  expect(one.told).toEqual(['A', 'B']);
});

test('[X-A15] a cancel while the call is in flight: what the platform says counts, told or not', async () => {
  const taken = world();
  taken.confirm();
  taken.platform.whileCalled = taken.cancel;
  await taken.ship('A', 6n);
  expect(stateNow(taken.now())).toBe('SHIPPED');
  expect(taken.stock.consumed).toBe(6_000n);

  const refused = world();
  refused.confirm();
  refused.platform.whileCalled = refused.cancel;
  refused.answers.push(REFUSED);
  await refused.ship('A', 6n);
  expect(stateNow(refused.now())).toBe('REFUSED');
  expect(refused.stock.consumed).toBe(0n);

  for (const sent of [0n, 6_000n]) {
    const lost = world();
    lost.confirm();
    lost.platform.whileCalled = lost.cancel;
    lost.answers.push(UNKNOWN);
    await lost.ship('A', 6n);
    lost.platform.detail = { isOver: true, sent: new Map([['11', sent]]) };
    await lost.later(3);
    expect(stateNow(lost.now())).toBe(sent > 0n ? 'SHIPPED' : 'REFUSED');
    expect(lost.stock.consumed).toBe(sent);
    expect(lost.told).toEqual(['A']);
  }
});

test('a platform that is left alone delays a parcel, and a cancel meanwhile stops it', async () => {
  const one = world();
  one.confirm();
  one.answers.push({ kind: 'withheld', problem: { code: 'RATE_LIMITED', message: '' } });
  await one.ship('A', 6n);
  expect(stateNow(one.now())).toBe('PENDING');
  one.cancel();
  expect(stateNow(one.now())).toBe('REFUSED');
  await one.later(60);
  expect(one.told).toEqual(['A']);
});

test('a parcel whose end stays unknown waits for a person, and nothing else is shipped meanwhile', async () => {
  const one = world();
  one.confirm();
  one.answers.push(...Array.from({ length: 30 }, () => UNKNOWN));
  await one.ship('A', 6n);
  for (let turn = 0; turn < 20; turn += 1) await one.later(61);
  expect(stateNow(one.now())).toBe('STUCK');
  expect(waited).toEqual(['PARCEL']);
  expect(await one.ship('B', 1n)).toEqual(err('PARCEL_IN_DOUBT'));
  one.platform.detail = { isOver: false, sent: new Map([['11', 6_000n]]) };
  const before = one.told.length;
  await one.work.retry(PURCHASE, 'A');
  expect(stateNow(one.now())).toBe('SHIPPED');
  expect(one.told).toHaveLength(before);
});

test('[G-A30] [field D1] an order is delivered with its last parcel', async () => {
  const one = world(MALL_ORDER, 3n);
  one.confirm();
  await one.ship('A', 2n);
  await one.ship('B', 0n);
  expect(one.told).toEqual([]);
  const end = { at: one.clock.now, operator: 'li', rejected: false };
  await one.work.end(MALL_ORDER, 'A', end);
  expect(supplyState(one.now())).toBe('SHIPPED');
  await one.work.end(MALL_ORDER, 'B', end);
  expect(supplyState(one.now())).toBe('DELIVERED');
  expect(one.events.slice(2)).toMatchObject([{ isComplete: false }, { isComplete: true }]);
});

test('[G-A40] [field D3] no more comes back than was delivered; what was denied may be asked for again', async () => {
  const one = world(MALL_ORDER, 3n);
  one.confirm();
  const back = (requestRef: string, pieces: bigint) =>
    one.work.askBack(MALL_ORDER, {
      requestRef,
      kind: 'RETURN',
      lines: [{ lineId: '11', milli: pieces * 1_000n }],
      reason: '',
    });
  await one.ship('A', 3n);
  expect(await back('r1', 1n)).toEqual(err('NOT_DELIVERED'));
  await one.work.end(MALL_ORDER, 'A', { at: one.clock.now, operator: 'li', rejected: false });
  expect(await back('r1', 2n)).toMatchObject({ value: { already: false } });
  expect(await back('r1', 2n)).toMatchObject({ value: { already: true } });
  expect(await back('r2', 2n)).toEqual(err('OVER_RETURN'));
  await one.work.deny(MALL_ORDER, 'R1', 'used');
  expect(await back('r2', 2n)).toMatchObject({ ok: true });
  const arrival = { receiptNo: 'in-1', operator: 'wang', lines: [{ lineId: '11', milli: 1_000n }] };
  await one.work.arrive(MALL_ORDER, 'R2', arrival);
  await one.work.arrive(MALL_ORDER, 'R2', arrival);
  expect(one.stock.back).toBe(1_000n);
  expect(
    await one.work.arrive(MALL_ORDER, 'R2', { ...arrival, receiptNo: 'in-2', lines: [] }),
  ).toMatchObject({ ok: true });
  expect(one.stock.back).toBe(2_000n);
  expect(kinds(one.events).slice(2)).toEqual([
    'RETURN_REQUESTED',
    'RETURN_DENIED',
    'RETURN_REQUESTED',
    'RETURNED',
    'RETURNED',
  ]);
  expect(one.events.at(-1)).toMatchObject({ isComplete: true });
});

test('what the buyer did not take is expected back, and is in the stock when it has come', async () => {
  const one = world(MALL_ORDER, 3n);
  one.confirm();
  await one.ship('A', 3n);
  const at = one.clock.now;
  await one.work.end(MALL_ORDER, 'A', { at, operator: 'li', rejected: true });
  expect(supplyState(one.now())).toBe('REJECTED');
  expect(await one.work.end(MALL_ORDER, 'A', { at, operator: 'li', rejected: false })).toEqual(
    err('PARCEL_ENDED'),
  );
  await one.work.arrive(MALL_ORDER, 'R1', { receiptNo: 'in-1', operator: 'wang', lines: [] });
  expect(one.stock.back).toBe(3_000n);
});

test('[P-A26] [P-A27] a receipt is recorded once, whatever comes of it; reversed, nothing is received', async () => {
  const one = world();
  one.confirm();
  await one.ship('A', 10n);
  const receipt = receipts(one);
  await receipt.said();
  await receipt.said();
  expect(kinds(one.events)).toEqual(['SHIPPED', 'RECEIPT_RECORDED']);
  expect(one.events[1]).toMatchObject({
    receipt: { revision: 1 },
    lines: [{ milli: 9_000n, unitPriceFen: 1_000n }],
  });
  receipt.note.status = 'CANCELLED';
  await receipt.said();
  await receipt.said();
  expect(kinds(one.events).slice(2)).toEqual(['RECEIPT_REVERSED']);
  receipt.note.status = 'EFFECTIVE';
  receipt.note.milli = 8_000n;
  await receipt.said();
  receipt.note.milli = 7_000n;
  await receipt.said();
  expect(one.events.slice(3)).toMatchObject([
    { kind: 'RECEIPT_RECORDED', receipt: { revision: 2 } },
    { kind: 'RECEIPT_REVERSED', receipt: { revision: 2 }, reason: 'EDITED' },
    { kind: 'RECEIPT_RECORDED', receipt: { revision: 3 }, lines: [{ milli: 7_000n }] },
  ]);
});

test('a receipt that comes before its order is read again, and recorded then', async () => {
  const one = world();
  const receipt = receipts(one);
  await receipt.said();
  expect(receipt.due()).not.toBeNull();
  one.confirm();
  one.clock.now = new Date(one.clock.now.getTime() + 3_000);
  await receipt.again();
  expect(kinds(one.events)).toEqual(['RECEIPT_RECORDED']);
  expect(receipt.due()).toBeNull();
});

test('law: never more leaves than was ordered, and the stock loses what is shipped, whatever ends unknown', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('ship'), pieces: fc.bigInt({ min: 1n, max: 6n }) }),
    fc.record({ kind: fc.constant('later'), pieces: fc.constant(0n) }),
    fc.record({ kind: fc.constant('cancel'), pieces: fc.constant(0n) }),
  );
  const answer = fc.constantFrom<SupplyOutcome>(UNKNOWN, REFUSED, { kind: 'succeeded' });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(answer), async (steps, said) => {
      const one = world();
      one.confirm();
      one.answers.push(...said);
      let count = 0;
      for (const { kind, pieces } of steps) {
        if (kind === 'ship') await one.ship(`P${(count += 1)}`, pieces);
        if (kind === 'later') await one.later(61);
        if (kind === 'cancel') one.cancel();
        const supply = one.now();
        const shipped = shippedOf(supply).get('11') ?? 0n;
        expect(shipped <= 10_000n).toBe(true);
        if (supply.cancelled) expect(leftOf(supply)).toEqual([]);
        const left = supply.parcels.filter((parcel) => stateOf(parcel) === 'SHIPPED');
        const sum = left.flatMap(({ lines }) => lines).reduce((all, { milli }) => all + milli, 0n);
        expect(one.stock.consumed).toBe(sum);
      }
    }),
    { numRuns: 200 },
  );
});

test('what happened is told once each, in the order of time, with its carrier and its person', async () => {
  const one = world(MALL_ORDER);
  one.confirm();
  await one.ship('A', 6n);
  await one.ship('A', 6n);
  await one.ship('B', 4n);
  one.cancel();
  const told = lifeOf(one.now());
  expect(told.map(({ what, about }) => `${what} ${about.join(' ')}`.trim())).toEqual([
    'SUPPLY_CONFIRMED',
    'PARCEL_PACKED A',
    'PARCEL_SHIPPED A',
    'PARCEL_PACKED B',
    'PARCEL_SHIPPED B',
    'SUPPLY_CANCELLED',
  ]);
  expect(told[1]).toMatchObject({ by: 'wang', words: '顺丰 SFA' });
});

test('a parcel that was refused says why', async () => {
  const one = world();
  one.confirm();
  one.answers.push(REFUSED);
  await one.ship('A', 6n);
  expect(lifeOf(one.now()).at(-1)).toMatchObject({
    what: 'PARCEL_REFUSED',
    reason: 'CLOSED',
    words: 'closed',
  });
});
