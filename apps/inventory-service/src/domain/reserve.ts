import { invariant, samePlace } from '@astrolabe/kernel';
import type { Reserve, ReserveLine } from './commands.ts';
import type { Hold, Line } from './holds.ts';
import type { Decision, LineOutcome } from './outcomes.ts';
import { alreadyDone, applied, lineAt, refused } from './outcomes.ts';
import { schedule } from './expiry.ts';
import { addHold } from './hold-store/store.ts';
import { assertHold } from './invariants.ts';
import type { SellerStock, State } from './stock.ts';
import type { Change } from './ledger.ts';
import type { Cell } from './goods.ts';
import { findCell, sellerOf } from './stock.ts';
import { listHold } from './seller-holds.ts';
import { availableAfter, hold, post } from './ledger.ts';
import { defaultLocation } from './location.ts';
import { overBudget, quotaLeft, safetyOf } from './policy.ts';
import { countHold, countLine } from './usage.ts';
import type { Milli } from './quantity.ts';

const SECOND_MS = 1_000;

/**
 * Holds stock for all lines of an order, or for none. A line without a place is held at the default
 * location (white paper L461): the place with the largest available stock, which must have all of
 * the lines on the same goods.
 */
export function reserve(
  state: State,
  sellerId: string,
  command: Reserve,
  nowMs: number,
  existing: Hold | undefined,
): Decision {
  const seller = sellerOf(state, sellerId);
  if (existing) return reservedBefore(existing, command);
  const over = overBudget(seller, command);
  if (over) return refused('OVER_BUDGET', over);

  // What lines before a line have planned: nothing where there is one, which is nearly always.
  const changes: Change[] = [];
  const cells = command.lines.map(noCell);
  const missing: LineOutcome[] = [];
  const quota = quotaOf(seller, command);
  for (const at of inOrderOfFreedom(command.lines)) {
    const line = command.lines[at];
    if (!line) continue;
    const cell = cellFor(seller, command.lines, line, cells, changes);
    const free = cell ? availableAfter(cell, changes) - safetyOf(seller, cell) : 0;
    const beyond = free >= line.quantity ? quota(line) : 0;
    if (cell && beyond > 0) {
      missing.push(lineAt(line.lineId, 'INSUFFICIENT', cell, beyond, 'CHANNEL_QUOTA'));
    } else if (cell && free >= line.quantity) {
      if (cells.length > 1) changes.push(hold(cell, line.quantity, line.lineId));
      cells[at] = cell;
    } else {
      const short = line.quantity - (free > 0 ? free : 0);
      missing.push({
        ...lineAt(line.lineId, 'INSUFFICIENT', cell, short, 'OUT_OF_STOCK'),
        place: line.place,
        kind: line.kind,
      });
    }
  }
  const [first] = missing;
  if (first) return refused('INSUFFICIENT', first.reason, missing);
  const made = keep(state, seller, command, cells, nowMs);
  // In the order of the lines, whatever decided their places: a replay has the places already.
  return applied(made.lines.map(heldAt), post(made.lines.map(holdOf)));
}

const noCell = (): Cell | null => null;

/**
 * How much a line goes beyond what its channel may hold of its goods, the lines before it counted in;
 * 0 when it does not. A line that is beyond is not counted.
 */
function quotaOf(seller: SellerStock, { channel }: Reserve): (line: ReserveLine) => Milli {
  if (seller.policy.quotas.size === 0) return noQuota;
  const lefts = new Map<string, Milli>();
  return ({ goodsId, kind, quantity }) => {
    const left = lefts.get(goodsId) ?? quotaLeft(seller, channel, goodsId);
    if (kind !== 'CERTAIN' || left === null) return 0;
    if (quantity > left) return quantity - (left > 0 ? left : 0);
    lefts.set(goodsId, left - quantity);
    return 0;
  };
}

const noQuota = (): Milli => 0;

const ONE_LINE: readonly number[] = [0];

/** Positions of the lines; those that name their place come first: what is left decides the others'. */
function inOrderOfFreedom(lines: readonly ReserveLine[]): readonly number[] {
  if (lines.length === 1) return ONE_LINE;
  const positions = [...lines.keys()];
  return [
    ...positions.filter((at) => lines[at]?.place),
    ...positions.filter((at) => !lines[at]?.place),
  ];
}

function cellFor(
  seller: SellerStock,
  lines: readonly ReserveLine[],
  line: ReserveLine,
  chosen: readonly (Cell | null)[],
  changes: readonly Change[],
): Cell | null {
  if (line.place) return findCell(seller, line.goodsId, line.place, line.kind);
  for (let at = 0; at < chosen.length; at += 1) {
    const cell = chosen[at];
    const other = lines[at];
    if (!cell || !other || other.place) continue;
    if (other.goodsId === line.goodsId && other.kind === line.kind) return cell;
  }
  const goods = seller.goods.get(line.goodsId);
  return goods ? defaultLocation(seller, goods, line.kind, changes) : null;
}

function keep(
  state: State,
  seller: SellerStock,
  command: Reserve,
  cells: readonly (Cell | null)[],
  nowMs: number,
): Hold {
  const lines = command.lines.map((line, at) => newLine(line, cells[at] ?? null));
  const expiresAtMs = command.ttlMs === 0 ? 0 : nowMs + command.ttlMs;
  const { ref, channel, buyerRef } = command;
  const heldSince = Math.floor(nowMs / SECOND_MS);
  const made = newHold(state, seller, { ref, channel, buyerRef, lines, heldSince, expiresAtMs });
  if (expiresAtMs !== 0) {
    schedule(state.expiry, { atMs: expiresAtMs, sellerId: seller.sellerId, ref: command.ref });
  }
  return made;
}

export function newHold(
  state: State,
  seller: SellerStock,
  parts: Pick<Hold, 'ref' | 'channel' | 'buyerRef' | 'heldSince' | 'expiresAtMs'> & {
    lines: Line[];
  },
): Hold {
  const made = addHold(state.holds, seller.number, {
    ref: parts.ref,
    sellerId: seller.sellerId,
    number: state.holdsMade,
    channel: parts.channel,
    buyerRef: parts.buyerRef,
    lines: parts.lines,
    heldSince: parts.heldSince,
    expiresAtMs: parts.expiresAtMs,
    reboundTo: '',
  });
  assertHold(made);
  state.holdsMade += 1;
  state.openLines += parts.lines.length;
  seller.holds += 1;
  listHold(state.holds, seller, made);
  for (const line of made.lines) countLine(made.channel, line, 1);
  countHold(seller.usage, made, 1);
  return made;
}

export const newLine = (
  line: { lineId: string; goodsId: string; quantity: Milli },
  guarantee: Cell | null,
): Line => ({
  lineId: line.lineId,
  goodsId: line.goodsId,
  quantity: line.quantity,
  open: line.quantity,
  shipped: 0,
  guarantee,
  routed: null,
  sold: null,
  state: 'HELD',
});

function holdOf({ guarantee, open, lineId }: Line): Change {
  invariant(guarantee !== null, 'I2 an open line has its guarantee', lineId);
  return hold(guarantee, open, lineId);
}

const heldAt = (line: Line): LineOutcome =>
  lineAt(line.lineId, 'APPLIED', line.guarantee, line.quantity);

/** A hold has one name for its whole life: the same order again changes nothing. */
function reservedBefore(existing: Hold, command: Reserve): Decision {
  if (!sameOrder(existing, command)) return refused('CONFLICT', 'HOLD_EXISTS');
  if (existing.lines.some((line) => line.state === 'EXPIRED')) {
    return refused('EXPIRED', 'HOLD_EXPIRED');
  }
  if (existing.lines.every((line) => line.state === 'RELEASED')) {
    return refused('CONFLICT', 'HOLD_CLOSED');
  }
  return alreadyDone(
    existing.lines.map((line) =>
      lineAt(line.lineId, 'ALREADY_DONE', line.guarantee ?? line.sold, line.quantity),
    ),
  );
}

function sameOrder(existing: Hold, command: Reserve): boolean {
  return (
    existing.lines.length === command.lines.length &&
    existing.channel === command.channel &&
    existing.lines.every((line, at) => {
      const asked = command.lines[at];
      if (!asked || asked.lineId !== line.lineId || asked.goodsId !== line.goodsId) return false;
      const place = line.guarantee?.place;
      const moved = line.state !== 'HELD' || !place;
      return (
        asked.quantity === line.quantity && (moved || !asked.place || samePlace(asked.place, place))
      );
    })
  );
}
