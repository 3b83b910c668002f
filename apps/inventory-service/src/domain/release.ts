import type { Rebind, Release } from './commands.ts';
import { close } from './answer.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen } from './holds.ts';
import { closedLine, closedReason, lineOf, linesOf } from './lines.ts';
import type { Decision, LineOutcome } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import { newHold, newLine } from './reserve.ts';
import type { SellerStock, State } from './stock.ts';
import type { Change } from './ledger.ts';
import { findHoldOf } from './seller-holds.ts';
import { hold, post, unhold } from './ledger.ts';

/** Gives up the holds of a line. No quantity changes. */
export function endHolds(line: Line): Change[] {
  const changes: Change[] = [];
  if (line.guarantee) changes.push(unhold(line.guarantee, line.open, line.lineId));
  if (line.routed) changes.push(unhold(line.routed, line.open, line.lineId));
  return changes;
}

/**
 * Gives up all holds of the lines. Without line ids: of every line that still has one. A line that
 * was sold cannot be released: that would add stock that does not exist.
 */
export function release(state: State, found: Hold, command: Release): Decision {
  const lines = linesOf(found, command.lineIds);
  if (!lines) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
  const everything = command.lineIds.length === 0;
  const outcomes: LineOutcome[] = [];
  const ending: Line[] = [];
  let conflict: Line | null = null;
  for (const line of lines) {
    if (isOpen(line)) {
      outcomes.push(lineAt(line.lineId, 'APPLIED', line.guarantee, line.open));
      ending.push(line);
    } else if (line.state === 'RELEASED' || line.state === 'EXPIRED') {
      outcomes.push(lineAt(line.lineId, 'ALREADY_DONE', null, 0));
    } else {
      outcomes.push(lineAt(line.lineId, 'CONFLICT', line.sold, line.quantity, closedReason(line)));
      conflict ??= line;
    }
  }
  if (conflict && (!everything || ending.length === 0)) return closedLine(conflict);
  if (ending.length === 0) return alreadyDone(outcomes);
  const changes = ending.flatMap(endHolds);
  for (const line of ending) close(state, found, line, 'RELEASED');
  return applied(outcomes, post(changes));
}

/** The hold's time is over: what is still open of it is given up. */
export function expire(state: State, found: Hold): Decision {
  const ending = found.lines.filter(isOpen);
  if (ending.length === 0 || found.expiresAtMs === 0) return alreadyDone([]);
  const outcomes = ending.map((line) => lineAt(line.lineId, 'APPLIED', line.guarantee, line.open));
  const changes = ending.flatMap(endHolds);
  for (const line of ending) close(state, found, line, 'EXPIRED');
  found.expiresAtMs = 0;
  return applied(outcomes, post(changes));
}

/** Makes a time-limited hold permanent. */
export function confirm(found: Hold): Decision {
  const closed = found.lines.find((line) => line.state === 'EXPIRED' || line.state === 'RELEASED');
  if (closed && !found.lines.some(isOpen)) return closedLine(closed);
  const outcomes = found.lines.map((line) =>
    lineAt(line.lineId, 'APPLIED', line.guarantee, line.open),
  );
  if (found.expiresAtMs === 0) return alreadyDone(outcomes);
  found.expiresAtMs = 0;
  return applied(outcomes, []);
}

/**
 * A requisition became a purchase order: the holds pass on to the new name, what the order does not
 * need is released. The new hold has no end of life.
 */
export function rebind(state: State, seller: SellerStock, found: Hold, command: Rebind): Decision {
  if (found.reboundTo !== '') {
    return found.reboundTo === command.newRef
      ? alreadyDone([])
      : refused('CONFLICT', 'HOLD_CLOSED');
  }
  if (findHoldOf(state, seller, command.newRef)) return refused('CONFLICT', 'HOLD_EXISTS');
  for (const line of found.lines) {
    if (!isOpen(line)) return closedLine(line);
    if (line.routed) return refused('CONFLICT', 'ROUTED_ELSEWHERE');
    if (line.shipped > 0) return refused('CONFLICT', 'PARTLY_SHIPPED');
  }
  const changes: Change[] = found.lines.flatMap(endHolds);
  const lines: Line[] = [];
  for (const asked of command.lines) {
    const line = lineOf(found, asked.lineId);
    if (!line?.guarantee) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
    const quantity = asked.quantity === 0 ? line.open : asked.quantity;
    if (quantity > line.open) return refused('CONFLICT', 'EXCEEDS_HOLD');
    changes.push(hold(line.guarantee, quantity, asked.newLineId));
    lines.push(
      newLine({ lineId: asked.newLineId, goodsId: line.goodsId, quantity }, line.guarantee),
    );
  }
  for (const line of found.lines) close(state, found, line, 'RELEASED');
  found.reboundTo = command.newRef;
  found.expiresAtMs = 0;
  newHold(state, seller, {
    ref: command.newRef,
    channel: found.channel,
    buyerRef: found.buyerRef,
    lines,
    // It passes on: the goods have been held since then.
    heldSince: found.heldSince,
    expiresAtMs: 0,
  });
  const outcomes = lines.map((line) =>
    lineAt(line.lineId, 'APPLIED', line.guarantee, line.quantity),
  );
  return applied(outcomes, post(changes));
}
