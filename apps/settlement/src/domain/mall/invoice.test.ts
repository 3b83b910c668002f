import { mallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cameBack, discounted, parcelEnded, placedAs } from './facts.ts';
import { asOf, figuresOf, issued, sumsOf } from './invoice.ts';
import type { Invoice, InvoiceLine } from './invoice.ts';
import { amended, requested } from './invoicing.ts';
import { lineName } from './line-name.ts';
import { noMoney, owedFen } from './money.ts';
import type { MallMoney, Placed } from './money.ts';
import { blueOf, released, useConfirmed, withRed } from './red.ts';
import { isTaxNumber, tidyTaxNumber } from './tax-number.ts';

const AT = new Date('2026-11-29T02:00:00Z');
const told = { actor: 'a', message: 'm', at: AT };
const TAXED = { taxRate: 13, isTaxExempt: false, taxCode: '1060201010000000000' };
const NUMBER = '91120102301231E127';

function ordered(
  lines: readonly { readonly pieces: bigint; readonly amountFen: bigint }[],
  tax: Partial<typeof TAXED> = {},
  taxNumber = '',
): MallMoney {
  const placed: Placed = {
    account: 'tjzfcg',
    lines: lines.map(({ pieces, amountFen }, index) => ({
      lineId: String(index + 1),
      goodsId: 'g',
      name: '复印纸',
      quantityMilli: pieces * 1_000n,
      unitPriceFen: amountFen / pieces,
      amountFen,
      ...TAXED,
      ...tax,
    })),
    freightFen: 0n,
    totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0n),
    payment: 'CREDIT',
    wish: { kind: 'PLAIN', content: 'ITEMISED', title: '某局', taxNumber },
    preorderedAt: AT,
  };
  const money = placedAs(noMoney(mallOrder('21230', '1')), placed, told);
  const all = placed.lines.map(({ lineId, quantityMilli }) => ({ lineId, quantityMilli }));
  return parcelEnded(money, { parcelNo: 'p', rejected: false, lines: all, at: AT }, told);
}

const blue = (money: MallMoney): Invoice => {
  const found = blueOf(money.invoices);
  if (!found) throw new Error('no invoice');
  return found;
};
const BY = {
  number: '26127000000000000001',
  code: '',
  url: 'https://i/1',
  issuedAt: AT,
  lines: [],
};
const issuedMoney = (money: MallMoney): MallMoney => {
  const done = issued(blue(money), BY, AT);
  if (!done.ok) throw new Error(done.error);
  return { ...money, invoices: [done.value] };
};
/** The same, and the purchaser has confirmed the use. */
const usedMoney = (money: MallMoney): MallMoney => {
  const done = useConfirmed(blue(issuedMoney(money)), AT);
  if (!done.ok) throw new Error(done.error);
  return { ...money, invoices: [done.value] };
};
const back = (key: string, pieces: bigint) => ({
  key,
  lines: [{ lineId: '1', quantityMilli: pieces * 1_000n }],
  at: AT,
});

test('[field I2] 100 lines of 1.00 at 13 %: 0.88 and 0.12 each, the document 88.00 and 12.00', () => {
  const { lines } = blue(
    ordered(Array.from({ length: 100 }, () => ({ pieces: 1n, amountFen: 100n }))),
  );
  expect(lines[0]).toMatchObject({ netFen: 88n, taxFen: 12n });
  expect(sumsOf(lines)).toEqual({ netFen: 8_800n, taxFen: 1_200n, totalFen: 10_000n });
});

test('[field I4] 7 pieces for 100.00 at 13 %: 12.64285714, 88.50 and 11.50', () => {
  expect(blue(ordered([{ pieces: 7n, amountFen: 10_000n }])).lines[0]).toMatchObject({
    unitPriceE8: 1_264_285_714n,
    netFen: 8_850n,
    taxFen: 1_150n,
  });
});

test('[field I3] a tax that differs by 0.06 is taken with a note, by 0.07 refused', () => {
  const line = { net: 5_000n, tax: 656n };
  const of = (taxFen: bigint) => {
    const asked = blue(ordered([{ pieces: 1n, amountFen: line.net + taxFen }]));
    return issued(asked, { ...BY, lines: [{ lineId: '1', netFen: line.net, taxFen }] }, AT);
  };
  expect(of(656n)).toMatchObject({
    ok: true,
    value: { notes: ['tax of line 1 differs by 6 fen'] },
  });
  expect(of(657n)).toEqual({ ok: false, error: 'FIGURES_DIFFER' });
});

test('[field I6] a name is cut at 90 bytes of GBK between characters, without angle brackets, its category stays', () => {
  expect(lineName('纸'.repeat(60))).toBe('纸'.repeat(45));
  expect(lineName(`a${'纸'.repeat(60)}`)).toBe(`a${'纸'.repeat(44)}`);
  expect(lineName(`${'纸'.repeat(44)}𠮷`)).toBe('纸'.repeat(44));
  expect(lineName('复印纸<b>A4</b>')).toBe('复印纸bA4/b');
  expect(lineName('*纸制品*复印纸')).toBe('*纸制品*复印纸');
});

test('[field I1] [field I11] numbers of both kinds are kept as texts; issued again it is the same invoice, and no other', () => {
  const asked = blue(ordered([{ pieces: 1n, amountFen: 100n }]));
  for (const by of [BY, { ...BY, number: '00123456', code: '012345678901' }]) {
    const done = issued(asked, by, AT);
    if (!done.ok) throw new Error(done.error);
    const { number, code } = by;
    expect(done.value).toMatchObject({ serial: asked.serial, state: 'ISSUED', number, code });
    // The answer was lost, and it is told once more.
    expect(issued(done.value, by, AT)).toEqual(done);
    const another = { ...by, number: '99999999' };
    expect(issued(done.value, another, AT)).toEqual({ ok: false, error: 'ALREADY_ISSUED' });
  }
});

test('[field I7] goods without a tax category wait; exempt goods have a tax of 0.00', () => {
  const waiting = blue(ordered([{ pieces: 1n, amountFen: 100n }], { taxCode: '' }));
  expect(waiting).toMatchObject({ state: 'WAITING', reason: 'TAX_CATEGORY' });
  const said = { lineId: '1', taxRate: null, isTaxExempt: true, taxCode: '1010101' };
  const now = amended(waiting, { title: '', taxNumber: '', lines: [said] });
  expect(now).toMatchObject({ ok: true, value: { state: 'REQUESTED' } });
  expect(now.ok && now.value.lines[0]).toMatchObject({ netFen: 100n, taxFen: 0n });
});

test('[field S8] a tax number is tidied; a wrong one keeps the invoice waiting', () => {
  expect(tidyTaxNumber(' 91120102301231e127 ')).toBe(NUMBER);
  expect([isTaxNumber(NUMBER), isTaxNumber(`${NUMBER.slice(0, -1)}8`)]).toEqual([true, false]);
  expect(blue(ordered([{ pieces: 1n, amountFen: 100n }], {}, NUMBER)).state).toBe('REQUESTED');
  expect(
    blue(ordered([{ pieces: 1n, amountFen: 100n }], {}, `${NUMBER.slice(0, -1)}8`)),
  ).toMatchObject({
    state: 'WAITING',
    reason: 'TAX_NUMBER',
  });
});

test('[field I10] reds of one blue: 60.00 of 100.00, then 50.00 is refused; amounts negative, prices not', () => {
  const { invoices } = usedMoney(ordered([{ pieces: 10n, amountFen: 10_000n }]));
  const first = withRed(invoices, 'a', [{ lineId: '1', quantityMilli: 6_000n }], AT);
  if (!first.ok) throw new Error(first.error);
  expect(first.value[1]?.lines[0]).toMatchObject({ quantityMilli: -6_000n, totalFen: -6_000n });
  expect((first.value[1]?.lines[0]?.unitPriceE8 ?? 0n) > 0n).toBe(true);
  const half = [{ lineId: '1', quantityMilli: 5_000n }];
  expect(withRed(first.value, 'b', half, AT)).toEqual({ ok: false, error: 'RED_EXCEEDS_BLUE' });
  // The same wish is the same letter.
  expect(withRed(first.value, 'a', half, AT)).toEqual(first);
});

test('[field I9] a red letter that is silent for 72 hours is void, and may be asked for again', () => {
  const { invoices } = issuedMoney(ordered([{ pieces: 2n, amountFen: 200n }]));
  const asked = withRed(invoices, 'a', [], AT);
  const red = asked.ok ? asked.value[1] : undefined;
  if (!asked.ok || !red) throw new Error('no red letter');
  const later = new Date(AT.getTime() + 72 * 3_600_000);
  expect(asOf(red, new Date(later.getTime() - 1)).state).toBe('REQUESTED');
  expect(asOf(red, later)).toMatchObject({ state: 'VOID', reason: 'EXPIRED' });
  expect(issued(red, BY, later)).toEqual({ ok: false, error: 'NOT_REQUESTED' });
  expect(withRed(asked.value, 'a', [], later)).toMatchObject({
    ok: true,
    value: [{}, { state: 'VOID' }, { state: 'REQUESTED', serial: '1-B-R2' }],
  });
});

test('goods that come back change an invoice that is not issued, and are a red letter afterwards', () => {
  const open = cameBack(ordered([{ pieces: 3n, amountFen: 300n }]), back('r1/1', 1n), told);
  expect(open.invoices).toHaveLength(1);
  expect(sumsOf(blue(open).lines).totalFen).toBe(200n);
});

const shown = ({ invoices }: MallMoney) =>
  invoices.map(({ serial, state, reason, lines }) => [
    serial,
    reason === '' ? state : `${state} ${reason}`,
    sumsOf(lines).totalFen,
  ]);

/** The red letter that is asked for has been issued. */
function redIssued(money: MallMoney, serial: string): MallMoney {
  const invoices = money.invoices.map((one) => {
    if (one.serial !== serial) return one;
    const done = issued(one, { ...BY, number: serial }, AT);
    if (!done.ok) throw new Error(done.error);
    return done.value;
  });
  return { ...money, invoices: released(invoices) };
}

test('[field I8] bought 3, 1 returned, the use is confirmed: a red letter for 1', () => {
  const money = cameBack(
    usedMoney(ordered([{ pieces: 3n, amountFen: 300n }])),
    back('r', 1n),
    told,
  );
  expect(shown(money)).toEqual([
    ['1-B', 'ISSUED', 300n],
    ['1-B-R1', 'REQUESTED', -100n],
  ]);
});

test('[field I8] bought 3, 1 returned, the use is not confirmed: all of it red, and a new blue for 2', () => {
  const bought = issuedMoney(ordered([{ pieces: 3n, amountFen: 300n }]));
  const money = cameBack(bought, back('r1', 1n), told);
  expect(shown(money)).toEqual([
    ['1-B', 'ISSUED', 300n],
    ['1-B-R1', 'REQUESTED', -300n],
    ['1-B2', 'WAITING RED_LETTER', 200n],
  ]);
  // Another piece comes back before the red letter is there: the new one is for what is left then.
  const more = cameBack(money, back('r2', 1n), told);
  expect(shown(more).at(-1)).toEqual(['1-B2', 'WAITING RED_LETTER', 100n]);
  const done = redIssued(more, '1-B-R1');
  expect(shown(done).at(-1)).toEqual(['1-B2', 'REQUESTED', 100n]);
  // What a person takes back by hand is whole too, and another invoice is asked for by hand.
  const half = [{ lineId: '1', quantityMilli: 500n }];
  const again = redIssued(done, '1-B2');
  expect(blue(again)).toMatchObject({ serial: '1-B2', state: 'ISSUED' });
  expect(withRed(again.invoices, 'w', half, AT)).toEqual({ ok: false, error: 'USE_NOT_CONFIRMED' });
  const whole = withRed(again.invoices, 'w', [], AT);
  if (!whole.ok) throw new Error(whole.error);
  const wished = requested({ ...again, invoices: whole.value }, AT);
  expect(wished.ok && shown(wished.value).slice(-2)).toEqual([
    ['1-B2-R1', 'REQUESTED', -100n],
    ['1-B3', 'WAITING RED_LETTER', 100n],
  ]);
});

test('[field I8] [field I9] a whole red letter that is silent is asked for again with the next fact', () => {
  const bought = issuedMoney(ordered([{ pieces: 3n, amountFen: 300n }]));
  const money = cameBack(bought, back('r1', 1n), told);
  const later = { ...told, at: new Date(AT.getTime() + 72 * 3_600_000) };
  expect(shown(cameBack(money, back('r2', 1n), later))).toEqual([
    ['1-B', 'ISSUED', 300n],
    ['1-B-R1', 'VOID EXPIRED', -300n],
    ['1-B2', 'WAITING RED_LETTER', 100n],
    ['1-B-R2', 'REQUESTED', -300n],
  ]);
  // All of it came back: nothing replaces the first one.
  expect(shown(cameBack(money, back('r2', 2n), told)).slice(1)).toEqual([
    ['1-B-R1', 'REQUESTED', -300n],
    ['1-B2', 'VOID CANCELLED', 200n],
  ]);
});

const grant = (money: MallMoney, discountId: string, amountFen: bigint, lineId = '1') =>
  discounted(money, { discountId, lineId, amountFen, at: AT }, told);
const granted = (money: MallMoney, discountId: string, amountFen: bigint): MallMoney => {
  const after = grant(money, discountId, amountFen);
  if (!after.ok) throw new Error(after.error);
  return after.value;
};

test('[field I5] two coupons of one line, together 10.00, are one row: −8.85 and −1.15; all of it: −88.50 and −11.50', () => {
  const money = granted(
    granted(ordered([{ pieces: 1n, amountFen: 10_000n }]), 'c1', 400n),
    'c2',
    600n,
  );
  expect(blue(money).lines).toMatchObject([
    {
      netFen: 8_850n,
      taxFen: 1_150n,
      discount: { netFen: -885n, taxFen: -115n, totalFen: -1_000n },
    },
  ]);
  expect(owedFen(money)).toBe(9_000n);
  expect(money.entries.slice(-2).map(({ cause, amountFen }) => [cause, amountFen])).toEqual([
    ['DISCOUNTED', -400n],
    ['DISCOUNTED', -600n],
  ]);
  const all = granted(money, 'c3', 9_000n);
  expect(blue(all).lines[0]?.discount).toEqual({
    netFen: -8_850n,
    taxFen: -1_150n,
    totalFen: -10_000n,
  });
  expect(grant(money, 'c3', 9_001n)).toEqual({ ok: false, error: 'DISCOUNT_EXCEEDS_LINE' });
  // The same coupon again is the same; with another amount it is none.
  expect(grant(money, 'c1', 400n)).toEqual({ ok: true, value: money });
  expect(grant(money, 'c1', 401n)).toEqual({ ok: false, error: 'DISCOUNT_DIFFERS' });
  expect(grant(money, 'c4', 1n, '9')).toEqual({ ok: false, error: 'INVALID_LINE' });
  expect(grant(issuedMoney(money), 'c4', 1n)).toEqual({ ok: false, error: 'INVOICE_ISSUED' });
});

test('[field I5] [field I10] what is issued names both rows, and a red line is what the line really cost', () => {
  const money = granted(ordered([{ pieces: 2n, amountFen: 10_000n }]), 'c1', 1_000n);
  const row = { lineId: '1', netFen: 8_850n, taxFen: 1_150n };
  const less = { lineId: '1-discount', netFen: -885n, taxFen: -115n };
  const as = (rows: (typeof row)[]) => issued(blue(money), { ...BY, lines: rows }, AT);
  expect(as([row, less])).toMatchObject({ ok: true, value: { number: BY.number } });
  expect(as([row])).toEqual({ ok: false, error: 'FIGURES_DIFFER' });
  expect(as([row, { ...less, netFen: -900n, taxFen: -100n }])).toEqual({
    ok: false,
    error: 'FIGURES_DIFFER',
  });
  const one = cameBack(usedMoney(money), back('r', 1n), told);
  const [red] = one.invoices[1]?.lines ?? [];
  expect(red).toMatchObject({ quantityMilli: -1_000n, totalFen: -4_500n });
  expect(red?.discount).toBeUndefined();
  expect((red?.unitPriceE8 ?? 0n) / 1_000_000n).toBe(3_982n);
  expect(owedFen(one)).toBe(4_500n);
});

const lines = fc.array(
  fc.record({
    pieces: fc.bigInt({ min: 1n, max: 9n }),
    amountFen: fc.bigInt({ min: 1n, max: 100_000n }),
  }),
  { minLength: 1, maxLength: 6 },
);

test('law: net and tax of a line are its total, and a document is the sum of its lines, to the fen', () => {
  const one = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 17 }));
  fc.assert(
    fc.property(one, ([totalFen, taxRate]) => {
      const figures = figuresOf(totalFen, 1_000n, { taxRate, isTaxExempt: false });
      expect(figures.netFen + figures.taxFen).toBe(totalFen);
      const exact = totalFen * BigInt(taxRate);
      const off = figures.taxFen * BigInt(100 + taxRate) - exact;
      expect(2n * (off < 0n ? -off : off) <= BigInt(100 + taxRate)).toBe(true);
    }),
  );
});

test('law: red letters in any parts never exceed the blue one, and all of it is exactly the blue one', () => {
  const wishes = fc.array(fc.tuple(fc.nat(5), fc.bigInt({ min: 1n, max: 9n })), { maxLength: 30 });
  fc.assert(
    fc.property(lines, wishes, (of, wanted) => {
      let { invoices } = usedMoney(ordered(of));
      const original = invoices[0]?.lines ?? [];
      const taken = (pick: (line: InvoiceLine) => bigint): bigint =>
        invoices
          .slice(1)
          .reduce((sum, red) => sum - red.lines.reduce((s, l) => s + pick(l), 0n), 0n);
      for (const [index, [line, pieces]] of wanted.entries()) {
        const wish = [{ lineId: String(line + 1), quantityMilli: pieces * 1_000n }];
        const next = withRed(invoices, `w${index}`, wish, AT);
        if (next.ok) ({ value: invoices } = next);
        expect(taken(({ totalFen }) => totalFen) <= sumsOf(original).totalFen).toBe(true);
      }
      const rest = withRed(invoices, 'rest', [], AT);
      if (rest.ok) ({ value: invoices } = rest);
      const { totalFen, taxFen, netFen } = sumsOf(original);
      expect([taken((l) => l.totalFen), taken((l) => l.taxFen), taken((l) => l.netFen)]).toEqual([
        totalFen,
        taxFen,
        netFen,
      ]);
    }),
  );
});
