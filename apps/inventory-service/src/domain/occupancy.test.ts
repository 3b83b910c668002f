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
const steps: Record<string, (partition: TestPartition) => unknown> = {
  pay: (partition) => partition.pay(2),
  'to 1342 shared': (partition) => partition.route(S1342, 'SHARED'),
  'to 123 shared': (partition) => partition.route(S123, 'SHARED'),
  'to 123 certain': (partition) => partition.route(S123, 'CERTAIN'),
  accept: (partition) => partition.accept(),
  refuse: (partition) => partition.refuse(),
  refund: (partition) => partition.release(),
  'give back': (partition) => partition.giveBack(),
  ship: (partition) => partition.ship(),
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
    const partition = workedExample();
    for (const step of path.split(', ').filter(Boolean)) steps[step]?.(partition);
    expect(partition.row()).toBe(row);
  });
});

describe('the default location', () => {
  test('is the largest available certain stock, not the largest quantity', () => {
    const partition = workedExample();
    partition.pay(9, 'first');
    expect(partition.pay(2, 'second').lines[0]?.place).toEqual(S123);
  });

  test('of equal ones is a warehouse, then the lowest id', () => {
    const partition = new TestPartition();
    for (const id of ['10', '9']) partition.initialise({ type: 'STORE', id }, 'CERTAIN', 5);
    expect(partition.pay(1, 'first').lines[0]?.place).toEqual({ type: 'STORE', id: '9' });
    partition.initialise(WH, 'CERTAIN', 5);
    expect(partition.pay(1, 'second').lines[0]?.place).toEqual(WH);
  });

  test('holds the whole line: 13 in two places do not make 11', () => {
    const partition = workedExample();
    const outcome = partition.pay(11);
    expect(outcome).toMatchObject({ status: 'INSUFFICIENT', reason: 'OUT_OF_STOCK' });
    expect(partition.row()).toBe('10/0 4/0 3/0 2/0 13');
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
      const partition = workedExample();
      expect(partition.run(two(6, place)).status).toBe('INSUFFICIENT');
      expect(partition.cell(WH, 'CERTAIN')).toBe('10/0');
      expect(partition.run(two(5, place)).status).toBe('APPLIED');
      expect(partition.cell(WH, 'CERTAIN')).toBe('10/10');
    }
  });

  test('a compensation that runs twice gives back once', () => {
    const partition = workedExample();
    partition.pay(2);
    expect(partition.release().status).toBe('APPLIED');
    expect(partition.release().status).toBe('ALREADY_DONE');
    partition.pay(2, 'other');
    partition.accept('other');
    expect(partition.giveBack('other').status).toBe('APPLIED');
    expect(partition.giveBack('other').status).toBe('ALREADY_DONE');
    expect(partition.row()).toBe('10/0 4/0 3/0 2/0 13');
  });

  test('a hold at one place and the shipment from another: the quantity leaves where it was sold', () => {
    const partition = workedExample();
    partition.pay(2);
    partition.route(S1342, 'SHARED');
    partition.accept();
    expect(partition.route(S123, 'CERTAIN')).toMatchObject({
      status: 'CONFLICT',
      reason: 'LINE_SOLD',
    });
    partition.ship();
    expect(partition.row()).toBe('10/0 2/0 3/0 2/0 13');
  });

  test('the last piece has one winner', () => {
    const partition = new TestPartition();
    partition.initialise(WH, 'CERTAIN', 1);
    expect(partition.pay(1, 'a').status).toBe('APPLIED');
    expect(partition.pay(1, 'b')).toMatchObject({
      status: 'INSUFFICIENT',
      lines: [{ quantity: 1000 }],
    });
  });
});

describe('repeated and late commands', () => {
  test('accept, route and reserve twice change nothing more', () => {
    const partition = workedExample();
    partition.pay(2);
    expect(partition.pay(2).status).toBe('ALREADY_DONE');
    expect(partition.pay(3)).toMatchObject({ status: 'CONFLICT', reason: 'HOLD_EXISTS' });
    partition.route(S1342, 'SHARED');
    expect(partition.route(S1342, 'SHARED').status).toBe('ALREADY_DONE');
    partition.accept();
    expect(partition.accept().status).toBe('ALREADY_DONE');
    expect(partition.ship().status).toBe('APPLIED');
    expect(partition.ship().status).toBe('ALREADY_DONE');
    expect(partition.row()).toBe('10/0 2/0 3/0 2/0 13');
  });

  test('the place that is held already needs no adjustment', () => {
    const partition = workedExample();
    partition.pay(2);
    expect(partition.route(WH, 'CERTAIN').status).toBe('ALREADY_DONE');
    expect(partition.last?.changed).toBe(false);
  });

  test('back to the guarantee releases the shared hold', () => {
    const partition = workedExample();
    partition.pay(2);
    partition.route(S1342, 'SHARED');
    expect(partition.route(WH, 'CERTAIN').status).toBe('APPLIED');
    expect(partition.row()).toBe('10/2 4/0 3/0 2/0 11');
  });

  test.each([
    ['accept', 'CONFLICT', 'LINE_RELEASED'],
    ['refuse', 'CONFLICT', 'LINE_RELEASED'],
    ['ship', 'CONFLICT', 'LINE_RELEASED'],
    ['give back', 'CONFLICT', 'LINE_RELEASED'],
    ['to 1342 shared', 'CONFLICT', 'LINE_RELEASED'],
  ])('%s after the refund is told why not', (step, status, reason) => {
    const partition = workedExample();
    partition.pay(2);
    partition.release();
    expect(steps[step]?.(partition)).toMatchObject({ status, reason });
  });

  test('what was shipped is not released, nor given back', () => {
    const partition = workedExample();
    partition.pay(2);
    partition.accept();
    partition.ship();
    expect(partition.release()).toMatchObject({ status: 'CONFLICT', reason: 'LINE_SHIPPED' });
    expect(partition.giveBack()).toMatchObject({ status: 'CONFLICT', reason: 'LINE_SHIPPED' });
  });

  test('an unknown hold is told apart', () => {
    expect(workedExample().accept('nobody').status).toBe('UNKNOWN_HOLD');
  });
});

describe('partial shipments', () => {
  test('consumed and released add up to the hold', () => {
    const partition = workedExample();
    partition.pay(5);
    partition.ship(2);
    expect(partition.cell(WH, 'CERTAIN')).toBe('8/3');
    expect(partition.ship(4)).toMatchObject({ status: 'CONFLICT', reason: 'EXCEEDS_HOLD' });
    expect(partition.route(S1342, 'SHARED')).toMatchObject({ reason: 'PARTLY_SHIPPED' });
    partition.release();
    expect(partition.cell(WH, 'CERTAIN')).toBe('8/0');
  });
});

describe('time-limited holds', () => {
  test('expire, and are told apart from released ones', () => {
    const partition = workedExample();
    partition.pay(2, TID, { ttlMs: 500 });
    partition.nowMs += 500;
    expect(partition.accept().status).toBe('EXPIRED');
    expect(partition.expire().status).toBe('APPLIED');
    expect(partition.row()).toBe('10/0 4/0 3/0 2/0 13');
    expect(partition.accept()).toMatchObject({ status: 'EXPIRED', reason: 'LINE_EXPIRED' });
    expect(partition.pay(2).status).toBe('EXPIRED');
  });

  test('last when they are confirmed in time', () => {
    const partition = workedExample();
    partition.pay(2, TID, { ttlMs: 500 });
    expect(partition.confirm().status).toBe('APPLIED');
    partition.nowMs += 1_000;
    expect(partition.expire().status).toBe('ALREADY_DONE');
    expect(partition.accept().status).toBe('APPLIED');
  });

  test('an accepted line outlives the end of its hold', () => {
    const partition = workedExample();
    partition.pay(2, TID, { ttlMs: 500 });
    partition.accept();
    partition.nowMs += 1_000;
    expect(partition.ship().status).toBe('APPLIED');
  });
});

describe('a requisition becomes a purchase order', () => {
  test('the difference is released, the rest has a new name and no end', () => {
    const partition = workedExample();
    partition.pay(4, 'req', { ttlMs: 500 });
    const lines = [{ lineId: SUB, newLineId: 'po-1', quantity: pcs(3) }];
    const rebind = { verb: 'REBIND' as const, ref: 'req', newRef: 'po', lines };
    expect(partition.run(rebind).status).toBe('APPLIED');
    expect(partition.cell(WH, 'CERTAIN')).toBe('10/3');
    expect(partition.run(rebind).status).toBe('ALREADY_DONE');
    partition.nowMs += 1_000;
    const ship = [{ lineId: 'po-1', quantity: 0 }];
    partition.run({ verb: 'CONSUME', ref: 'po', lines: ship, shipmentRef: '' });
    expect(partition.cell(WH, 'CERTAIN')).toBe('7/0');
  });
});

test('shared stock held by a till has no certain guarantee and moves with its route', () => {
  const partition = workedExample();
  partition.pay(2, TID, { place: S123, kind: 'SHARED' });
  expect(partition.row()).toBe('10/0 4/0 3/0 2/2 13');
  partition.route(S1342, 'SHARED');
  expect(partition.row()).toBe('10/0 4/2 3/0 2/0 13');
  partition.refuse();
  expect(partition.row()).toBe('10/0 4/2 3/0 2/0 13');
});

test('goods sold offline after routing: the guarantee still ships the order', () => {
  const partition = workedExample();
  partition.pay(2);
  partition.route(S1342, 'SHARED');
  expect(partition.adjust(S1342, 'SHARED', 'TAOBAO_EXCLUDED', -4).status).toBe('APPLIED');
  expect(partition.cell(S1342, 'SHARED')).toBe('0/2');
  expect(partition.accept()).toMatchObject({ status: 'INSUFFICIENT', reason: 'STOCK_SHORT' });
  partition.refuse();
  expect(partition.accept().status).toBe('APPLIED');
  expect(partition.row()).toBe('8/0 0/0 3/0 2/0 11');
});
