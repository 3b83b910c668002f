import { expect, test } from 'vitest';
import { TestPartition, GOODS, S1342, SUB, WH, pcs } from '../../test/partition.ts';

/** 3 pieces are there, 6 are promised. */
function short(): TestPartition {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', 10);
  partition.pay(6, 'a');
  partition.adjust(WH, 'CERTAIN', 'BALANCE', -7);
  return partition;
}

const repairCell = (
  partition: TestPartition,
  quantity: number,
  expected: [number, number] = [3, 6],
) =>
  partition.run({
    verb: 'REPAIR_CELL',
    place: WH,
    goodsId: GOODS,
    kind: 'CERTAIN',
    expected: { quantity: pcs(expected[0]), held: pcs(expected[1]) },
    quantity: pcs(quantity),
    reason: 'counted',
  });

test('a cell that has changed since it was looked at is left alone', () => {
  const partition = short();
  partition.release('a');
  expect(repairCell(partition, 6)).toMatchObject({ status: 'CONFLICT', reason: 'CELL_CHANGED' });
  expect(partition.cell(WH, 'CERTAIN')).toBe('3/0');
});

test('a repair never takes a promise back, and never opens a cell', () => {
  const partition = short();
  expect(repairCell(partition, 5)).toMatchObject({ status: 'INVALID' });
  expect(partition.cell(WH, 'CERTAIN')).toBe('3/6');
  expect(repairCell(new TestPartition(), 6).reason).toBe('NOT_INITIALISED');
});

test('both holds of a routed line are given up; the quantity is not touched', () => {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', 10);
  partition.initialise(S1342, 'SHARED', 4);
  partition.pay(2, 'a');
  partition.route(S1342, 'SHARED', 'a');
  const repaired = { verb: 'REPAIR_HOLD', ref: 'a', reason: 'closed' } as const;
  expect(partition.run(repaired).lines).toMatchObject([{ id: SUB, status: 'APPLIED' }]);
  expect([partition.cell(WH, 'CERTAIN'), partition.cell(S1342, 'SHARED')]).toEqual(['10/0', '4/0']);
  expect(partition.run(repaired).status).toBe('ALREADY_DONE');
  expect(partition.run({ ...repaired, ref: 'never' }).status).toBe('UNKNOWN_HOLD');
});
