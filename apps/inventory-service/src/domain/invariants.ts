import { invariant } from '@astrolabe/kernel';
import type { Body } from './commands.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen } from './holds.ts';
import type { State } from './stock.ts';
import type { Entry } from './ledger.ts';
import { holdsOf } from './seller-holds.ts';
import { cellKey } from './goods.ts';
import { isUsageRight } from './usage.ts';
import type { Milli } from './quantity.ts';

/**
 * The laws of the ledger (spec 3.6, I1 to I7). They are asserted after every decision, in production
 * too: a broken one ends the partition before anything is written or answered. I1 is asserted by `post`;
 * I7 holds because a replayed bill makes no entries (`laws.test.ts`).
 */
export function assertInvariants(
  body: Body,
  found: Hold | undefined,
  entries: readonly Entry[],
): void {
  if (found) assertHold(found);
  for (const entry of entries) assertEntry(body, entry);
  if (body.verb === 'ACCEPT') assertSoldOnce(entries);
}

/** What holds for each line of a hold at any time. */
export function assertHold(found: Hold): void {
  for (const line of found.lines) assertLine(line);
}

function assertLine(line: Line): void {
  const name = line.lineId;
  if (isOpen(line)) {
    invariant(line.guarantee !== null, 'I2 an open line has its guarantee', name);
    invariant(line.open > 0 && line.open + line.shipped === line.quantity, 'I2 amount', name);
    const second = line.routed === null || line.routed.kind === 'SHARED';
    invariant(second, 'I3 a second hold is on shared stock', name);
    const under = line.routed === null || line.guarantee.kind === 'CERTAIN';
    invariant(under, 'I3 a second hold stands on a certain one', name);
    invariant(line.state === 'ROUTED' || line.routed === null, 'I3 who refused', name);
    return;
  }
  const free = line.guarantee === null && line.routed === null && line.open === 0;
  invariant(free, 'I4 a closed line holds nothing', name);
  const isSold = line.state === 'SOLD' || line.state === 'SHIPPED' || line.state === 'GIVEN_BACK';
  invariant(!isSold || line.sold !== null, 'I5 a sold line names its cell', name);
}

function assertEntry(body: Body, entry: Entry): void {
  switch (body.verb) {
    case 'RESERVE':
    case 'ROUTE':
      invariant(entry.quantityDelta === 0, 'I6 quantity moved', () => cellKey(entry.cell));
      // The law that everything else serves: nothing is promised that is not there.
      invariant(entry.heldDelta <= 0 || entry.held <= entry.quantity, 'oversold', () =>
        cellKey(entry.cell),
      );
      return;
    case 'REFUSE':
    case 'RELEASE':
    case 'EXPIRE':
    case 'CONFIRM':
    case 'REBIND':
    case 'PUT_POLICY':
    case 'REPAIR_HOLD':
      invariant(entry.quantityDelta === 0, 'I6 quantity moved', () => cellKey(entry.cell));
      return;
    case 'INITIALISE':
    case 'ADJUST':
    case 'REPAIR_CELL':
      invariant(entry.heldDelta === 0, 'a bill moved a hold', () => cellKey(entry.cell));
      return;
    case 'ACCEPT':
    case 'CONSUME':
    case 'GIVE_BACK':
      invariant(entry.quantityDelta === -entry.unreportedDelta, 'a sale that is on no report');
  }
}

/** I5: each line's quantity leaves exactly one cell. */
function assertSoldOnce(entries: readonly Entry[]): void {
  const sold = entries.filter((entry) => entry.quantityDelta !== 0);
  const lines = new Set(sold.map((entry) => entry.cause));
  invariant(lines.size === sold.length, 'I5 a line was sold twice');
}

/**
 * The law over everything: the holds of all open lines add up to what each cell says is held. Walks
 * the whole state; for audits. Returns what differs.
 */
export function auditHolds(
  state: State,
): { readonly key: string; readonly held: Milli; readonly sum: Milli }[] {
  const sums = state.cells.map(() => 0);
  let openLines = 0;
  for (const seller of state.sellers.values()) {
    for (const found of holdsOf(state, seller)) {
      for (const line of found.lines) {
        assertLine(line);
        if (isOpen(line)) openLines += 1;
        for (const cell of [line.guarantee, line.routed]) {
          if (cell) sums[cell.number] = (sums[cell.number] ?? 0) + line.open;
        }
      }
    }
    invariant(
      isUsageRight(seller, holdsOf(state, seller)),
      `the usage of ${seller.sellerId} is wrong`,
    );
  }
  invariant(openLines === state.openLines, 'the count of open lines is wrong');
  return state.cells
    .map((cell) => ({ key: cellKey(cell), held: cell.held, sum: sums[cell.number] ?? 0 }))
    .filter(({ held, sum }) => held !== sum);
}
