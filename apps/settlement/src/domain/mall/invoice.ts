import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { roundHalfUp, shareOf } from './share.ts';
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

/** A line with its figures; of a red letter quantities and amounts are negative, the price is not. */
export type InvoiceLine = TaxOfGoods & {
  readonly lineId: string;
  readonly name: string;
  readonly quantityMilli: Milli;
  /** Without tax, in 0.00000001 yuan. */
  readonly unitPriceE8: bigint;
  readonly netFen: Fen;
  readonly taxFen: Fen;
  /** Always net and tax. */
  readonly totalFen: Fen;
};

export type InvoiceState = 'ISSUED' | 'REQUESTED' | 'VOID' | 'WAITING';

export type Invoice = InvoiceWish & {
  /** The same whenever it is asked for again at the tax side, so that it is issued once. */
  readonly serial: string;
  readonly colour: 'BLUE' | 'RED';
  /** Names the wish for a red letter; empty for the blue invoice. */
  readonly requestId: string;
  readonly state: InvoiceState;
  /** What is waited for (TAX_NUMBER, TAX_CATEGORY), or why it is void (EXPIRED, CANCELLED). */
  readonly reason: string;
  readonly lines: readonly InvoiceLine[];
  readonly number: string;
  readonly code: string;
  readonly url: string;
  readonly requestedAt: Date;
  readonly issuedAt: Date | null;
  readonly notes: readonly string[];
};

/** A red letter that the other side does not confirm within this is void, and may be asked for again (field I9). */
const RED_LIFETIME_MS = 72 * 3_600_000;

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
  { taxRate, isTaxExempt }: Pick<TaxOfGoods, 'taxRate' | 'isTaxExempt'>,
): Pick<InvoiceLine, 'netFen' | 'taxFen' | 'totalFen' | 'unitPriceE8'> {
  const rate = isTaxExempt ? 0n : BigInt(taxRate ?? 0);
  const taxFen = roundHalfUp(totalFen * rate, 100n + rate);
  const netFen = totalFen - taxFen;
  return { netFen, taxFen, totalFen, unitPriceE8: priceOf(netFen, quantityMilli) };
}

const priceOf = (netFen: Fen, quantityMilli: Milli): bigint =>
  quantityMilli === 0n ? 0n : roundHalfUp(netFen * E8_PER_FEN * MILLI, quantityMilli);

/** Sums of a document: those of its lines. */
export const sumsOf = (
  lines: readonly InvoiceLine[],
): Pick<InvoiceLine, 'netFen' | 'taxFen' | 'totalFen'> => ({
  netFen: lines.reduce((sum, { netFen }) => sum + netFen, 0n),
  taxFen: lines.reduce((sum, { taxFen }) => sum + taxFen, 0n),
  totalFen: lines.reduce((sum, { totalFen }) => sum + totalFen, 0n),
});

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

export type RedRefusal = 'INVALID_LINE' | 'NO_BLUE_INVOICE' | 'RED_EXCEEDS_BLUE';

/** The reds of a blue invoice that count: issued, or still asked for. */
export const standingReds = (invoices: readonly Invoice[], now: Date): readonly Invoice[] =>
  invoices.filter((one) => one.colour === 'RED' && asOf(one, now).state !== 'VOID');

export const blueOf = (invoices: readonly Invoice[]): Invoice | null =>
  invoices.find(({ colour, state }) => colour === 'BLUE' && state !== 'VOID') ?? null;

/** Of a line of the blue invoice, what reds that count have taken from it; positive. */
export const takenOf = (reds: readonly Invoice[], lineId: string): Milli =>
  -reds
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);

/**
 * Asks for a red letter over lines of the issued blue invoice: what they really cost, as shares that add up to the
 * blue one. Never more than is left of it (field I10). No lines: all that is left.
 */
export function withRed(
  invoices: readonly Invoice[],
  requestId: string,
  wanted: readonly { readonly lineId: string; readonly quantityMilli: Milli }[],
  now: Date,
): Result<readonly Invoice[], RedRefusal> {
  const same = invoices.find((one) => one.requestId === requestId && one.colour === 'RED');
  if (same && asOf(same, now).state !== 'VOID') return ok(invoices);
  const blue = blueOf(invoices);
  if (blue?.state !== 'ISSUED') return err('NO_BLUE_INVOICE');
  const reds = standingReds(invoices, now);
  const left = blue.lines.map((line) => ({
    line,
    before: takenOf(reds, line.lineId),
    quantityMilli: line.quantityMilli - takenOf(reds, line.lineId),
  }));
  const asked =
    wanted.length > 0 ? wanted : left.map((one) => ({ ...one, lineId: one.line.lineId }));
  if (new Set(asked.map(({ lineId }) => lineId)).size < asked.length) return err('INVALID_LINE');
  const lines: InvoiceLine[] = [];
  for (const { lineId, quantityMilli } of asked) {
    const of = left.find(({ line }) => line.lineId === lineId);
    if (!of || quantityMilli < 0n) return err('INVALID_LINE');
    if (quantityMilli > of.quantityMilli) return err('RED_EXCEEDS_BLUE');
    if (quantityMilli > 0n) lines.push(redLine(of.line, of.before, quantityMilli));
  }
  if (lines.length === 0) return err('RED_EXCEEDS_BLUE');
  const count = invoices.filter(({ colour }) => colour === 'RED').length + 1;
  const red: Invoice = {
    ...blue,
    serial: `${blue.serial}-R${count}`,
    colour: 'RED',
    requestId,
    state: 'REQUESTED',
    reason: '',
    lines,
    number: '',
    code: '',
    url: '',
    requestedAt: now,
    issuedAt: null,
    notes: [],
  };
  return ok([...invoices.map((one) => asOf(one, now)), red]);
}

function redLine(line: InvoiceLine, before: Milli, quantityMilli: Milli): InvoiceLine {
  const share = (amount: Fen): Fen => -shareOf(amount, line.quantityMilli, before, quantityMilli);
  const totalFen = share(line.totalFen);
  const taxFen = share(line.taxFen);
  return { ...line, quantityMilli: -quantityMilli, totalFen, taxFen, netFen: totalFen - taxFen };
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

/** The lines with the figures as issued; null where one of them is not what was asked for. */
function linesAs(
  asked: readonly InvoiceLine[],
  { lines }: Pick<Issued, 'lines'>,
  notes: string[],
): readonly InvoiceLine[] | null {
  if (lines.length !== asked.length) return null;
  const taken: InvoiceLine[] = [];
  for (const line of asked) {
    const as = lines.find(({ lineId }) => lineId === line.lineId);
    if (!as || as.netFen + as.taxFen !== line.totalFen) return null;
    const differs = magnitude(magnitude(as.taxFen) - taxOn(magnitude(as.netFen), line));
    if (differs > TAX_TOLERANCE_FEN) return null;
    if (differs > 0n) notes.push(`tax of line ${line.lineId} differs by ${differs} fen`);
    const unitPriceE8 = priceOf(magnitude(as.netFen), magnitude(line.quantityMilli));
    taken.push({ ...line, netFen: as.netFen, taxFen: as.taxFen, unitPriceE8 });
  }
  return taken;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const taxOn = (netFen: Fen, { taxRate, isTaxExempt }: TaxOfGoods): Fen =>
  isTaxExempt ? 0n : roundHalfUp(netFen * BigInt(taxRate ?? 0), 100n);
