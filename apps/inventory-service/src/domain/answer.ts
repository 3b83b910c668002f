import type { Answer } from './commands.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen, sourceOf } from './holds.ts';
import { closedLine, linesOf } from './lines.ts';
import type { Decision, LineOutcome } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import type { State } from './stock.ts';
import type { Change } from './ledger.ts';
import { sellerOf } from './stock.ts';
import { post, sell, unhold } from './ledger.ts';
import { countHold, countLine } from './usage.ts';
import type { Milli } from './quantity.ts';

/**
 * The store took the order (接单确认): its stock is sold, and only now the certain hold elsewhere
 * ends (white paper L459). Shipping will change no quantity.
 */
export function accept(state: State, found: Hold, command: Answer): Decision {
  const lines = linesOf(found, command.lineIds);
  if (!lines) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
  const outcomes: LineOutcome[] = [];
  const changes: Change[] = [];
  const sold: Line[] = [];
  for (const line of lines) {
    if (line.state === 'SOLD' || line.state === 'SHIPPED') {
      outcomes.push(lineAt(line.lineId, 'ALREADY_DONE', line.sold, line.quantity));
      continue;
    }
    const source = sourceOf(line);
    if (!isOpen(line) || !source) return closedLine(line);
    // A sale takes quantity and hold alike, so only an earlier shortage can stand in its way.
    const left = source.quantity + soldSoFar(changes, source);
    if (left < line.open) {
      const short = lineAt(line.lineId, 'INSUFFICIENT', source, line.open - left, 'STOCK_SHORT');
      return refused('INSUFFICIENT', 'STOCK_SHORT', [short]);
    }
    changes.push(sell(source, line.open, line.lineId));
    if (line.routed && line.guarantee) {
      changes.push(unhold(line.guarantee, line.open, line.lineId));
    }
    outcomes.push(lineAt(line.lineId, 'APPLIED', source, line.open));
    sold.push(line);
  }
  if (sold.length === 0) return alreadyDone(outcomes);
  for (const line of sold) close(state, found, line, 'SOLD');
  return applied(outcomes, post(changes));
}

const soldSoFar = (changes: readonly Change[], cell: Change['cell']): Milli =>
  changes.reduce((sum, change) => (change.cell === cell ? sum + change.quantity : sum), 0);

/** Ends the holds of a line; what has left the stock stays on record. */
export function close(state: State, found: Hold, line: Line, to: Line['state']): void {
  countLine(found.channel, line, -1);
  if (to === 'SOLD' || to === 'SHIPPED') line.sold = sourceOf(line);
  line.state = to;
  line.open = 0;
  line.guarantee = null;
  line.routed = null;
  state.openLines -= 1;
  if (!found.lines.some(isOpen)) {
    countHold(sellerOf(state, found.sellerId).usage, found, -1);
  }
}

/**
 * The store refused: its shared stock is free again, the certain hold stays where it is as the
 * buyer's guarantee while the order is routed anew.
 */
export function refuse(found: Hold, command: Answer): Decision {
  const lines = linesOf(found, command.lineIds);
  if (!lines) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
  const outcomes: LineOutcome[] = [];
  const changes: Change[] = [];
  const back: Line[] = [];
  for (const line of lines) {
    if (!isOpen(line)) return closedLine(line);
    if (line.shipped > 0) return refused('CONFLICT', 'PARTLY_SHIPPED');
    if (line.routed) changes.push(unhold(line.routed, line.open, line.lineId));
    const status = line.state === 'ROUTED' ? 'APPLIED' : 'ALREADY_DONE';
    outcomes.push(lineAt(line.lineId, status, line.guarantee, line.open));
    if (line.state === 'ROUTED') back.push(line);
  }
  if (back.length === 0) return alreadyDone(outcomes);
  for (const line of back) {
    line.routed = null;
    line.state = 'HELD';
  }
  return applied(outcomes, post(changes));
}
