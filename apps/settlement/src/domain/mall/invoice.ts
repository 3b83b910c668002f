import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { roundHalfUp } from './share.ts';
import { isTaxNumber } from './tax-number.ts';

export type InvoiceWish = {
  /** PLAIN, VAT or ELECTRONIC. */
  readonly kind: string;
  /** ITEMISED (明细) by default (document 004, 2.12.1). */
  readonly content: string;
  readonly title: string;
  readonly taxNumber: string;
};

/** How the tax side sees goods; a rate in per cent, null where nobody has said it. */
export type TaxOfGoods = {
  readonly taxRate: number | null;
  readonly isTaxExempt: boolean;
  readonly taxCode: string;
};

/** What a row comes to; the total is always net and tax. */
export type Figures = {
  readonly netFen: Fen;
  readonly taxFen: Fen;
  readonly totalFen: Fen;
};

/** A line with its figures; of a red letter quantities and amounts are negative, the price is not. */
export type InvoiceLine = TaxOfGoods &
  Figures & {
    readonly lineId: string;
    readonly name: string;
    readonly quantityMilli: Milli;
    /** Without tax, in 0.00000001 yuan. */
    readonly unitPriceE8: bigint;
    /**
     * What was taken off the line, all of it in one row right after it (field I5): negative figures, and neither
     * quantity nor price. A red line is what the line really cost, so it has none.
     */
    readonly discount?: Figures;
  };

export const INVOICE_STATES = ['WAITING', 'REQUESTED', 'ISSUED', 'VOID'] as const;
export type InvoiceState = (typeof INVOICE_STATES)[number];

export type Invoice = InvoiceWish & {
  /** The same whenever it is asked for again at the tax side, so that it is issued once. */
  readonly serial: string;
  readonly colour: 'BLUE' | 'RED';
  /** Names the wish for a red letter; empty for the blue invoice. */
  readonly requestId: string;
  readonly state: InvoiceState;
  /**
   * What is waited for (TAX_NUMBER, TAX_CATEGORY; RED_LETTER of the invoice that this one replaces), or why it is
   * void (EXPIRED, CANCELLED).
   */
  readonly reason: string;
  readonly lines: readonly InvoiceLine[];
  readonly number: string;
  readonly code: string;
  readonly url: string;
  readonly requestedAt: Date;
  readonly issuedAt: Date | null;
  /** When the purchaser has confirmed its use at the tax side; until then it is taken back as a whole (field I8). */
  readonly useConfirmedAt?: Date;
  readonly notes: readonly string[];
};

/** A red letter that the other side does not confirm within this is void, and may be asked for again (field I9). */
export const RED_LIFETIME_MS = 72 * 3_600_000;

/** Fen in 0.00000001 yuan, and a piece in thousandths. */
const E8_PER_FEN = 1_000_000n;
const MILLI = 1_000n;

/**
 * A line's figures from what it costs with tax: the tax is rounded half up to the fen for each line, the rest is net,
 * and a document is the sum of its lines (field I2, I4).
 */
export function figuresOf(
  totalFen: Fen,
  quantityMilli: Milli,
  tax: Pick<TaxOfGoods, 'taxRate' | 'isTaxExempt'>,
): Figures & Pick<InvoiceLine, 'unitPriceE8'> {
  const figures = split(totalFen, tax);
  return { ...figures, unitPriceE8: priceOf(figures.netFen, quantityMilli) };
}

/** The row of a discount, which is given as a positive amount with tax; {} for none. */
export function discountOf(
  amountFen: Fen,
  tax: Pick<TaxOfGoods, 'taxRate' | 'isTaxExempt'>,
): Pick<InvoiceLine, 'discount'> {
  if (amountFen === 0n) return {};
  const { netFen, taxFen, totalFen } = split(amountFen, tax);
  return { discount: { netFen: -netFen, taxFen: -taxFen, totalFen: -totalFen } };
}

function split(
  totalFen: Fen,
  { taxRate, isTaxExempt }: Pick<TaxOfGoods, 'taxRate' | 'isTaxExempt'>,
): Figures {
  const rate = isTaxExempt ? 0n : BigInt(taxRate ?? 0);
  const taxFen = roundHalfUp(totalFen * rate, 100n + rate);
  return { netFen: totalFen - taxFen, taxFen, totalFen };
}

/** What a line really costs: itself, and its discount. */
export const costOf = ({ discount, netFen, taxFen, totalFen }: InvoiceLine): Figures => ({
  netFen: netFen + (discount?.netFen ?? 0n),
  taxFen: taxFen + (discount?.taxFen ?? 0n),
  totalFen: totalFen + (discount?.totalFen ?? 0n),
});

export const priceOf = (netFen: Fen, quantityMilli: Milli): bigint =>
  quantityMilli === 0n ? 0n : roundHalfUp(netFen * E8_PER_FEN * MILLI, quantityMilli);

/** Sums of a document: those of its rows. */
export const sumsOf = (lines: readonly InvoiceLine[]): Figures =>
  lines.map(costOf).reduce(
    (sum, { netFen, taxFen, totalFen }) => ({
      netFen: sum.netFen + netFen,
      taxFen: sum.taxFen + taxFen,
      totalFen: sum.totalFen + totalFen,
    }),
    { netFen: 0n, taxFen: 0n, totalFen: 0n },
  );

/** What an invoice cannot go out without; '' when nothing lacks. A wrong number stops the invoice, never the order. */
export function lackOf({
  kind,
  taxNumber,
  lines,
}: Pick<Invoice, 'kind' | 'lines' | 'taxNumber'>): '' | 'TAX_CATEGORY' | 'TAX_NUMBER' {
  if (taxNumber === '' ? kind === 'VAT' : !isTaxNumber(taxNumber)) return 'TAX_NUMBER';
  const known = lines.every(
    ({ taxCode, taxRate, isTaxExempt }) => taxCode !== '' && (isTaxExempt || taxRate !== null),
  );
  return known ? '' : 'TAX_CATEGORY';
}

/** WAITING with what lacks, or REQUESTED. */
export function standing(invoice: Invoice): Invoice {
  const reason = lackOf(invoice);
  return { ...invoice, state: reason === '' ? 'REQUESTED' : 'WAITING', reason };
}

/** What a red letter that nobody has confirmed in time has become; everything else stays. */
export function asOf(invoice: Invoice, now: Date): Invoice {
  const isLate =
    invoice.colour === 'RED' &&
    invoice.state === 'REQUESTED' &&
    now.getTime() - invoice.requestedAt.getTime() >= RED_LIFETIME_MS;
  return isLate ? { ...invoice, state: 'VOID', reason: 'EXPIRED' } : invoice;
}

/** What the tax side has issued; lines as asked for where it does not say them. */
export type Issued = {
  readonly number: string;
  readonly code: string;
  readonly url: string;
  readonly issuedAt: Date;
  readonly lines: readonly {
    readonly lineId: string;
    readonly netFen: Fen;
    readonly taxFen: Fen;
  }[];
};

export type IssueRefusal = 'ALREADY_ISSUED' | 'FIGURES_DIFFER' | 'NOT_REQUESTED';

/** What the tax side lets pass of a line, in fen (field I3). */
const TAX_TOLERANCE_FEN = 6n;

/** Records that an invoice was issued, once. Its figures must be those asked for; a tax may differ by 0.06 yuan. */
export function issued(invoice: Invoice, by: Issued, now: Date): Result<Invoice, IssueRefusal> {
  if (invoice.state === 'ISSUED') {
    const same = invoice.number === by.number && invoice.code === by.code;
    return same ? ok(invoice) : err('ALREADY_ISSUED');
  }
  if (asOf(invoice, now).state !== 'REQUESTED') return err('NOT_REQUESTED');
  const notes: string[] = [];
  const lines = by.lines.length === 0 ? invoice.lines : linesAs(invoice.lines, by, notes);
  if (!lines) return err('FIGURES_DIFFER');
  const { number, code, url, issuedAt } = by;
  return ok({ ...invoice, state: 'ISSUED', number, code, url, issuedAt, lines, notes });
}

/** Names the row of a line's discount. */
export const discountIdOf = (lineId: string): string => `${lineId}-discount`;

/** The lines with the figures as issued; null where one of their rows is not what was asked for. */
function linesAs(
  asked: readonly InvoiceLine[],
  { lines }: Pick<Issued, 'lines'>,
  notes: string[],
): readonly InvoiceLine[] | null {
  const rows = asked.length + asked.filter(({ discount }) => discount).length;
  if (lines.length !== rows) return null;
  const taken: InvoiceLine[] = [];
  for (const line of asked) {
    const as = rowAs(line, { ...line, rowId: line.lineId }, lines, notes);
    const rowId = discountIdOf(line.lineId);
    const less = line.discount && rowAs(line, { ...line.discount, rowId }, lines, notes);
    if (!as || less === null) return null;
    const unitPriceE8 = priceOf(magnitude(as.netFen), magnitude(line.quantityMilli));
    taken.push({ ...line, ...as, unitPriceE8, ...(less && { discount: less }) });
  }
  return taken;
}

/** One row as issued; null where it is missing, comes to something else, or has another tax than is let pass. */
function rowAs(
  tax: TaxOfGoods,
  { rowId, totalFen }: Figures & { readonly rowId: string },
  lines: Issued['lines'],
  notes: string[],
): Figures | null {
  const as = lines.find(({ lineId }) => lineId === rowId);
  if (!as || as.netFen + as.taxFen !== totalFen) return null;
  const differs = magnitude(magnitude(as.taxFen) - taxOn(magnitude(as.netFen), tax));
  if (differs > TAX_TOLERANCE_FEN) return null;
  if (differs > 0n) notes.push(`tax of line ${rowId} differs by ${differs} fen`);
  return { netFen: as.netFen, taxFen: as.taxFen, totalFen };
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const taxOn = (netFen: Fen, { taxRate, isTaxExempt }: TaxOfGoods): Fen =>
  isTaxExempt ? 0n : roundHalfUp(netFen * BigInt(taxRate ?? 0), 100n);
