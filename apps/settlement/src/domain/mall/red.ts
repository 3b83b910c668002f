import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { asOf, costOf, priceOf, standing } from './invoice.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';
import { shareOf } from './share.ts';

export type RedRefusal =
  'INVALID_LINE' | 'NO_BLUE_INVOICE' | 'RED_EXCEEDS_BLUE' | 'USE_NOT_CONFIRMED';

/** The blue invoice that counts: the newest that is not void. It may replace one that is taken back. */
export const blueOf = (invoices: readonly Invoice[]): Invoice | null =>
  invoices.findLast(({ colour, state }) => colour === 'BLUE' && state !== 'VOID') ?? null;

/** The blue invoice that a red letter is of: the newest that was issued. */
const issuedBlue = (invoices: readonly Invoice[]): Invoice | null =>
  invoices.findLast(({ colour, state }) => colour === 'BLUE' && state === 'ISSUED') ?? null;

/** Whether the serial of a red letter is one of this blue invoice (`redSerial`). */
const isRedOf = (blue: Invoice, { colour, serial }: Invoice): boolean =>
  colour === 'RED' && serial.startsWith(`${blue.serial}-R`);

const redSerial = (blue: Invoice, invoices: readonly Invoice[]): string =>
  `${blue.serial}-R${invoices.filter((one) => isRedOf(blue, one)).length + 1}`;

/** The reds of a blue invoice that count: issued, or still asked for. */
export const standingReds = (
  invoices: readonly Invoice[],
  blue: Invoice,
  now: Date,
): readonly Invoice[] =>
  invoices.filter((one) => isRedOf(blue, one) && asOf(one, now).state !== 'VOID');

/** Of a line of the blue invoice, what reds that count have taken from it; positive. */
export const takenOf = (reds: readonly Invoice[], lineId: string): Milli =>
  -reds
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineId === lineId)
    .reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);

/** Whether these reds have taken all of the blue invoice back. */
const isTakenBack = (blue: Invoice, reds: readonly Invoice[]): boolean =>
  blue.lines.every(({ lineId, quantityMilli }) => takenOf(reds, lineId) >= quantityMilli);

/**
 * Asks for a red letter over lines of the issued blue invoice: what they really cost, as shares that add up to the
 * blue one. Never more than is left of it (field I10). No lines: all that is left. Until the purchaser has confirmed the
 * use of a fully digital invoice, it is taken back as a whole or not at all (field I8).
 */
export function withRed(
  invoices: readonly Invoice[],
  requestId: string,
  wanted: readonly { readonly lineId: string; readonly quantityMilli: Milli }[],
  now: Date,
): Result<readonly Invoice[], RedRefusal> {
  const same = invoices.find((one) => one.requestId === requestId && one.colour === 'RED');
  if (same && asOf(same, now).state !== 'VOID') return ok(invoices);
  const blue = issuedBlue(invoices);
  if (!blue) return err('NO_BLUE_INVOICE');
  const lines = redLines(blue, standingReds(invoices, blue, now), wanted);
  if (!lines.ok) return lines;
  const { useConfirmedAt, ...like } = blue;
  const red: Invoice = {
    ...like,
    serial: redSerial(blue, invoices),
    colour: 'RED',
    requestId,
    state: 'REQUESTED',
    reason: '',
    lines: lines.value,
    number: '',
    code: '',
    url: '',
    requestedAt: now,
    issuedAt: null,
    notes: [],
  };
  const reds = [...standingReds(invoices, blue, now), red];
  if (!useConfirmedAt && !isTakenBack(blue, reds)) return err('USE_NOT_CONFIRMED');
  return ok([...invoices.map((one) => asOf(one, now)), red]);
}

/** The lines of a red letter; none wanted: all that is left. */
function redLines(
  blue: Invoice,
  reds: readonly Invoice[],
  wanted: readonly { readonly lineId: string; readonly quantityMilli: Milli }[],
): Result<readonly InvoiceLine[], RedRefusal> {
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
  return lines.length === 0 ? err('RED_EXCEEDS_BLUE') : ok(lines);
}

function redLine(line: InvoiceLine, before: Milli, quantityMilli: Milli): InvoiceLine {
  const { discount: _, ...plain } = line;
  const cost = costOf(line);
  const share = (amount: Fen): Fen => -shareOf(amount, line.quantityMilli, before, quantityMilli);
  const totalFen = share(cost.totalFen);
  const taxFen = share(cost.taxFen);
  return {
    ...plain,
    quantityMilli: -quantityMilli,
    unitPriceE8: priceOf(cost.netFen, line.quantityMilli),
    totalFen,
    taxFen,
    netFen: totalFen - taxFen,
  };
}

/** What a blue invoice waits for that replaces one: the red letter of that one. */
export const RED_LETTER = 'RED_LETTER';

/** Adds a blue invoice after one that is taken back; it goes out when the red letter has. */
export const replacing = (invoices: readonly Invoice[], next: Invoice): readonly Invoice[] =>
  released([...invoices, { ...next, state: 'WAITING', reason: RED_LETTER }]);

/** Ends the wait of a blue invoice whose predecessor has been taken back by issued red letters. */
export function released(invoices: readonly Invoice[]): readonly Invoice[] {
  const before = issuedBlue(invoices);
  const reds = invoices
    .filter(({ state }) => state === 'ISSUED')
    .filter((one) => before && isRedOf(before, one));
  if (!before || !isTakenBack(before, reds)) return invoices;
  return invoices.map((one) => (one.reason === RED_LETTER ? standing(one) : one));
}

/** Whether the issued invoice is taken back, or about to be. */
export const isBeingTakenBack = (invoices: readonly Invoice[], blue: Invoice, now: Date): boolean =>
  isTakenBack(blue, standingReds(invoices, blue, now));

/** Records that the purchaser has confirmed the use of an issued blue invoice; told again, nothing changes. */
export function useConfirmed(invoice: Invoice, at: Date): Result<Invoice, 'NOT_ISSUED'> {
  if (invoice.colour !== 'BLUE' || invoice.state !== 'ISSUED') return err('NOT_ISSUED');
  return ok(invoice.useConfirmedAt ? invoice : { ...invoice, useConfirmedAt: at });
}
