import type { Milli, OrderRef } from '@astrolabe/kernel';
import { invariant } from '@astrolabe/kernel';
import { sum, times } from './exact.ts';
import type { Exact } from './exact.ts';

export type ReceiptLine = {
  readonly lineId: string;
  readonly quantityMilli: Milli;
  /** Of a piece, as the order has it; null where nobody has said it. */
  readonly unitPrice: Exact | null;
};

export type LineQuantity = Pick<ReceiptLine, 'lineId' | 'quantityMilli'>;

/** What a note settles of a receipt; no lines where it settles nothing any more. */
export type Claim = {
  readonly noteId: string;
  /** Of the reading that it is from: an older one changes nothing. */
  readonly version: number;
  readonly lines: readonly LineQuantity[];
};

/** What of one order a receipt of the platform counts (document 000, interface 13), and which notes settle it. */
export type Receipt = {
  readonly orderRef: OrderRef;
  readonly receiptId: string;
  readonly receiptNo: string;
  /** Of the newest that was told; 0 before the first. */
  readonly revision: number;
  /** False before it was told, and after it was taken back. */
  readonly stands: boolean;
  readonly lines: readonly ReceiptLine[];
  /** In the order of their first claim, which decides between two. */
  readonly claims: readonly Claim[];
};

export type ReceiptName = Pick<Receipt, 'orderRef' | 'receiptId'>;

export const noReceipt = ({ orderRef, receiptId }: ReceiptName): Receipt => ({
  orderRef,
  receiptId,
  receiptNo: '',
  revision: 0,
  stands: false,
  lines: [],
  claims: [],
});

/** A receipt counts from now on, with these lines. What is older than what is known changes nothing. */
export function recorded(
  state: Receipt,
  told: Pick<Receipt, 'lines' | 'receiptNo' | 'revision'>,
): Receipt {
  if (told.revision <= state.revision) return state;
  return { ...state, ...told, lines: joined(told.lines), stands: true };
}

/** A receipt does not count any more, or not with the lines of this revision. */
export function reversed(state: Receipt, { revision }: Pick<Receipt, 'revision'>): Receipt {
  if (revision < state.revision || (revision === state.revision && !state.stands)) return state;
  return { ...state, revision, stands: false };
}

/** Lines of one name are one line. */
function joined(lines: readonly ReceiptLine[]): readonly ReceiptLine[] {
  const byName = new Map<string, ReceiptLine>();
  for (const line of lines) {
    const before = byName.get(line.lineId);
    const quantityMilli = (before?.quantityMilli ?? 0n) + line.quantityMilli;
    byName.set(line.lineId, { ...line, quantityMilli });
  }
  return [...byName.values()];
}

/** What a note settles of it, by a reading of the note; one that is not newer than the last changes nothing. */
export function claimed(state: Receipt, claim: Claim): Receipt {
  const before = state.claims.find(({ noteId }) => noteId === claim.noteId);
  if (before && before.version >= claim.version) return state;
  if (!before) return { ...state, claims: [...state.claims, claim] };
  return { ...state, claims: state.claims.map((one) => (one === before ? claim : one)) };
}

/** Lines that a claim got: whole or not at all. */
type Grants = ReadonlyMap<string, readonly LineQuantity[]>;

/** What each note settles: in the order of their claims, and never more of a line than was received. */
export function grantsOf({ stands, lines, claims }: Receipt): Grants {
  const left = new Map(lines.map((line) => [line.lineId, stands ? line.quantityMilli : 0n]));
  const grants = new Map<string, readonly LineQuantity[]>();
  for (const { noteId, lines: wanted } of claims) {
    const got = wanted.filter(({ lineId, quantityMilli }) => {
      const free = left.get(lineId) ?? 0n;
      if (quantityMilli > free) return false;
      left.set(lineId, free - quantityMilli);
      return true;
    });
    grants.set(noteId, got);
  }
  return grants;
}

/** Of a line, what notes settle. */
export function settledMilli(receipt: Receipt, lineId: string): Milli {
  const settled = [...grantsOf(receipt).values()]
    .flat()
    .filter((line) => line.lineId === lineId)
    .reduce((total, { quantityMilli }) => total + quantityMilli, 0n);
  const line = receipt.lines.find((one) => one.lineId === lineId);
  invariant(settled <= (line?.quantityMilli ?? 0n), 'what was received is settled once');
  return settled;
}

/** Whether something of it was received that no note has settled. */
export const isUnsettled = (receipt: Receipt): boolean =>
  receipt.stands &&
  receipt.lines.some(({ lineId, quantityMilli }) => quantityMilli > settledMilli(receipt, lineId));

/** What is received and not settled, at our prices; lines without a price are left out. */
export const settleable = (receipt: Receipt): Exact =>
  receipt.stands
    ? sum(
        receipt.lines.map(({ lineId, quantityMilli, unitPrice }) =>
          unitPrice === null
            ? '0'
            : times(unitPrice, quantityMilli - settledMilli(receipt, lineId)),
        ),
      )
    : '0';
