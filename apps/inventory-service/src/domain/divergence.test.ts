import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GOODS, S1342, SUB, TestPartition, WH, pcs } from '../../test/partition.ts';
import { divergencesOf, divergentCells, placeReports, proposedFor } from './divergence.ts';

const ALL = { kind: null, place: null, after: 0, size: 100, look: 1_000 } as const;

/** Three pieces are at the warehouse, six of which are promised; store 1342 has sold one that it has not reported. */
function differing(): TestPartition {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', 10);
  partition.initialise(S1342, 'SHARED', 4);
  partition.pay(6, 'a');
  partition.adjust(WH, 'CERTAIN', 'BALANCE', -7);
  return partition;
}
const sellerOf = (partition: TestPartition) => [...partition.state.sellers.values()][0];

test('a number that promises more than was reported is short, and what settles it is what is promised', () => {
  const seller = sellerOf(differing());
  const { cells, next } = divergentCells(seller, ALL);
  expect(next).toBeNull();
  expect(cells.map((cell) => [cell.place, divergencesOf(cell), proposedFor(cell)])).toEqual([
    [WH, ['SHORT'], pcs(6)],
  ]);
  expect(divergentCells(seller, { ...ALL, kind: 'UNREPORTED' }).cells).toEqual([]);
  expect(divergentCells(seller, { ...ALL, place: S1342 }).cells).toEqual([]);
});

test('what is unreported alone has no adjustment of ours, whatever its sign', () => {
  const amounts = fc.integer({ min: -9_000, max: 9_000 });
  fc.assert(
    fc.property(amounts, fc.nat(9_000), fc.nat(9_000), (unreported, quantity, held) => {
      const kinds = divergencesOf({ quantity, held, unreported });
      expect(kinds.includes('UNREPORTED')).toBe(unreported !== 0);
      expect(kinds.includes('SHORT')).toBe(held > quantity);
      expect(proposedFor({ quantity, held })).toBe(held > quantity ? held : null);
    }),
  );
});

test('places are told with what differs of them, and who has been silent for longest is first', () => {
  const reports = placeReports(sellerOf(differing()));
  const at = (place: typeof WH) => reports.find((one) => one.place.id === place.id);
  expect(at(WH)).toMatchObject({ numbers: 1, neverReported: 0, short: 1, shortMilli: pcs(3) });
  expect(at(S1342)).toMatchObject({ short: 0, shortMilli: 0 });
  const times = reports.map(({ reportedAtMs }) => reportedAtMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(placeReports(undefined)).toEqual([]);
});

test('pages name each number once, however small they are and however little each looks at', () => {
  const partition = new TestPartition();
  const goods = Array.from({ length: 7 }, (_, at) => `${GOODS}-${at}`);
  for (const goodsId of goods) {
    partition.initialise(WH, 'CERTAIN', 5, goodsId, { goodsId });
    const line = { lineId: SUB, goodsId, quantity: pcs(1), place: null, kind: 'CERTAIN' } as const;
    const order = { ref: goodsId, channel: 'tmall', lines: [line], ttlMs: 0, buyerRef: '' };
    partition.run({ verb: 'RESERVE', ...order });
    partition.ship(1, goodsId);
  }
  const seller = sellerOf(partition);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (size, look) => {
      const named: string[] = [];
      let after: number | null = 0;
      for (let page = 0; after !== null && page < 20; page += 1) {
        const found: ReturnType<typeof divergentCells> = divergentCells(seller, {
          ...ALL,
          after,
          size,
          look,
        });
        named.push(...found.cells.map(({ goodsId }) => goodsId));
        after = found.next;
      }
      expect(named).toEqual(goods);
    }),
  );
});
