import { expect, test } from 'vitest';
import { GOODS, S1342, SELLER, WH } from '../../../test/partition.ts';
import { openCell, sellerOf } from '../../domain/stock.ts';
import { createReplica } from './replica.ts';
import { freeze, restoring } from './snapshot.ts';

const WINDOW = 64;

test('a snapshot has all numbers of a cell, the time of its newest report among them', () => {
  const replica = createReplica('p0000', WINDOW);
  const seller = sellerOf(replica.state, SELLER);
  const cell = openCell(replica.state, seller, GOODS, S1342, 'SHARED');
  cell.set(7_000, 2_000, -1_000);
  cell.reported(605_000);
  cell.initialised = true;
  openCell(replica.state, seller, GOODS, WH, 'CERTAIN');
  const { parts, done, ...head } = freeze(replica, (bytes) => String(bytes.length));
  const { takePart, done: restored } = restoring(head, WINDOW);
  for (const { key, bytes } of parts) takePart(key, bytes());
  done();
  const found = restored().state.cells.map(
    ({ quantity, held, unreported, reportedAtMs, initialised }) =>
      [quantity, held, unreported, reportedAtMs, initialised] as const,
  );
  expect(found).toEqual([
    [7_000, 2_000, -1_000, 605_000, true],
    [0, 0, 0, 0, false],
  ]);
});
