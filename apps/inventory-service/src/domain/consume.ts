import { close } from './answer.ts';
import type { Consume, Release } from './commands.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen, sourceOf } from './holds.ts';
import { closedLine, closedReason, lineOf, linesOf } from './lines.ts';
import type { Decision, LineOutcome } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import type { State } from './stock.ts';
import type { Change } from './ledger.ts';
import { post, putBack, sell, unhold } from './ledger.ts';
import { countShipped } from './usage.ts';
import type { Milli } from './quantity.ts';

type Step = { readonly line: Line; readonly quantity: Milli };

/**
 * Takes held stock out of the quantity, wholly or partly. A line that a store accepted was sold
 * already: it is only marked as shipped, and no quantity changes.
 */
export function consume(state: State, found: Hold, command: Consume): Decision {
  const outcomes: LineOutcome[] = [];
  const steps: Step[] = [];
  const changes: Change[] = [];
  for (const asked of command.lines) {
    const line = lineOf(found, asked.lineId);
    if (!line) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
    if (line.state === 'SHIPPED') {
      outcomes.push(lineAt(line.lineId, 'ALREADY_DONE', line.sold, line.quantity));
      continue;
    }
    const left = isOpen(line) ? line.open : line.quantity - line.shipped;
    const quantity = asked.quantity === 0 ? left : asked.quantity;
    if (!isOpen(line) && line.state !== 'SOLD') return closedLine(line);
    if (quantity > left) return refused('CONFLICT', 'EXCEEDS_HOLD');
    const source = sourceOf(line);
    if (source) {
      if (source.quantity + changeAt(changes, source) < quantity) {
        const short = lineAt(line.lineId, 'INSUFFICIENT', source, quantity, 'STOCK_SHORT');
        return refused('INSUFFICIENT', 'STOCK_SHORT', [short]);
      }
      changes.push(sell(source, quantity, line.lineId));
      if (line.routed && line.guarantee) {
        changes.push(unhold(line.guarantee, quantity, line.lineId));
      }
    }
    outcomes.push(lineAt(line.lineId, 'APPLIED', source ?? line.sold, quantity));
    steps.push({ line, quantity });
  }
  if (steps.length === 0) return alreadyDone(outcomes);
  for (const step of steps) ship(state, found, step);
  return applied(outcomes, post(changes));
}

const changeAt = (changes: readonly Change[], cell: Change['cell']): Milli =>
  changes.reduce((sum, change) => (change.cell === cell ? sum + change.quantity : sum), 0);

function ship(state: State, found: Hold, { line, quantity }: Step): void {
  line.shipped += quantity;
  if (line.state === 'SOLD') {
    if (line.shipped === line.quantity) line.state = 'SHIPPED';
    return;
  }
  line.sold ??= sourceOf(line);
  if (line.open === quantity) {
    close(state, found, line, 'SHIPPED');
    return;
  }
  countShipped(found.channel, line, quantity);
  line.open -= quantity;
}

/**
 * Goods of an accepted line went back on the shelf before they left (CANCEL_AGREED): the
 * quantity returns where it was sold. What has left comes back by the merchant's own inbound report.
 */
export function giveBack(found: Hold, command: Release): Decision {
  const lines = linesOf(found, command.lineIds);
  if (!lines) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
  const outcomes: LineOutcome[] = [];
  const changes: Change[] = [];
  const back: Line[] = [];
  for (const line of lines) {
    if (line.state === 'GIVEN_BACK') {
      outcomes.push(lineAt(line.lineId, 'ALREADY_DONE', line.sold, line.quantity));
      continue;
    }
    if (isOpen(line)) return refused('CONFLICT', 'LINE_NOT_SOLD');
    if (line.state !== 'SOLD' || !line.sold) return refused('CONFLICT', closedReason(line));
    if (line.shipped > 0) return refused('CONFLICT', 'PARTLY_SHIPPED');
    changes.push(putBack(line.sold, line.quantity, line.lineId));
    outcomes.push(lineAt(line.lineId, 'APPLIED', line.sold, line.quantity));
    back.push(line);
  }
  if (back.length === 0) return alreadyDone(outcomes);
  for (const line of back) line.state = 'GIVEN_BACK';
  return applied(outcomes, post(changes));
}
