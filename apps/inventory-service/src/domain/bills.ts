import { placeKey } from '@astrolabe/kernel';
import type { Adjust, AdjustLine, Initialise, InitialiseLine } from './commands.ts';
import { LIMITS } from './limits.ts';
import type { Decision, LineOutcome, Reason, Status } from './outcomes.ts';
import { lineAt } from './outcomes.ts';
import { recall, remember } from './recent.ts';
import type { SellerStock, State } from './stock.ts';
import type { Change, Entry } from './ledger.ts';
import type { Cell } from './goods.ts';
import { findCell, openCell, sellerOf } from './stock.ts';
import { post } from './ledger.ts';
import type { Milli } from './quantity.ts';

type Bill = Pick<InitialiseLine, 'billNum' | 'kind' | 'operationTimeMs'>;
type LineDecision = { readonly outcome: LineOutcome; readonly entries: readonly Entry[] };

/**
 * Sets full quantities; holds survive. CERTAIN may be initialised once per place and goods, whatever
 * family of methods the bill comes from. A full count replaces all that was ever reported, so no
 * platform sale is left unreported; one that is older than the newest report would undo that report.
 */
export function initialise(
  state: State,
  sellerId: string,
  command: Initialise,
  nowMs: number,
): Decision {
  const seller = sellerOf(state, sellerId);
  return eachAlone(command.lines, (line) =>
    once(state, sellerId, command.billScope, line, initialiseBody(line), () => {
      if (line.quantity < 0 || line.quantity > LIMITS.lineMilli) {
        return failed(line, 'INVALID', 'QUANTITY_OUT_OF_RANGE');
      }
      if (isAhead(line, nowMs)) return failed(line, 'INVALID', 'OPERATION_TIME_IN_FUTURE');
      const existing = findCell(seller, line.goodsId, line.place, line.kind);
      if (line.kind === 'CERTAIN' && existing?.initialised === true) {
        return failed(line, 'CONFLICT', 'CERTAIN_ALREADY_INITIALISED');
      }
      const countedAtMs = secondOf(line, existing, nowMs);
      if (isLate(countedAtMs, existing)) return failed(line, 'CONFLICT', 'OLDER_THAN_LAST_CHANGE');
      const cell = existing ?? openCell(state, seller, line.goodsId, line.place, line.kind);
      cell.reported(countedAtMs);
      const entries = post([
        {
          cell,
          quantity: line.quantity - cell.quantity,
          held: 0,
          unreported: 0 - cell.unreported,
          cause: line.billNum,
        },
      ]);
      cell.initialised = true;
      return { outcome: lineAt(line.billNum, 'APPLIED', cell, line.quantity), entries };
    }),
  );
}

/**
 * Changes quantities by signed deltas (spec 3.2). I6 does not speak of it: this is no `itemadjust`.
 * A quantity below what is held is recorded as a shortage; below zero the line fails. A delta adds to
 * whatever was reported before it, so one that comes late counts like any other; only its final quantity
 * is of a moment that has passed, and says nothing.
 */
export function adjust(state: State, sellerId: string, command: Adjust, nowMs: number): Decision {
  const seller = sellerOf(state, sellerId);
  return eachAlone(command.lines, (line) =>
    once(state, sellerId, command.billScope, line, adjustBody(line), () => {
      if (line.billType === null) return failed(line, 'INVALID', 'BILL_TYPE_UNKNOWN');
      if (line.delta > LIMITS.lineMilli || -line.delta > LIMITS.lineMilli) {
        return failed(line, 'INVALID', 'QUANTITY_OUT_OF_RANGE');
      }
      if (isAhead(line, nowMs)) return failed(line, 'INVALID', 'OPERATION_TIME_IN_FUTURE');
      if (!isReportedPlace(seller, line)) return failed(line, 'CONFLICT', 'NOT_INITIALISED');
      const existing = findCell(seller, line.goodsId, line.place, line.kind);
      const net = netOf(existing?.unreported ?? 0, line);
      const quantity = (existing?.quantity ?? 0) + net.quantity;
      if (quantity < 0) {
        const reason = 'QUANTITY_BELOW_ZERO';
        return {
          outcome: lineAt(line.billNum, 'INSUFFICIENT', line, -quantity, reason),
          entries: [],
        };
      }
      if (quantity > LIMITS.cellMilli) return failed(line, 'INVALID', 'QUANTITY_OUT_OF_RANGE');
      // Only now: a refusal is not in the journal, so a cell opened for it would not be replayed.
      const cell = existing ?? openCell(state, seller, line.goodsId, line.place, line.kind);
      const changedAtMs = secondOf(line, existing, nowMs);
      const final = isLate(changedAtMs, existing) ? null : line.finalQuantity;
      cell.reported(changedAtMs);
      const change = { cell, held: 0, cause: line.billNum, ...net };
      const entries = post([change]);
      const discrepancy = final !== null && final !== quantity;
      const outcome = lineAt(line.billNum, 'APPLIED', cell, change.quantity);
      return { outcome: { ...outcome, discrepancy }, entries };
    }),
  );
}

const SECOND_MS = 1_000;

/**
 * The second that a report is of, in epoch milliseconds: the channels have no smaller unit. A
 * report without a time is of now, and so of no earlier moment than what was applied before it.
 */
function secondOf({ operationTimeMs }: Bill, cell: Cell | null, nowMs: number): number {
  const at = operationTimeMs ?? Math.max(nowMs, cell?.reportedAtMs ?? 0);
  return at - (at % SECOND_MS);
}

/** Of two reports of one second the order of their arrival is the only one there is. */
const isLate = (atMs: number, cell: Cell | null): boolean => atMs < (cell?.reportedAtMs ?? 0);

const isAhead = ({ operationTimeMs }: Bill, nowMs: number): boolean =>
  operationTimeMs !== null && operationTimeMs > nowMs + LIMITS.operationAheadMs;

/** Spec 3.3: goods that were never initialised at a place cannot be adjusted there. */
function isReportedPlace(seller: SellerStock, line: AdjustLine): boolean {
  const certain = findCell(seller, line.goodsId, line.place, 'CERTAIN');
  const shared = findCell(seller, line.goodsId, line.place, 'SHARED');
  return certain?.initialised === true || shared?.initialised === true;
}

/**
 * What is left of a delta, with so much unreported before. TAOBAO_INCLUDED holds the platform's own sales, which were deducted at
 * their accept: they are subtracted against `unreported`. EXCLUDED and BALANCE count in full, and
 * leave `unreported` alone.
 */
function netOf(before: Milli, line: AdjustLine): Pick<Change, 'quantity' | 'unreported'> {
  if (line.billType !== 'TAOBAO_INCLUDED') return { quantity: line.delta, unreported: 0 };
  if (line.delta < 0 && before > 0) {
    const cover = smaller(-line.delta, before);
    return { quantity: line.delta + cover, unreported: -cover };
  }
  if (line.delta > 0 && before < 0) {
    const cover = smaller(line.delta, -before);
    return { quantity: line.delta - cover, unreported: cover };
  }
  return { quantity: line.delta, unreported: 0 };
}

const smaller = (a: Milli, b: Milli): Milli => (a < b ? a : b);

const failed = (line: Bill, status: Status, reason: Reason): LineDecision => ({
  outcome: { ...lineAt(line.billNum, status, null, 0, reason), kind: line.kind },
  entries: [],
});

/** Spec 3.8 and D-4: a bill number has one effect; a failed one may be sent again. */
function once(
  state: State,
  sellerId: string,
  scope: string,
  line: Bill,
  body: string,
  decide: () => LineDecision,
): LineDecision {
  const key = `${sellerId}|${scope}|${line.billNum}`;
  const before = recall(state.bills, key);
  if (before === body) {
    return { outcome: lineAt(line.billNum, 'ALREADY_DONE', null, 0), entries: [] };
  }
  if (before !== undefined) return failed(line, 'CONFLICT', 'BILL_NUM_REUSED');
  const decision = decide();
  if (decision.outcome.status === 'APPLIED') remember(state.bills, key, body);
  return decision;
}

function eachAlone<L extends Bill>(
  lines: readonly L[],
  decide: (line: L) => LineDecision,
): Decision {
  const decisions = lines.map(decide);
  const outcomes = decisions.map((decision) => decision.outcome);
  const entries = decisions.flatMap((decision) => decision.entries);
  const changed = outcomes.some((outcome) => outcome.status === 'APPLIED');
  const fine = outcomes.filter(
    ({ status }) => status === 'APPLIED' || status === 'ALREADY_DONE',
  ).length;
  const bad = outcomes.find(({ status }) => status !== 'APPLIED' && status !== 'ALREADY_DONE');
  if (!bad) {
    const status = changed ? 'APPLIED' : 'ALREADY_DONE';
    return { outcome: { status, reason: '', lines: outcomes }, entries, changed };
  }
  const status = fine > 0 ? 'PARTIAL' : bad.status;
  return { outcome: { status, reason: bad.reason, lines: outcomes }, entries, changed };
}

// A bill that is sent again may bear the time of its sending: the time is no part of what it says.
const initialiseBody = (line: InitialiseLine): string =>
  `I|${placeKey(line.place)}|${line.goodsId}|${line.kind}|${line.quantity}`;

const adjustBody = (line: AdjustLine): string =>
  `A|${placeKey(line.place)}|${line.goodsId}|${line.kind}|${line.delta}|${line.billType ?? ''}|${line.finalQuantity ?? ''}`;
