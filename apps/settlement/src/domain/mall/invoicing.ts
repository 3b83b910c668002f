import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { backMilli, grantedFen, stateOf } from './money.ts';
import type { MallMoney, MoneyLine, Placed } from './money.ts';
import { lineName } from './line-name.ts';
import { shareOf } from './share.ts';
import { discountOf, figuresOf, standing } from './invoice.ts';
import type { Invoice, InvoiceLine, TaxOfGoods } from './invoice.ts';
import {
  RED_LETTER,
  blueOf,
  isBeingTakenBack,
  replacing,
  standingReds,
  takenOf,
  withRed,
} from './red.ts';

const FREIGHT = 'freight';
/** As the tax side prints it. */
const FREIGHT_NAME = '运费';

/** The invoice that an order is to have now: lines for what is left of the goods, and the freight. */
function blueFor(money: MallMoney, placed: Placed, now: Date): Invoice {
  const goods = placed.lines.map((line) => lineOf(money, line)).filter(isSome);
  const lines = placed.freightFen > 0n ? [...goods, freightOf(placed)] : goods;
  const count = money.invoices.filter(({ colour }) => colour === 'BLUE').length;
  return standing({
    ...placed.wish,
    serial: `${money.orderRef.number}-B${count === 0 ? '' : count + 1}`,
    colour: 'BLUE',
    requestId: '',
    state: 'WAITING',
    reason: '',
    lines,
    number: '',
    code: '',
    url: '',
    requestedAt: now,
    issuedAt: null,
    notes: [],
  });
}

function lineOf(money: MallMoney, line: MoneyLine): InvoiceLine {
  const quantityMilli = line.quantityMilli - backMilli(money, line);
  const totalFen = shareOf(line.amountFen, line.quantityMilli, 0n, quantityMilli);
  const { lineId, taxRate, taxCode, isTaxExempt } = line;
  const name = lineName(line.name);
  const figures = figuresOf(totalFen, quantityMilli, line);
  const granted = shareOf(grantedFen(money, lineId), line.quantityMilli, 0n, quantityMilli);
  const tax = { taxRate, taxCode, isTaxExempt };
  return { lineId, name, ...tax, quantityMilli, ...figures, ...discountOf(granted, line) };
}

const isSome = ({ quantityMilli }: InvoiceLine): boolean => quantityMilli > 0n;

/** Freight is charged with the goods, so it has the tax of the line with the highest rate. */
function freightOf({ lines, freightFen }: Placed): InvoiceLine {
  const [first, ...rest] = lines;
  const dearest = rest.reduce(
    (most, line) => ((line.taxRate ?? 0) > (most?.taxRate ?? 0) ? line : most),
    first,
  );
  const { taxRate = null, taxCode = '', isTaxExempt = false } = dearest ?? {};
  const quantityMilli = 1_000n;
  const figures = figuresOf(freightFen, quantityMilli, { taxRate, isTaxExempt });
  return {
    lineId: FREIGHT,
    name: FREIGHT_NAME,
    taxRate,
    taxCode,
    isTaxExempt,
    quantityMilli,
    ...figures,
  };
}

/**
 * The invoices after a fact: the blue one is asked for when the goods are delivered; what came back since changes it
 * while it is not issued, and is a red letter afterwards, named by `key`.
 */
export function invoicesAfter(money: MallMoney, key: string, now: Date): readonly Invoice[] {
  const { placed, invoices } = money;
  if (!placed) return invoices;
  const state = stateOf(money);
  const blue = blueOf(invoices);
  const isOver = state === 'CANCELLED' || state === 'REJECTED';
  if (!blue) {
    return state === 'DELIVERED' ? [...invoices, blueFor(money, placed, now)] : invoices;
  }
  if (blue.state === 'ISSUED') return withReds(money, blue, { key, isOver }, now);
  const fresh = blueFor(money, placed, now);
  if (isOver || fresh.lines.length === 0) {
    const gone: Invoice = { ...blue, state: 'VOID', reason: 'CANCELLED' };
    return invoices.map((one) => (one === blue ? gone : one));
  }
  const next = { ...blue, lines: fresh.lines.map((line) => keepTax(blue, line)) };
  const isReplacing = blue.reason === RED_LETTER;
  const after = invoices.map((one) => (one === blue ? (isReplacing ? next : standing(next)) : one));
  if (!isReplacing) return after;
  // A red letter that nobody confirmed in time is asked for again.
  const again = withRed(after, key, [], now);
  return again.ok ? again.value : after;
}

/** What a person has said of a line's tax stays said. */
function keepTax(blue: Invoice, line: InvoiceLine): InvoiceLine {
  const before = blue.lines.find(({ lineId }) => lineId === line.lineId);
  return before ? taxed(line, before) : line;
}

const taxed = (
  line: InvoiceLine,
  { taxRate, taxCode, isTaxExempt }: Pick<InvoiceLine, 'isTaxExempt' | 'taxCode' | 'taxRate'>,
): InvoiceLine => ({
  ...line,
  taxRate,
  taxCode,
  isTaxExempt,
  ...figuresOf(line.totalFen, line.quantityMilli, { taxRate, isTaxExempt }),
  ...discountOf(-(line.discount?.totalFen ?? 0n), { taxRate, isTaxExempt }),
});

/**
 * A red letter for what came back beyond what reds have taken already. Until the purchaser has confirmed the use of the
 * invoice, that is all of it, and another blue one for what is left (field I8).
 */
function withReds(
  money: MallMoney,
  blue: Invoice,
  { key, isOver }: { readonly key: string; readonly isOver: boolean },
  now: Date,
): readonly Invoice[] {
  const reds = standingReds(money.invoices, blue, now);
  const wanted = blue.lines.map((line) => {
    const ordered = money.placed?.lines.find(({ lineId }) => lineId === line.lineId);
    const kept = ordered ? ordered.quantityMilli - backMilli(money, ordered) : line.quantityMilli;
    const gone = isOver ? line.quantityMilli : line.quantityMilli - kept;
    const more = gone - takenOf(reds, line.lineId);
    return { lineId: line.lineId, quantityMilli: more > 0n ? more : 0n };
  });
  if (wanted.every(({ quantityMilli }) => quantityMilli === 0n)) return money.invoices;
  const asked = withRed(money.invoices, key, blue.useConfirmedAt ? wanted : [], now);
  if (!asked.ok) return money.invoices;
  return blue.useConfirmedAt || isOver ? asked.value : replaced(money, asked.value, now);
}

/** The invoices with one for what is left of the order, which waits for the red letter of the one before it. */
function replaced(money: MallMoney, invoices: readonly Invoice[], now: Date): readonly Invoice[] {
  const before = blueOf(invoices);
  if (!money.placed || !before) return invoices;
  const next = blueFor({ ...money, invoices }, money.placed, now);
  if (next.lines.length === 0) return invoices;
  const lines = next.lines.map((line) => keepTax(before, line));
  const { title, taxNumber } = before;
  return replacing(invoices, { ...next, title, taxNumber, lines });
}

/**
 * Asks for the invoice before it is asked for by itself, or for another one after it was taken back as a whole; one that
 * stands is the answer.
 */
export function requested(
  money: MallMoney,
  now: Date,
): Result<MallMoney, 'ORDER_CANCELLED' | 'UNKNOWN_ORDER'> {
  const { placed, invoices } = money;
  if (!placed) return err('UNKNOWN_ORDER');
  const state = stateOf(money);
  if (state === 'CANCELLED' || state === 'REJECTED') return err('ORDER_CANCELLED');
  const blue = blueOf(invoices);
  if (!blue) return ok({ ...money, invoices: [...invoices, blueFor(money, placed, now)] });
  const isGone = blue.state === 'ISSUED' && isBeingTakenBack(invoices, blue, now);
  return ok(isGone ? { ...money, invoices: replaced(money, invoices, now) } : money);
}

export type Amendment = {
  /** Empty: as it is. */
  readonly title: string;
  readonly taxNumber: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly taxRate: number | null;
    readonly isTaxExempt: boolean;
    readonly taxCode: string;
  }[];
};

/** Says what an invoice waits for. What is as it is said to be already stays, whatever has become of the invoice. */
export function amended(
  invoice: Invoice,
  by: Amendment,
): Result<Invoice, 'INVALID_LINE' | 'NOT_WAITING'> {
  const known = new Set(invoice.lines.map(({ lineId }) => lineId));
  if (by.lines.some(({ lineId }) => !known.has(lineId))) return err('INVALID_LINE');
  const next = {
    ...invoice,
    title: by.title || invoice.title,
    taxNumber: by.taxNumber || invoice.taxNumber,
    lines: invoice.lines.map((line) => {
      const said = by.lines.find(({ lineId }) => lineId === line.lineId);
      return said && !isTaxedAs(line, said) ? taxed(line, said) : line;
    }),
  };
  const isSame =
    next.title === invoice.title &&
    next.taxNumber === invoice.taxNumber &&
    next.lines.every((line, at) => line === invoice.lines[at]);
  if (isSame) return ok(invoice);
  if (invoice.state !== 'WAITING') return err('NOT_WAITING');
  return ok(invoice.reason === RED_LETTER ? next : standing(next));
}

const isTaxedAs = (line: TaxOfGoods, said: TaxOfGoods): boolean =>
  line.taxRate === said.taxRate &&
  line.taxCode === said.taxCode &&
  line.isTaxExempt === said.isTaxExempt;
