import { assertNever, invariant } from '@astrolabe/kernel';
import { accept, refuse } from './answer.ts';
import { adjust, initialise } from './bills.ts';
import type { Body, Command } from './commands.ts';
import { consume, giveBack } from './consume.ts';
import { nearest, unschedule } from './expiry.ts';
import type { Hold } from './holds.ts';
import { isClosed, isOpen } from './holds.ts';
import { forgetHold, saveHold } from './hold-store/store.ts';
import { assertInvariants } from './invariants.ts';
import { LIMITS } from './limits.ts';
import type { Decision } from './outcomes.ts';
import { refused } from './outcomes.ts';
import { putPolicy } from './policy.ts';
import { repairCell, repairHold } from './repair.ts';
import { confirm, expire, rebind, release } from './release.ts';
import { reserve } from './reserve.ts';
import { route } from './route.ts';
import type { SellerStock, State } from './stock.ts';
import { sellerOf } from './stock.ts';
import { findHoldOf } from './seller-holds.ts';
import { wrongWith } from './validate.ts';

/**
 * Decides one command: `apply(state, command, now) -> { outcome, entries }`, with `state` moved on in
 * place. Deterministic: the time is the journal's, an input; the same commands at the same times in
 * the same order give the same state, wherever they run. A refusal leaves the state as it was.
 * Throws InvariantViolation when a law would break; the state is of no use afterwards.
 */
export function apply(state: State, command: Command, nowMs: number): Decision {
  const wrong = wrongWith(command);
  if (wrong) return refused('INVALID', wrong);
  const { body, sellerId } = command;
  const seller = state.sellers.get(sellerId);
  const found = 'ref' in body ? findHoldOf(state, seller, body.ref) : undefined;
  const wasClosed = found !== undefined && isClosed(found);
  const opened = state.cells.length;
  const decision = decide(state, sellerId, body, nowMs, seller, found);
  if (!decision.changed) {
    // It is not journalled: what it left behind here would be missing in a replay.
    invariant(state.cells.length === opened, 'a refusal opens no cell', command.operationId);
    return decision;
  }
  assertInvariants(body, found, decision.entries);
  if (found) saveHold(state.holds, found);
  if (found && !wasClosed && isClosed(found)) retire(state, found);
  return decision;
}

function decide(
  state: State,
  sellerId: string,
  body: Body,
  nowMs: number,
  seller: SellerStock | undefined,
  found: Hold | undefined,
): Decision {
  if (body.verb === 'RESERVE') return reserve(state, sellerId, body, nowMs, found);
  if (body.verb === 'INITIALISE') return initialise(state, sellerId, body, nowMs);
  if (body.verb === 'ADJUST') return adjust(state, sellerId, body, nowMs);
  if (body.verb === 'REPAIR_CELL') return repairCell(seller, body);
  if (body.verb === 'PUT_POLICY') return putPolicy(sellerOf(state, sellerId), body);
  if (!seller || !found) return refused('UNKNOWN_HOLD', 'UNKNOWN_HOLD');
  return decideAbout(state, body, nowMs, seller, found);
}

type AboutHold = Exclude<
  Body,
  { verb: 'RESERVE' | 'INITIALISE' | 'ADJUST' | 'PUT_POLICY' | 'REPAIR_CELL' }
>;

function decideAbout(
  state: State,
  body: AboutHold,
  nowMs: number,
  seller: SellerStock,
  found: Hold,
): Decision {
  if (body.verb === 'EXPIRE') return expire(state, found);
  // Its time is over although the owner has not ended it yet; no command may use it.
  if (isOverdue(found, nowMs)) return refused('EXPIRED', 'HOLD_EXPIRED');
  switch (body.verb) {
    case 'ROUTE':
      return route(seller, found, body);
    case 'ACCEPT':
      return accept(state, found, body);
    case 'REFUSE':
      return refuse(found, body);
    case 'RELEASE':
      return release(state, found, body);
    case 'GIVE_BACK':
      return giveBack(found, body);
    case 'CONFIRM':
      return confirm(found);
    case 'REBIND':
      return rebind(state, seller, found, body);
    case 'CONSUME':
      return consume(state, found, body);
    case 'REPAIR_HOLD':
      return repairHold(state, found, body);
    default:
      return assertNever(body, 'apply');
  }
}

const isOverdue = (found: Hold, nowMs: number): boolean =>
  found.expiresAtMs !== 0 && found.expiresAtMs <= nowMs && found.lines.some(isOpen);

/** Keeps a closed hold for late commands, for as long as the ring has room. */
function retire(state: State, found: Hold): void {
  const { closed } = state;
  const forgotten = closed.ring[closed.next];
  closed.ring[closed.next] = found.address;
  closed.next = (closed.next + 1) % LIMITS.closedHolds;
  if (forgotten === undefined) return;
  sellerOf(state, forgetHold(state.holds, forgotten)).holds -= 1;
}

/**
 * The next hold whose time is over at `nowMs`, or null. Entries of holds that were confirmed,
 * consumed or released meanwhile are dropped on the way.
 */
export function nextOverdue(state: State, nowMs: number): { sellerId: string; ref: string } | null {
  for (;;) {
    const due = nearest(state.expiry);
    if (!due || due.atMs > nowMs) return null;
    const found = findHoldOf(state, state.sellers.get(due.sellerId), due.ref);
    if (found && found.expiresAtMs === due.atMs && found.lines.some(isOpen)) {
      return { sellerId: due.sellerId, ref: due.ref };
    }
    unschedule(state.expiry);
  }
}
