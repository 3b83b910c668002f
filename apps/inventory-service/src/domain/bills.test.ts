import { describe, expect, test } from 'vitest';
import { GOODS, TestPartition, S123, S1342, WH, workedExample } from '../../test/partition.ts';

describe('initial quantities', () => {
  test('a replayed bill is a success without effect; CERTAIN is initialised once', () => {
    const partition = new TestPartition();
    expect(partition.initialise(WH, 'CERTAIN', 10, 'B-1').status).toBe('APPLIED');
    expect(partition.initialise(WH, 'CERTAIN', 10, 'B-1').status).toBe('ALREADY_DONE');
    expect(partition.last).toMatchObject({ entries: [], changed: false });
    expect(partition.initialise(WH, 'CERTAIN', 20, 'B-2')).toMatchObject({
      status: 'CONFLICT',
      lines: [{ id: 'B-2', reason: 'CERTAIN_ALREADY_INITIALISED' }],
    });
    expect(partition.initialise(WH, 'CERTAIN', 20, 'B-1').reason).toBe('BILL_NUM_REUSED');
    expect(partition.cell(WH, 'CERTAIN')).toBe('10/0');
  });

  test('a failed bill number is not burnt', () => {
    const partition = new TestPartition();
    expect(partition.initialise(WH, 'CERTAIN', -1, 'B-4').reason).toBe('QUANTITY_OUT_OF_RANGE');
    expect(partition.initialise(WH, 'CERTAIN', 1, 'B-4').status).toBe('APPLIED');
  });

  test('no sum of bills takes a cell beyond what stays exact', () => {
    const partition = new TestPartition();
    partition.initialise(WH, 'CERTAIN', 0);
    let last = '';
    for (let bill = 0; bill < 4_002 && last === ''; bill += 1) {
      last = partition.adjust(WH, 'CERTAIN', 'BALANCE', 1_000_000_000).reason;
    }
    expect(last).toBe('QUANTITY_OUT_OF_RANGE');
    expect(partition.cell(WH, 'CERTAIN')).toBe('4000000000000/0');
    expect(partition.adjust(WH, 'CERTAIN', 'BALANCE', -1).status).toBe('APPLIED');
  });

  test('a refused adjustment leaves nothing behind, not even an empty cell', () => {
    const partition = new TestPartition();
    partition.initialise(S1342, 'CERTAIN', 5);
    const refused = partition.adjust(S1342, 'SHARED', 'BALANCE', -1);
    expect(refused).toMatchObject({
      status: 'INSUFFICIENT',
      lines: [{ reason: 'QUANTITY_BELOW_ZERO', place: S1342, kind: 'SHARED', quantity: 1_000 }],
    });
    // Its replay would not find the cell, so nobody else may find it either.
    const expected = { quantity: 0, held: 0 };
    const body = {
      verb: 'REPAIR_CELL' as const,
      reason: '',
      goodsId: GOODS,
      place: S1342,
      expected,
    };
    const repaired = partition.run({ ...body, kind: 'SHARED', quantity: 1_000 });
    expect(repaired.reason).toBe('NOT_INITIALISED');
    expect(partition.adjust(S1342, 'SHARED', 'BALANCE', 1).status).toBe('APPLIED');
  });

  test('zero is a quantity: a sold-out store can be initialised', () => {
    expect(new TestPartition().initialise(S1342, 'SHARED', 0).status).toBe('APPLIED');
  });

  test('SHARED may be set again; holds survive and the shortage closes the cell', () => {
    const partition = workedExample();
    partition.pay(2);
    partition.route(S1342, 'SHARED');
    expect(partition.initialise(S1342, 'SHARED', 1).status).toBe('APPLIED');
    expect(partition.cell(S1342, 'SHARED')).toBe('1/2');
    partition.pay(1, 'other');
    expect(partition.route(S1342, 'SHARED', 'other').status).toBe('INSUFFICIENT');
  });

  test('lines stand alone, and the same bill twice in one request is one effect', () => {
    const partition = workedExample();
    const line = {
      place: S1342,
      goodsId: 'SKU-A',
      kind: 'SHARED' as const,
      operationTimeMs: null,
    };
    const outcome = partition.run({
      verb: 'INITIALISE',
      billScope: 'item.initial',
      lines: [
        { ...line, billNum: 'X-1', quantity: 6000 },
        { ...line, billNum: 'X-1', quantity: 6000 },
        { ...line, billNum: 'X-1', quantity: 7000 },
        { ...line, billNum: 'X-2', place: WH, kind: 'CERTAIN', quantity: 1 },
      ],
    });
    expect(outcome.status).toBe('PARTIAL');
    expect(outcome.lines.map(({ status }) => status)).toEqual([
      'APPLIED',
      'ALREADY_DONE',
      'CONFLICT',
      'CONFLICT',
    ]);
    expect(partition.cell(S1342, 'SHARED')).toBe('6/0');
  });

  test('scopes are name spaces of bill numbers', () => {
    const partition = new TestPartition();
    partition.initialise(S1342, 'SHARED', 4, 'B-1');
    expect(partition.adjust(S1342, 'SHARED', 'BALANCE', 1, { bill: 'B-1' }).status).toBe('APPLIED');
    expect(partition.cell(S1342, 'SHARED')).toBe('5/0');
  });
});

describe('the types of a bill', () => {
  /** 100 pieces, 5 of them sold by the platform and not yet reported. */
  function sold5of100(): TestPartition {
    const partition = new TestPartition();
    partition.initialise(WH, 'CERTAIN', 50);
    partition.initialise(S1342, 'SHARED', 100);
    partition.pay(5);
    partition.route(S1342, 'SHARED');
    partition.accept();
    expect(partition.cell(S1342, 'SHARED')).toBe('95/0');
    expect(partition.unreported(S1342, 'SHARED')).toBe(5);
    return partition;
  }

  test.each([
    ['TAOBAO_INCLUDED', -8, '92/0', 0],
    ['TAOBAO_INCLUDED', -3, '95/0', 2],
    ['TAOBAO_INCLUDED', 3, '98/0', 5],
    ['TAOBAO_EXCLUDED', -3, '92/0', 5],
    ['TAOBAO_EXCLUDED', -8, '87/0', 5],
    ['BALANCE', -8, '87/0', 5],
    ['BALANCE', 8, '103/0', 5],
  ] as const)('%s %i → %s, %i unreported', (type, delta, cell, unreported) => {
    const partition = sold5of100();
    expect(partition.adjust(S1342, 'SHARED', type, delta).status).toBe('APPLIED');
    expect(partition.cell(S1342, 'SHARED')).toBe(cell);
    expect(partition.unreported(S1342, 'SHARED')).toBe(unreported);
  });

  test('a give-back that the merchant reports too is counted once', () => {
    const partition = sold5of100();
    partition.adjust(S1342, 'SHARED', 'TAOBAO_INCLUDED', -5);
    partition.giveBack();
    expect(partition.unreported(S1342, 'SHARED')).toBe(-5);
    partition.adjust(S1342, 'SHARED', 'TAOBAO_INCLUDED', 7);
    expect(partition.cell(S1342, 'SHARED')).toBe('102/0');
    expect(partition.unreported(S1342, 'SHARED')).toBe(0);
  });

  test('the final quantity is a check value, never a setter', () => {
    const partition = sold5of100();
    const outcome = partition.adjust(S1342, 'SHARED', 'TAOBAO_EXCLUDED', -3, { final: 90 });
    expect(outcome.lines[0]?.discrepancy).toBe(true);
    expect(partition.cell(S1342, 'SHARED')).toBe('92/0');
    expect(
      partition.adjust(S1342, 'SHARED', 'BALANCE', 1, { final: 93 }).lines[0]?.discrepancy,
    ).toBe(false);
  });

  test('below zero the line fails, and unknown goods cannot be adjusted', () => {
    const partition = sold5of100();
    expect(partition.adjust(S1342, 'SHARED', 'BALANCE', -96)).toMatchObject({
      status: 'INSUFFICIENT',
      reason: 'QUANTITY_BELOW_ZERO',
    });
    const elsewhere = { type: 'STORE' as const, id: '999' };
    expect(partition.adjust(elsewhere, 'SHARED', 'BALANCE', 1).reason).toBe('NOT_INITIALISED');
  });
});

describe('late reports', () => {
  const SECOND = 1_000;
  const MINUTE = 60 * SECOND;
  const AT_1000 = 600 * MINUTE;
  const AT_1005 = 605 * MINUTE;
  const AT_1006 = 606 * MINUTE;

  function soldAt1005(): TestPartition {
    const partition = workedExample();
    partition.nowMs = 620 * MINUTE;
    expect(partition.initialise(S1342, 'SHARED', 10, 'C-1', { at: AT_1000 }).status).toBe(
      'APPLIED',
    );
    partition.adjust(S1342, 'SHARED', 'TAOBAO_EXCLUDED', -4, { at: AT_1005 });
    expect(partition.cell(S1342, 'SHARED')).toBe('6/0');
    return partition;
  }

  test('an older count does not undo a newer change, however often it is sent', () => {
    const partition = soldAt1005();
    for (const _ of [1, 2]) {
      expect(partition.initialise(S1342, 'SHARED', 10, 'C-2', { at: AT_1000 })).toMatchObject({
        status: 'CONFLICT',
        lines: [{ id: 'C-2', kind: 'SHARED', reason: 'OLDER_THAN_LAST_CHANGE' }],
      });
      expect(partition.last).toMatchObject({ entries: [], changed: false });
      expect(partition.cell(S1342, 'SHARED')).toBe('6/0');
    }
    expect(partition.initialise(S1342, 'SHARED', 7, 'C-3', { at: AT_1006 }).status).toBe('APPLIED');
    expect(partition.cell(S1342, 'SHARED')).toBe('7/0');
    // An older count does not undo a newer one either, and other cells have times of their own.
    const older = partition.initialise(S1342, 'SHARED', 9, 'C-4', { at: AT_1005 });
    expect(older.reason).toBe('OLDER_THAN_LAST_CHANGE');
    expect(partition.initialise(S123, 'SHARED', 9, 'C-5', { at: AT_1000 }).status).toBe('APPLIED');
  });

  test('a bill that was applied is a replay, whatever time it is sent again with', () => {
    const partition = soldAt1005();
    for (const at of [AT_1000, AT_1006]) {
      expect(partition.initialise(S1342, 'SHARED', 10, 'C-1', { at }).status).toBe('ALREADY_DONE');
    }
    expect(partition.cell(S1342, 'SHARED')).toBe('6/0');
  });

  test('within one second the order of arrival decides', () => {
    const partition = soldAt1005();
    const count = partition.initialise(S1342, 'SHARED', 3, 'C-2', { at: AT_1005 + 999 });
    expect(count.status).toBe('APPLIED');
    expect(partition.initialise(S1342, 'SHARED', 4, 'C-3', { at: AT_1005 }).status).toBe('APPLIED');
    expect(partition.cell(S1342, 'SHARED')).toBe('4/0');
  });

  // 6 pieces, of which the platform sells 2: the reports cover these or do not.
  test.each([
    ['TAOBAO_EXCLUDED', '1/0', 2],
    ['TAOBAO_INCLUDED', '3/0', 0],
    ['BALANCE', '1/0', 2],
  ] as const)('a late %s counts in full and sets no time back', (type, cell, unreported) => {
    const partition = soldAt1005();
    partition.pay(2);
    partition.route(S1342, 'SHARED');
    partition.accept();
    const late = partition.adjust(S1342, 'SHARED', type, -3, { at: AT_1000, final: 99 });
    expect(late).toMatchObject({ status: 'APPLIED', lines: [{ discrepancy: false }] });
    expect(partition.cell(S1342, 'SHARED')).toBe(cell);
    expect(partition.unreported(S1342, 'SHARED')).toBe(unreported);
    const count = partition.initialise(S1342, 'SHARED', 9, 'C-2', { at: AT_1000 });
    expect(count.reason).toBe('OLDER_THAN_LAST_CHANGE');
    const timely = partition.adjust(S1342, 'SHARED', 'BALANCE', -1, { at: AT_1005, final: 99 });
    expect(timely.lines[0]?.discrepancy).toBe(true);
  });

  test('a report without a time is of now, and older than nothing', () => {
    const partition = soldAt1005();
    expect(partition.initialise(S1342, 'SHARED', 5, 'C-2').status).toBe('APPLIED');
    const count = partition.initialise(S1342, 'SHARED', 9, 'C-3', { at: AT_1006 });
    expect(count.reason).toBe('OLDER_THAN_LAST_CHANGE');
    partition.adjust(S1342, 'SHARED', 'BALANCE', 1, { at: partition.nowMs + 5 * MINUTE });
    expect(partition.initialise(S1342, 'SHARED', 5, 'C-4').status).toBe('APPLIED');
  });

  test('a time that clocks cannot explain is refused, line by line', () => {
    const partition = soldAt1005();
    const at = partition.nowMs + 15 * MINUTE + SECOND;
    const reason = 'OPERATION_TIME_IN_FUTURE';
    expect(partition.initialise(S1342, 'SHARED', 5, 'C-2', { at }).reason).toBe(reason);
    expect(partition.adjust(S1342, 'SHARED', 'BALANCE', 1, { at }).reason).toBe(reason);
    expect(partition.adjust(S1342, 'SHARED', 'BALANCE', 1, { at: -1 }).reason).toBe('MALFORMED');
    expect(partition.initialise(S1342, 'SHARED', 5, 'C-2', { at: AT_1006 }).status).toBe('APPLIED');
  });
});
