import { samePlace } from '@astrolabe/kernel';
import type { Place } from '@astrolabe/kernel';
import type { Route, RouteLine } from './commands.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen } from './holds.ts';
import { closedLine, lineOf } from './lines.ts';
import type { Decision, LineOutcome, Reason } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import type { SellerStock } from './stock.ts';
import type { Change } from './ledger.ts';
import type { Cell } from './goods.ts';
import { findCell } from './stock.ts';
import { availableAfter, hold, post, unhold } from './ledger.ts';
import { countLine } from './usage.ts';
import type { Milli } from './quantity.ts';

/** What routing does to one line: which holds end, which one begins. */
type Move = { readonly line: Line; readonly asked: RouteLine; readonly target: Cell | null };

/**
 * Spec 3.5, `itemadjust`: moves the occupancy to where the order goes. Onto SHARED stock a second
 * hold is added and the certain one is kept as the guarantee; onto CERTAIN stock the guarantee moves.
 * A shared hold elsewhere ends in the same write. I6: quantities never change.
 */
export function route(seller: SellerStock, found: Hold, command: Route): Decision {
  const moves: Move[] = [];
  const unchanged: LineOutcome[] = [];
  for (const asked of command.lines) {
    const line = lineOf(found, asked.lineId);
    if (!line) return refused('UNKNOWN_HOLD', 'UNKNOWN_LINE');
    const reason = mismatch(line, asked);
    if (reason) return refused('INVALID', reason);
    if (!isOpen(line)) return closedLine(line);
    if (line.shipped > 0) return refused('CONFLICT', 'PARTLY_SHIPPED');
    if (isThere(line, asked)) {
      unchanged.push(lineAt(line.lineId, 'ALREADY_DONE', line.routed ?? line.guarantee, line.open));
    } else {
      moves.push({ line, asked, target: findCell(seller, line.goodsId, asked.place, asked.kind) });
    }
  }
  if (moves.length === 0) return alreadyDone(unchanged);

  const changes = moves.flatMap(released);
  const missing: LineOutcome[] = [];
  for (const move of moves) {
    if (!takesHold(move)) continue;
    const free = move.target ? availableAfter(move.target, changes) : 0;
    if (move.target && free >= move.line.open) {
      changes.push(hold(move.target, move.line.open, move.line.lineId));
    } else missing.push(insufficient(move, free));
  }
  if (missing.length > 0) return refused('INSUFFICIENT', 'OUT_OF_STOCK', missing);
  for (const move of moves) {
    // A guarantee that leaves shared for certain stock begins to count against its channel.
    countLine(found.channel, move.line, -1);
    settle(move);
    countLine(found.channel, move.line, 1);
  }
  const moved = moves.map(({ line, target }) => lineAt(line.lineId, 'APPLIED', target, line.open));
  return applied([...moved, ...unchanged], post(changes));
}

function mismatch(line: Line, asked: RouteLine): Reason {
  if (asked.quantity !== 0 && asked.quantity !== line.quantity) return 'QUANTITY_DIFFERS';
  if (asked.goodsId !== '' && asked.goodsId !== line.goodsId) return 'GOODS_DIFFER';
  return '';
}

const at = (cell: Cell | null, place: Place, kind: Cell['kind']): boolean =>
  cell !== null && cell.kind === kind && samePlace(cell.place, place);

/** The line is where it should go, and nowhere else beside its guarantee. */
function isThere(line: Line, asked: RouteLine): boolean {
  if (line.routed) return at(line.routed, asked.place, asked.kind);
  return at(line.guarantee, asked.place, asked.kind);
}

/** Shared stock is added to a certain guarantee; in every other case the guarantee itself moves. */
const isAdded = ({ line, asked }: Move): boolean =>
  asked.kind === 'SHARED' && line.guarantee?.kind === 'CERTAIN';

const staysWithGuarantee = (move: Move): boolean =>
  !isAdded(move) && at(move.line.guarantee, move.asked.place, move.asked.kind);

const takesHold = (move: Move): boolean => !staysWithGuarantee(move);

function released(move: Move): Change[] {
  const { line } = move;
  const changes: Change[] = [];
  if (line.routed) changes.push(unhold(line.routed, line.open, line.lineId));
  if (!isAdded(move) && takesHold(move) && line.guarantee) {
    changes.push(unhold(line.guarantee, line.open, line.lineId));
  }
  return changes;
}

function settle(move: Move): void {
  const { line, target } = move;
  if (isAdded(move)) line.routed = target;
  else {
    line.routed = null;
    if (takesHold(move)) line.guarantee = target;
  }
  line.state = 'ROUTED';
}

function insufficient({ line, asked }: Move, free: Milli): LineOutcome {
  const missing = line.open - (free > 0 ? free : 0);
  return {
    ...lineAt(line.lineId, 'INSUFFICIENT', null, missing, 'OUT_OF_STOCK'),
    place: asked.place,
    kind: asked.kind,
  };
}
