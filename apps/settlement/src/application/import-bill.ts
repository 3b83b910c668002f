import type { Clock, Fen, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok, orderKey } from '@astrolabe/kernel';
import { billedFen } from '../domain/billing.ts';
import type { Match } from '../domain/billing.ts';
import { bill } from '../domain/receivable.ts';
import type { BillRefusal, Receivable } from '../domain/receivable.ts';
import type { Receivables } from './ports.ts';

/** A row as it was brought; null for an order that can be none. */
export type BroughtRow = {
  readonly rowNo: string;
  readonly orderRef: OrderRef | null;
  readonly amountFen: Fen;
};

export type Bill = {
  readonly billNo: string;
  readonly rows: readonly BroughtRow[];
  readonly actor: string;
  /** Says what would come of it, and changes nothing. */
  readonly isDry: boolean;
};

export type RowOutcome = {
  readonly rowNo: string;
  readonly outcome: Match | BillRefusal | 'INVALID_ORDER';
  readonly accepted: boolean;
  /** It was taken before. */
  readonly known: boolean;
  readonly amountFen: Fen;
  readonly billedFen: Fen;
  readonly differenceFen: Fen;
};

export type ImportDeps = {
  readonly receivables: Pick<Receivables, 'change' | 'load'>;
  readonly traceId: (name: OrderRef) => string;
  readonly clock: Clock;
};

type Taken = Readonly<Record<string, BillRefusal | 'KNOWN' | 'NEW'>>;

/**
 * Matches the rows of a bill with what is owed. All rows of one order are one change; a refused one leaves the others alone. The
 * outcomes are in the order of the rows.
 */
export const makeImportBill =
  (deps: ImportDeps) =>
  async (brought: Bill): Promise<readonly RowOutcome[]> => {
    const outcomes = new Map<BroughtRow, RowOutcome>();
    const byOrder = Map.groupBy(brought.rows, ({ orderRef }) => orderRef && orderKey(orderRef));
    for (const rows of byOrder.values()) {
      const orderRef = rows[0]?.orderRef ?? null;
      const found = orderRef
        ? await takeRows(deps, brought, orderRef, rows)
        : rows.map(({ rowNo }) => refused(rowNo, 'INVALID_ORDER', null));
      for (const [index, row] of rows.entries()) {
        const outcome = found[index];
        if (outcome) outcomes.set(row, outcome);
      }
    }
    return brought.rows.flatMap((row) => outcomes.get(row) ?? []);
  };

/** Takes all rows of one order that can be taken; the same again changes nothing. */
async function takeRows(
  deps: ImportDeps,
  brought: Bill,
  orderRef: OrderRef,
  rows: readonly BroughtRow[],
): Promise<readonly RowOutcome[]> {
  let taken: Taken = {};
  const decide = (state: Receivable | null): Result<Receivable, 'NOTHING_TAKEN'> => {
    const [next, how] = withRows(deps, brought, orderRef, rows, state);
    taken = how;
    return next ? ok(next) : err('NOTHING_TAKEN');
  };
  const { receivables } = deps;
  let after: Receivable | null;
  if (brought.isDry) {
    const before = await receivables.load(orderRef);
    const decided = decide(before);
    after = decided.ok ? decided.value : before;
  } else {
    const done = await receivables.change<'NOTHING_TAKEN'>(orderRef, decide);
    after = done.ok ? done.value.receivable : await receivables.load(orderRef);
  }
  return rows.map(({ rowNo }) => {
    const how = taken[rowNo];
    return after && (how === 'KNOWN' || how === 'NEW')
      ? accepted(rowNo, after, how === 'KNOWN')
      : refused(rowNo, how === 'TOO_MANY_ROWS' ? how : 'ROW_DIFFERS', after);
  });
}

/** What becomes of a receivable with the rows, and how each was taken; null where there is none and none was. */
function withRows(
  { clock, traceId }: ImportDeps,
  { billNo, actor }: Bill,
  orderRef: OrderRef,
  rows: readonly BroughtRow[],
  before: Receivable | null,
): readonly [Receivable | null, Taken] {
  const now = clock();
  const taken: Record<string, Taken[string]> = {};
  let state = before;
  for (const { rowNo, amountFen } of rows) {
    const row = { billNo, rowNo, amountFen, importedAt: now, importedBy: actor };
    const next = bill(state, { orderRef, traceId: traceId(orderRef), row }, now);
    if (!next.ok) taken[rowNo] = next.error;
    else taken[rowNo] = next.value === state ? 'KNOWN' : 'NEW';
    if (next.ok) state = next.value;
  }
  return [state, taken];
}

const accepted = (rowNo: string, state: Receivable, known: boolean): RowOutcome => ({
  rowNo,
  accepted: true,
  known,
  outcome: state.billing.match,
  ...sumsOf(state),
});

const refused = (
  rowNo: string,
  outcome: BillRefusal | 'INVALID_ORDER',
  state: Receivable | null,
): RowOutcome => ({ rowNo, accepted: false, known: false, outcome, ...sumsOf(state) });

const sumsOf = (state: Receivable | null) => ({
  amountFen: state?.amountFen ?? 0n,
  billedFen: billedFen(state?.billed ?? []),
  differenceFen: state?.billing.differenceFen ?? 0n,
});
