import { expect, test } from 'vitest';
import { TestPartition, GOODS, S1342, SELLER, TID, WH, pcs } from '../../test/partition.ts';
import type { Body } from './commands.ts';
import type { State } from './stock.ts';
import { findHoldOf } from './seller-holds.ts';

const LINES = ['1', '2'];
const LATE_COUNT = 'counted late';
const START = { certain: 2, shared: 1, storeCertain: 1 };

/** Every event that can meet an order of two lines with two places to go. */
function events(): { name: string; body: Body }[] {
  const ref = TID;
  const all: { name: string; body: Body }[] = [
    { name: 'pay', body: pay() },
    { name: 'release all', body: { verb: 'RELEASE', ref, lineIds: [], reason: '' } },
    { name: 'expire', body: { verb: 'EXPIRE', ref } },
    { name: 'confirm', body: { verb: 'CONFIRM', ref } },
    { name: 'sold offline', body: soldOffline() },
    { name: LATE_COUNT, body: countedLate() },
  ];
  for (const lineId of LINES) {
    const lineIds = [lineId];
    for (const [place, kind] of [
      [S1342, 'SHARED'],
      [S1342, 'CERTAIN'],
      [WH, 'CERTAIN'],
      [WH, 'SHARED'],
    ] as const) {
      const lines = [{ lineId, place, kind, quantity: 0, goodsId: '' }];
      all.push({
        name: `route ${lineId} ${place.id} ${kind}`,
        body: { verb: 'ROUTE', ref, lines },
      });
    }
    all.push({ name: `accept ${lineId}`, body: { verb: 'ACCEPT', ref, lineIds } });
    all.push({ name: `refuse ${lineId}`, body: { verb: 'REFUSE', ref, lineIds } });
    all.push({ name: `release ${lineId}`, body: { verb: 'RELEASE', ref, lineIds, reason: '' } });
    all.push({ name: `back ${lineId}`, body: { verb: 'GIVE_BACK', ref, lineIds, reason: '' } });
    const lines = [{ lineId, quantity: 0 }];
    all.push({ name: `ship ${lineId}`, body: { verb: 'CONSUME', ref, lines, shipmentRef: '' } });
  }
  return all;
}

const pay = (): Body => ({
  verb: 'RESERVE',
  ref: TID,
  channel: 'tmall',
  ttlMs: 1_000_000,
  buyerRef: '',
  lines: LINES.map((lineId) => ({
    lineId,
    goodsId: GOODS,
    quantity: pcs(1),
    place: null,
    kind: 'CERTAIN' as const,
  })),
});

/** The clerk sells the store's last shared piece; once, and the till tells it after the newest count. */
const soldOffline = (): Body => ({
  verb: 'ADJUST',
  billScope: 'item.update',
  lines: [
    {
      billNum: 'offline',
      billType: 'TAOBAO_EXCLUDED',
      place: S1342,
      goodsId: GOODS,
      kind: 'SHARED',
      delta: pcs(-1),
      finalQuantity: null,
      operationTimeMs: 1_000,
    },
  ],
});

/** A full count from before the newest one: whatever has happened, it changes nothing. */
const countedLate = (): Body => ({
  verb: 'INITIALISE',
  billScope: 'item.initial',
  lines: [
    {
      billNum: 'late',
      place: S1342,
      goodsId: GOODS,
      kind: 'SHARED',
      quantity: pcs(9),
      operationTimeMs: 2_000,
    },
  ],
});

function start(): TestPartition {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', START.certain, 'B-1');
  partition.initialise(S1342, 'SHARED', START.shared, 'B-2', { at: 3_000 });
  partition.initialise(S1342, 'CERTAIN', START.storeCertain, 'B-3');
  partition.initialise(WH, 'SHARED', 1, 'B-4');
  return partition;
}

/** All that decides what can happen next. */
function nameOf(state: State): string {
  const cells = state.cells.map(
    (cell) => `${cell.quantity}/${cell.held}/${cell.unreported}@${cell.reportedAtMs}`,
  );
  const hold = findHoldOf(state, state.sellers.get(SELLER), TID);
  const lines = hold?.lines.map((line) =>
    [line.state, line.guarantee?.number, line.routed?.number, line.sold?.number].join(),
  );
  return [...cells, ...(lines ?? []), hold?.expiresAtMs, state.bills.young.size].join(' ');
}

/** What left the shelves and what is there add up to what there was. */
function assertConserved(state: State): void {
  const there = state.cells.reduce((sum, cell) => sum + cell.quantity, 0);
  const offline = state.bills.young.has(`${SELLER}|item.update|offline`) ? 1 : 0;
  const lines = findHoldOf(state, state.sellers.get(SELLER), TID)?.lines ?? [];
  const gone = lines.filter((line) => line.state === 'SOLD' || line.state === 'SHIPPED').length;
  const had = START.certain + START.shared + START.storeCertain + 1;
  expect(there).toBe(pcs(had - gone) - offline * 1000);
}

test('every interleaving of an order’s life, two lines and two places: no state breaks a law', () => {
  const all = events();
  const visited = new Set([nameOf(start().state)]);
  let frontier: Body[][] = [[]];
  let transitions = 0;
  while (frontier.length > 0) {
    const next: Body[][] = [];
    for (const path of frontier) {
      for (const { name, body } of all) {
        const partition = start();
        for (const each of path) partition.run(each);
        const before = nameOf(partition.state);
        partition.run(body);
        transitions += 1;
        assertConserved(partition.state);
        const after = nameOf(partition.state);
        if (!partition.last?.changed) expect(after).toBe(before);
        if (name === LATE_COUNT)
          expect(partition.last?.outcome.reason).toBe('OLDER_THAN_LAST_CHANGE');
        if (visited.has(after)) continue;
        visited.add(after);
        next.push([...path, body]);
      }
    }
    frontier = next;
  }
  process.stdout.write(`exhaustive: ${visited.size} states, ${transitions} transitions\n`);
  expect(visited.size).toBeGreaterThan(500);
});
