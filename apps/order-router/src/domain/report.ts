import type { Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { routed } from './allocation.ts';
import { unplaced } from './store-answers.ts';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { OrderRefusal, ReportedLine } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';

/** Lines that do not go to another place any more. */
const FINAL: readonly LineState[] = ['ACCEPTED', 'SHIPPED', 'CLOSED'];

type AllocatedReport = ReportedLine & { status: 'ALLOCATED' };

/**
 * The seller's own router tells its allocation (white paper 6.6.2; models B and D). Lines may go to
 * different places. A line that a store has accepted cannot be moved; a repeated report changes
 * nothing; another place than before is a new allocation, and the old one is dead from here on.
 */
export function reported(
  state: OrderState | null,
  lines: readonly ReportedLine[],
  now: Date,
): Result<Change, OrderRefusal> {
  if (!state) return err('UNKNOWN_TRADE');
  if (state.allocator !== 'isv') return err('OUT_OF_SCOPE');
  if (state.hold) return err('ON_HOLD');
  const pairs = lines.map((reportedLine) => ({
    told: reportedLine,
    line: state.lines.find((line) => line.subOrderId === reportedLine.subOrderId),
  }));
  if (pairs.some((pair) => !pair.line)) return err('UNKNOWN_SUB_ORDER');
  const news = pairs.flatMap(({ told: report, line }) =>
    line && !stands(line, report) ? [{ report, line }] : [],
  );
  if (news.length === 0) return ok(silent(state));
  if (news.some(({ line }) => line.left || FINAL.includes(line.decided))) {
    return err('ILLEGAL_TRANSITION');
  }
  // The buyer has chosen the store: it never goes to another place.
  if (news.some(({ report }) => strays(state, report))) return err('ILLEGAL_TRANSITION');
  if (state.unfulfillable !== null) return err('ILLEGAL_TRANSITION');
  if (state.steps.length > 0) return err('ORDER_BUSY');
  return ok(
    applied(
      state,
      news.map(({ report }) => report),
      now,
    ),
  );
}

const strays = ({ collectStoreId }: OrderState, report: ReportedLine): boolean =>
  collectStoreId !== '' &&
  report.status === 'ALLOCATED' &&
  !samePlace(report.target.place, { type: 'STORE', id: collectStoreId });

function applied(state: OrderState, reports: readonly ReportedLine[], now: Date): Change {
  const failed = reports.filter((report) => report.status === 'FAILED');
  const placed = reports.filter(
    (report): report is AllocatedReport => report.status === 'ALLOCATED',
  );
  let next = state;
  const events: Change['events'][number][] = [];
  if (placed.length + failed.length > 0) {
    next = { ...next, allocation: state.allocation + 1, attempt: 1, missed: [] };
  }
  if (failed.length > 0) {
    const reason = failed.find((report) => report.description)?.description ?? 'ALLOCATE_FAILED';
    const ids = failed.map((report) => report.subOrderId);
    next = changeLines(next, ids, (line) => ({
      ...unplaced(line),
      decided: 'FAILED',
      state: 'FAILED',
    }));
    next = told(next, now, 'ALLOCATE_FAILED', reason);
    events.push({ type: 'OrderAllocationFailed', allocation: next.allocation, reason });
  }
  if (placed.length === 0) return { state: next, events };
  const ids = placed.map((report) => report.subOrderId);
  next = changeLines(next, ids, (line) => ({
    ...unplaced(line),
    decided: 'WAITING',
    state: 'WAITING',
  }));
  const targets = placed.map((report) => report.target);
  next = told(next, now, 'ALLOCATION_REPORTED', ids.join(' '));
  const held = placed.filter((report) => report.held).map((report) => report.subOrderId);
  const change = routed(next, targets, held, now);
  return { state: change.state, events: [...events, ...change.events] };
}

/** The document says so already; "Waiting" says nothing that it does not know. */
function stands(line: OrderLine, report: ReportedLine): boolean {
  if (report.status !== 'ALLOCATED') {
    return report.status === 'WAITING' || line.decided === 'FAILED';
  }
  const there = line.place !== null && samePlace(line.place, report.target.place);
  return there && line.decided !== 'WAITING' && line.decided !== 'FAILED';
}
