import { describe, expect, test } from 'vitest';
import {
  TestPartition,
  GOODS,
  S123,
  S1342,
  SUB,
  TID,
  WH,
  pcs,
  workedExample,
} from '../../test/partition.ts';

/** Spec 3.7: WH-01 C, 1342 U, 123 C, 123 U (quantity/held), sellable; each path from the start. */
const steps: Record<string, (given: TestPartition) => unknown> = {
  pay: (given) => given.pay(2),
  'to 1342 shared': (given) => given.route(S1342, 'SHARED'),
  'to 123 shared': (given) => given.route(S123, 'SHARED'),
  'to 123 certain': (given) => given.route(S123, 'CERTAIN'),
  accept: (given) => given.accept(),
  refuse: (given) => given.refuse(),
  refund: (given) => given.release(),
  'give back': (given) => given.giveBack(),
  ship: (given) => given.ship(),
};

describe('the worked example of dual occupancy', () => {
  test.each([
    ['', '10/0 4/0 3/0 2/0 13'],
    ['pay', '10/2 4/0 3/0 2/0 11'],
    ['pay, to 1342 shared', '10/2 4/2 3/0 2/0 11'],
    ['pay, to 1342 shared, accept', '10/0 2/0 3/0 2/0 13'],
    ['pay, to 1342 shared, accept, ship', '10/0 2/0 3/0 2/0 13'],
    ['pay, to 1342 shared, refuse', '10/2 4/0 3/0 2/0 11'],
    ['pay, to 1342 shared, refuse, to 123 shared', '10/2 4/0 3/0 2/2 11'],
    ['pay, to 1342 shared, refuse, to 123 shared, accept', '10/0 4/0 3/0 0/0 13'],
    ['pay, to 1342 shared, refuse, to 123 certain', '10/0 4/0 3/2 2/0 11'],
    ['pay, to 1342 shared, refuse, to 123 certain, accept', '10/0 4/0 1/0 2/0 11'],
    ['pay, to 1342 shared, refund', '10/0 4/0 3/0 2/0 13'],
    ['pay, to 1342 shared, accept, give back', '10/0 4/0 3/0 2/0 13'],
    ['pay, to 1342 shared, to 123 shared', '10/2 4/0 3/0 2/2 11'],
    ['pay, to 1342 shared, to 123 certain', '10/0 4/0 3/2 2/0 11'],
    ['pay, to 123 certain, refuse', '10/0 4/0 3/2 2/0 11'],
    ['pay, to 123 certain, refuse, to 1342 shared', '10/0 4/2 3/2 2/0 11'],
    ['pay, accept', '8/0 4/0 3/0 2/0 11'],
    ['pay, to 1342 shared, ship', '10/0 2/0 3/0 2/0 13'],
  ])('%s → %s', (path, row) => {
    const given = workedExample();
    for (const step of path.split(', ').filter(Boolean)) steps[step]?.(given);
    expect(given.row()).toBe(row);
  });
});

describe('the default location', () => {
  test('is the largest available certain stock, not the largest quantity', () => {
    const given = workedExample();
    given.pay(9, 'first');
    expect(given.pay(2, 'second').lines[0]?.place).toEqual(S123);
  });

  test('of equal ones is a warehouse, then the lowest id', () => {
    const given = new TestPartition();
    for (const id of ['10', '9']) given.initialise({ type: 'STORE', id }, 'CERTAIN', 5);
    expect(given.pay(1, 'first').lines[0]?.place).toEqual({ type: 'STORE', id: '9' });
    given.initialise(WH, 'CERTAIN', 5);
    expect(given.pay(1, 'second').lines[0]?.place).toEqual(WH);
  });

  test('holds the whole line: 13 in two places do not make 11', () => {
    const given = workedExample();
    const outcome = given.pay(11);
    expect(outcome).toMatchObject({ status: 'INSUFFICIENT', reason: 'OUT_OF_STOCK' });
    expect(given.row()).toBe('10/0 4/0 3/0 2/0 13');
  });
});

describe('oversell bugs of other systems', () => {
  const two = (pieces: number, place: typeof WH | null = null) => ({
    verb: 'RESERVE' as const,
    ref: TID,
    channel: 'tmall',
    ttlMs: 0,
    buyerRef: '',
    lines: ['1', '2'].map((lineId) => ({
      lineId,
      goodsId: GOODS,
      quantity: pcs(pieces),
      place,
      kind: 'CERTAIN' as const,
    })),
  });

  test('two lines of one order on the same goods are added up first', () => {
    for (const place of [null, WH]) {
      const given = workedExample();
      expect(given.run(two(6, place)).status).toBe('INSUFFICIENT');
      expect(given.cell(WH, 'CERTAIN')).toBe('10/0');
      expect(given.run(two(5, place)).status).toBe('APPLIED');
      expect(given.cell(WH, 'CERTAIN')).toBe('10/10');
    }
  });

  test('a compensation that runs twice gives back once', () => {
    const given = workedExample();
    given.pay(2);
    expect(given.release().status).toBe('APPLIED');
    expect(given.release().status).toBe('ALREADY_DONE');
    given.pay(2, 'other');
    given.accept('other');
    expect(given.giveBack('other').status).toBe('APPLIED');
    expect(given.giveBack('other').status).toBe('ALREADY_DONE');
    expect(given.row()).toBe('10/0 4/0 3/0 2/0 13');
  });

  test('a hold at one place and the shipment from another: the quantity leaves where it was sold', () => {
    const given = workedExample();
    given.pay(2);
    given.route(S1342, 'SHARED');
    given.accept();
    expect(given.route(S123, 'CERTAIN')).toMatchObject({ status: 'CONFLICT', reason: 'LINE_SOLD' });
    given.ship();
    expect(given.row()).toBe('10/0 2/0 3/0 2/0 13');
  });

  test('the last piece has one winner', () => {
    const given = new TestPartition();
    given.initialise(WH, 'CERTAIN', 1);
    expect(given.pay(1, 'a').status).toBe('APPLIED');
    expect(given.pay(1, 'b')).toMatchObject({
      status: 'INSUFFICIENT',
      lines: [{ quantity: 1000 }],
    });
  });
});

describe('repeated and late commands', () => {
  test('accept, route and reserve twice change nothing more', () => {
    const given = workedExample();
    given.pay(2);
    expect(given.pay(2).status).toBe('ALREADY_DONE');
    expect(given.pay(3)).toMatchObject({ status: 'CONFLICT', reason: 'HOLD_EXISTS' });
    given.route(S1342, 'SHARED');
    expect(given.route(S1342, 'SHARED').status).toBe('ALREADY_DONE');
    given.accept();
    expect(given.accept().status).toBe('ALREADY_DONE');
    expect(given.ship().status).toBe('APPLIED');
    expect(given.ship().status).toBe('ALREADY_DONE');
    expect(given.row()).toBe('10/0 2/0 3/0 2/0 13');
  });

  test('the place that is held already needs no adjustment', () => {
    const given = workedExample();
    given.pay(2);
    expect(given.route(WH, 'CERTAIN').status).toBe('ALREADY_DONE');
    expect(given.last?.changed).toBe(false);
  });

  test('back to the guarantee releases the shared hold', () => {
    const given = workedExample();
    given.pay(2);
    given.route(S1342, 'SHARED');
    expect(given.route(WH, 'CERTAIN').status).toBe('APPLIED');
    expect(given.row()).toBe('10/2 4/0 3/0 2/0 11');
  });

  test.each([
    ['accept', 'CONFLICT', 'LINE_RELEASED'],
    ['refuse', 'CONFLICT', 'LINE_RELEASED'],
    ['ship', 'CONFLICT', 'LINE_RELEASED'],
    ['give back', 'CONFLICT', 'LINE_RELEASED'],
    ['to 1342 shared', 'CONFLICT', 'LINE_RELEASED'],
  ])('%s after the refund is told why not', (step, status, reason) => {
    const given = workedExample();
    given.pay(2);
    given.release();
    expect(steps[step]?.(given)).toMatchObject({ status, reason });
  });

  test('what was shipped is not released, nor given back', () => {
    const given = workedExample();
    given.pay(2);
    given.accept();
    given.ship();
    expect(given.release()).toMatchObject({ status: 'CONFLICT', reason: 'LINE_SHIPPED' });
    expect(given.giveBack()).toMatchObject({ status: 'CONFLICT', reason: 'LINE_SHIPPED' });
  });

  test('an unknown hold is told apart', () => {
    expect(workedExample().accept('nobody').status).toBe('UNKNOWN_HOLD');
  });
});

describe('partial shipments', () => {
  test('consumed and released add up to the hold', () => {
    const given = workedExample();
    given.pay(5);
    given.ship(2);
    expect(given.cell(WH, 'CERTAIN')).toBe('8/3');
    expect(given.ship(4)).toMatchObject({ status: 'CONFLICT', reason: 'EXCEEDS_HOLD' });
    expect(given.route(S1342, 'SHARED')).toMatchObject({ reason: 'PARTLY_SHIPPED' });
    given.release();
    expect(given.cell(WH, 'CERTAIN')).toBe('8/0');
  });
});

describe('time-limited holds', () => {
  test('expire, and are told apart from released ones', () => {
    const given = workedExample();
    given.pay(2, TID, { ttlMs: 500 });
    given.nowMs += 500;
    expect(given.accept().status).toBe('EXPIRED');
    expect(given.expire().status).toBe('APPLIED');
    expect(given.row()).toBe('10/0 4/0 3/0 2/0 13');
    expect(given.accept()).toMatchObject({ status: 'EXPIRED', reason: 'LINE_EXPIRED' });
    expect(given.pay(2).status).toBe('EXPIRED');
  });

  test('last when they are confirmed in time', () => {
    const given = workedExample();
    given.pay(2, TID, { ttlMs: 500 });
    expect(given.confirm().status).toBe('APPLIED');
    given.nowMs += 1_000;
    expect(given.expire().status).toBe('ALREADY_DONE');
    expect(given.accept().status).toBe('APPLIED');
  });

  test('an accepted line outlives the end of its hold', () => {
    const given = workedExample();
    given.pay(2, TID, { ttlMs: 500 });
    given.accept();
    given.nowMs += 1_000;
    expect(given.ship().status).toBe('APPLIED');
  });
});

describe('a requisition becomes a purchase order', () => {
  test('the difference is released, the rest has a new name and no end', () => {
    const given = workedExample();
    given.pay(4, 'req', { ttlMs: 500 });
    const lines = [{ lineId: SUB, newLineId: 'po-1', quantity: pcs(3) }];
    const rebind = { verb: 'REBIND' as const, ref: 'req', newRef: 'po', lines };
    expect(given.run(rebind).status).toBe('APPLIED');
    expect(given.cell(WH, 'CERTAIN')).toBe('10/3');
    expect(given.run(rebind).status).toBe('ALREADY_DONE');
    given.nowMs += 1_000;
    const ship = [{ lineId: 'po-1', quantity: 0 }];
    given.run({ verb: 'CONSUME', ref: 'po', lines: ship, shipmentRef: '' });
    expect(given.cell(WH, 'CERTAIN')).toBe('7/0');
  });
});

test('shared stock held by a till has no certain guarantee and moves with its route', () => {
  const given = workedExample();
  given.pay(2, TID, { place: S123, kind: 'SHARED' });
  expect(given.row()).toBe('10/0 4/0 3/0 2/2 13');
  given.route(S1342, 'SHARED');
  expect(given.row()).toBe('10/0 4/2 3/0 2/0 13');
  given.refuse();
  expect(given.row()).toBe('10/0 4/2 3/0 2/0 13');
});

test('goods sold offline after routing: the guarantee still ships the order', () => {
  const given = workedExample();
  given.pay(2);
  given.route(S1342, 'SHARED');
  expect(given.adjust(S1342, 'SHARED', 'TAOBAO_EXCLUDED', -4).status).toBe('APPLIED');
  expect(given.cell(S1342, 'SHARED')).toBe('0/2');
  expect(given.accept()).toMatchObject({ status: 'INSUFFICIENT', reason: 'STOCK_SHORT' });
  given.refuse();
  expect(given.accept().status).toBe('APPLIED');
  expect(given.row()).toBe('8/0 0/0 3/0 2/0 11');
});
