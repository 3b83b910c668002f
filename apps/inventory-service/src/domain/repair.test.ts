import { expect, test } from 'vitest';
import { TestPartition, GOODS, S1342, SUB, WH, pcs } from '../../test/partition.ts';

/** 3 pieces are there, 6 are promised. */
function short(): TestPartition {
  const given = new TestPartition();
  given.initialise(WH, 'CERTAIN', 10);
  given.pay(6, 'a');
  given.adjust(WH, 'CERTAIN', 'BALANCE', -7);
  return given;
}

const repairCell = (given: TestPartition, quantity: number, seen: [number, number] = [3, 6]) =>
  given.run({
    verb: 'REPAIR_CELL',
    place: WH,
    goodsId: GOODS,
    kind: 'CERTAIN',
    seen: { quantity: pcs(seen[0]), held: pcs(seen[1]) },
    quantity: pcs(quantity),
    reason: 'counted',
  });

test('a cell that has changed since it was looked at is left alone', () => {
  const given = short();
  given.release('a');
  expect(repairCell(given, 6)).toMatchObject({ status: 'CONFLICT', reason: 'CELL_CHANGED' });
  expect(given.cell(WH, 'CERTAIN')).toBe('3/0');
});

test('a repair never takes a promise back, and never opens a cell', () => {
  const given = short();
  expect(repairCell(given, 5)).toMatchObject({ status: 'INVALID' });
  expect(given.cell(WH, 'CERTAIN')).toBe('3/6');
  expect(repairCell(new TestPartition(), 6).reason).toBe('NOT_INITIALISED');
});

test('both holds of a routed line are given up; the quantity is not touched', () => {
  const given = new TestPartition();
  given.initialise(WH, 'CERTAIN', 10);
  given.initialise(S1342, 'SHARED', 4);
  given.pay(2, 'a');
  given.route(S1342, 'SHARED', 'a');
  const repaired = { verb: 'REPAIR_HOLD', ref: 'a', reason: 'closed' } as const;
  expect(given.run(repaired).lines).toMatchObject([{ id: SUB, status: 'APPLIED' }]);
  expect([given.cell(WH, 'CERTAIN'), given.cell(S1342, 'SHARED')]).toEqual(['10/0', '4/0']);
  expect(given.run(repaired).status).toBe('ALREADY_DONE');
  expect(given.run({ ...repaired, ref: 'never' }).status).toBe('UNKNOWN_HOLD');
});
