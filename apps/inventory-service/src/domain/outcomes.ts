import type { Place, StockKind } from '@astrolabe/kernel';
import type { Entry } from './ledger.ts';
import type { Cell } from './goods.ts';
import type { Milli } from './quantity.ts';

export type Status =
  | 'APPLIED'
  | 'ALREADY_DONE'
  | 'INSUFFICIENT'
  | 'UNKNOWN_HOLD'
  | 'EXPIRED'
  | 'CONFLICT'
  | 'INVALID'
  | 'PARTIAL'
  | 'OVER_BUDGET';

/** Why something was refused; stable words of the contract. */
export type Reason =
  | ''
  | 'OPERATION_ID_REUSED'
  | 'MALFORMED'
  | 'TOO_MANY_LINES'
  | 'NO_LINES'
  | 'DUPLICATE_LINE'
  | 'QUANTITY_OUT_OF_RANGE'
  | 'OUT_OF_STOCK'
  | 'UNKNOWN_HOLD'
  | 'UNKNOWN_LINE'
  | 'HOLD_EXISTS'
  | 'HOLD_CLOSED'
  | 'HOLD_EXPIRED'
  | 'LINE_SOLD'
  | 'LINE_SHIPPED'
  | 'LINE_RELEASED'
  | 'LINE_EXPIRED'
  | 'LINE_GIVEN_BACK'
  | 'LINE_NOT_SOLD'
  | 'PARTLY_SHIPPED'
  | 'ROUTED_ELSEWHERE'
  | 'EXCEEDS_HOLD'
  | 'QUANTITY_DIFFERS'
  | 'GOODS_DIFFER'
  | 'STOCK_SHORT'
  | 'BILL_NUM_REUSED'
  | 'BILL_TYPE_UNKNOWN'
  | 'CERTAIN_ALREADY_INITIALISED'
  | 'OLDER_THAN_LAST_CHANGE'
  | 'OPERATION_TIME_IN_FUTURE'
  | 'NOT_INITIALISED'
  | 'QUANTITY_BELOW_ZERO'
  | 'CHANNEL_QUOTA'
  | 'CHANNEL_HOLD_BUDGET'
  | 'BUYER_HOLD_BUDGET'
  | 'TOO_MANY_RULES'
  | 'CELL_CHANGED';

export type LineOutcome = {
  /** Order line or bill number. */
  readonly id: string;
  readonly status: Status;
  readonly reason: Reason;
  readonly place: Place | null;
  readonly kind: StockKind | null;
  /** Applied: the quantity moved. Insufficient: what was missing. */
  readonly quantity: Milli;
  /** The reporter's final quantity differs from the quantity reached. */
  readonly discrepancy: boolean;
};

export type Outcome = {
  readonly status: Status;
  readonly reason: Reason;
  readonly lines: readonly LineOutcome[];
};

/** What `apply` gives back. Only a decision that changed something goes into the journal. */
export type Decision = {
  readonly outcome: Outcome;
  readonly entries: readonly Entry[];
  readonly changed: boolean;
};

const NOTHING: readonly never[] = [];

export const refused = (
  status: Status,
  reason: Reason,
  lines: readonly LineOutcome[] = NOTHING,
): Decision => ({ outcome: { status, reason, lines }, entries: NOTHING, changed: false });

export const alreadyDone = (lines: readonly LineOutcome[]): Decision =>
  refused('ALREADY_DONE', '', lines);

export const applied = (lines: readonly LineOutcome[], entries: readonly Entry[]): Decision => ({
  outcome: { status: 'APPLIED', reason: '', lines },
  entries,
  changed: true,
});

/** A line's outcome at a cell. */
export const lineAt = (
  id: string,
  status: Status,
  cell: Pick<Cell, 'place' | 'kind'> | null,
  quantity: Milli,
  reason: Reason = '',
): LineOutcome => ({
  id,
  status,
  reason,
  place: cell?.place ?? null,
  kind: cell?.kind ?? null,
  quantity,
  discrepancy: false,
});
