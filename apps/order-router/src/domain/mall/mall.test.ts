import type { OfferPrices } from '@astrolabe/kernel';
import { mallOrder, parseShanghai } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import { checkedLines, invalidContent } from './checks.ts';
import type { MallOffer } from './checks.ts';
import { claimsOf } from './claims.ts';
import { contentText } from './content.ts';
import type { ContentLine, MallContent } from './content.ts';
import {
  alerted,
  cancelled,
  claimed,
  confirmed,
  drafted,
  expired,
  holdsPlanned,
  nextStep,
  notReserved,
  refused,
  reserved,
  settled,
  stepFailed,
} from './life.ts';
import type { NewMallOrder } from './life.ts';
import type { MallOrder } from './order.ts';
import { planHolds } from './plan.ts';
import { supplied } from './supplied.ts';

const shanghai = (text: string): Date => {
  const read = parseShanghai(text);
  if (!read.ok) throw new TypeError(text);
  return read.value;
};

const NOON = shanghai('2026-11-22 12:00:00');
const later = (ms: number): Date => new Date(NOON.getTime() + ms);

const prices: OfferPrices = {
  agreementFen: 100_000n,
  minimumMilli: 0n,
  tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }],
  promotions: [
    {
      promotionId: 'g1',
      kind: 'GROUP_BUY',
      priceFen: 80_000n,
      quantityMilli: 5_000n,
      startsAt: shanghai('2026-11-22 10:00:00'),
      endsAt: shanghai('2026-11-22 12:00:00'),
    },
  ],
};

const offer: MallOffer = {
  sku: '12345',
  goodsId: 'g',
  name: '复印纸',
  taxRate: 13,
  onShelf: true,
  prices,
};

const line = (
  pieces: bigint,
  unitPriceFen: bigint,
  more: Partial<ContentLine> = {},
): ContentLine => ({
  sku: '12345',
  quantityMilli: pieces * 1_000n,
  unitPriceFen,
  priceMode: 'AGREEMENT',
  ...more,
});

const nobody = {
  name: '',
  province: '',
  city: '',
  county: '',
  address: '',
  zip: '',
  phone: '',
  mobile: '',
  email: '',
};

const content = (
  lines: readonly ContentLine[],
  totalFen: bigint,
  freightFen = 0n,
): MallContent => ({
  lines,
  areaId: '1000000',
  receiver: nobody,
  purchaser: '教育局',
  remark: '',
  invoice: {
    kind: 'PLAIN',
    title: '',
    orgCode: '',
    name: '',
    phone: '',
    bank: '',
    bankAccount: '',
    address: '',
    mobile: '',
    receiptAddress: '',
    content: '',
  },
  payment: 'CENTRAL',
  totalFen,
  freightFen,
});

const codeOf = (lines: readonly ContentLine[], totalFen: bigint, at = NOON, freightFen = 0n) => {
  const checked = checkedLines(
    content(lines, totalFen, freightFen),
    lines.map(({ sku }) => (sku === '12345' ? offer : null)),
    at,
  );
  return checked.ok ? 'OK' : checked.error.code;
};

describe('what a mall orders, against what is offered', () => {
  test('the price is the one of its mode to the fen, and so is the sum', () => {
    expect(codeOf([line(3n, 100_000n)], 300_000n)).toBe('OK');
    expect(codeOf([line(3n, 99_999n)], 299_997n)).toBe('PRICE_MISMATCH');
    expect(codeOf([line(3n, 100_000n)], 299_999n)).toBe('TOTAL_MISMATCH');
  });

  test('[field S3] the sum of the order has the freight in it', () => {
    expect(codeOf([line(1n, 100_000n)], 101_000n, NOON, 1_000n)).toBe('OK');
    expect(codeOf([line(1n, 100_000n)], 100_000n, NOON, 1_000n)).toBe('TOTAL_MISMATCH');
  });

  test.each([
    ['2026-11-22 09:59:59', 'PRICE_MISMATCH'],
    ['2026-11-22 10:00:00', 'OK'],
    ['2026-11-22 12:00:00', 'PRICE_MISMATCH'],
  ])('a group buy from 10 to 12, at %s', (text, expected) => {
    const group = line(1n, 80_000n, { priceMode: 'GROUP_BUY' });
    expect(codeOf([group], 80_000n, shanghai(text))).toBe(expected);
  });

  test('a tier of ten pieces', () => {
    const tier = { priceMode: 'TIER' } as const;
    expect(codeOf([line(9n, 100_000n, tier)], 900_000n)).toBe('OK');
    expect(codeOf([line(9n, 95_000n, tier)], 855_000n)).toBe('PRICE_MISMATCH');
    expect(codeOf([line(10n, 95_000n, tier)], 950_000n)).toBe('OK');
    expect(codeOf([line(10n, 100_000n, tier)], 1_000_000n)).toBe('PRICE_MISMATCH');
  });

  test('the SKU is looked for first, then the shelf, then the price', () => {
    const hidden = checkedLines(content([line(1n, 1n)], 1n), [{ ...offer, onShelf: false }], NOON);
    expect(hidden).toMatchObject({ error: { code: 'OFF_SHELF', subject: '12345' } });
    expect(codeOf([line(1n, 1n), line(1n, 1n, { sku: 'nope' })], 2n)).toBe('UNKNOWN_SKU');
  });

  test('what no order has is refused with what it is', () => {
    expect(invalidContent(content([], 0n))).toBe('no lines');
    expect(invalidContent(content([line(1n, 1n, { quantityMilli: 500n })], 1n))).toBe('line 1');
    expect(invalidContent(content([line(0n, 1n)], 0n))).toBe('line 1');
    expect(invalidContent({ ...content([line(1n, 1n)], 1n), areaId: '' })).toBe('area');
    expect(invalidContent(content([line(1n, 1n)], 1n))).toBeNull();
  });

  test('[field S4] lines in another order are the same content; another value of anything is not', () => {
    const one = line(1n, 100_000n);
    const other = line(2n, 50_000n, { sku: '67890' });
    const text = contentText(content([one, other], 200_000n));
    expect(contentText(content([other, one], 200_000n))).toBe(text);
    expect(contentText(content([one, { ...other, quantityMilli: 3_000n }], 200_000n))).not.toBe(
      text,
    );
    const moved = { ...content([one, other], 200_000n), receiver: { ...nobody, address: 'x' } };
    expect(contentText(moved)).not.toBe(text);
  });

  test('claims: per goods of a purchaser, per group buy, each once', () => {
    const promotion = { id: 'g1', quantityMilli: 5_000n };
    const wanted = [
      { goodsId: 'a', quantityMilli: 1_000n, promotion },
      { goodsId: 'a', quantityMilli: 2_000n, promotion: null },
      { goodsId: 'b', quantityMilli: 1_000n, promotion: { id: 's1', quantityMilli: 0n } },
    ];
    const limited = { account: 'mall', name: '教育局', limitMilli: 9_000n };
    expect(claimsOf(wanted, limited).map((one) => [one.kind, one.quantityMilli])).toEqual([
      ['PURCHASER', 3_000n],
      ['PROMOTION', 1_000n],
      ['PURCHASER', 1_000n],
    ]);
    expect(claimsOf(wanted, { ...limited, limitMilli: 0n })).toHaveLength(1);
  });
});

const warehouse = (id: string) => ({ type: 'WAREHOUSE' as const, id });

describe('where goods are held', () => {
  const free = (id: string, goodsId: string, pieces: bigint) => ({
    place: warehouse(id),
    goodsId,
    certainMilli: pieces * 1_000n,
  });
  const want = (lineId: string, goodsId: string, pieces: bigint) => ({
    lineId,
    goodsId,
    quantityMilli: pieces * 1_000n,
  });

  test('an order leaves from as few places as can be; stock of an area is the sum of its places', () => {
    const stock = [free('A', 'a', 5n), free('B', 'a', 3n), free('B', 'b', 3n)];
    const one = planHolds([want('1', 'a', 2n), want('2', 'b', 2n)], stock);
    expect(one).toMatchObject({ holds: [{ place: { id: 'B' } }, { place: { id: 'B' } }] });
    const split = planHolds([want('1', 'a', 8n)], stock);
    expect(split).toMatchObject({
      holds: [
        { lineId: '1', quantityMilli: 5_000n, place: { id: 'A' } },
        { lineId: '1.2', quantityMilli: 3_000n, place: { id: 'B' } },
      ],
    });
  });

  test('two lines of the same goods share what there is', () => {
    const stock = [free('A', 'a', 3n)];
    const two = [want('1', 'a', 2n), want('2', 'a', 2n)];
    expect(planHolds(two, stock)).toEqual({ kind: 'short', lineId: '2' });
    expect(planHolds([want('1', 'b', 1n)], stock)).toEqual({ kind: 'short', lineId: '1' });
  });
});

const fresh = (more: Partial<NewMallOrder> = {}): NewMallOrder => {
  const checked = checkedLines(content([line(3n, 100_000n)], 300_000n), [offer], NOON);
  if (!checked.ok) throw new TypeError(checked.error.code);
  return {
    orderRef: mallOrder('21230', '100000000000001'),
    account: 'tjzfcg',
    mallOrderNo: 'M1',
    digest: 'd',
    lines: checked.value,
    totalFen: 300_000n,
    freightFen: 0n,
    areaId: '1000000',
    purchaser: '教育局',
    payment: 'CENTRAL',
    invoice: { kind: 'PLAIN', title: '', orgCode: '', content: 'ITEMISED' },
    notes: [],
    claims: [],
    ttlMs: 0,
    alertMs: 72 * 3_600_000,
    ...more,
  };
};

const HOLDS = [{ lineId: '1', goodsId: 'g', quantityMilli: 3_000n, place: warehouse('A') }];
const planned = (order: MallOrder): MallOrder => holdsPlanned(claimed(order, NOON), HOLDS, NOON);
const preordered = (more: Partial<NewMallOrder> = {}): MallOrder =>
  reserved(planned(drafted(fresh(more), 'me', NOON)), NOON);
const orderOf = (result: ReturnType<typeof confirmed>): MallOrder => {
  if (!result.ok) throw new TypeError(result.error);
  return result.value.order;
};

describe('the life of a pre-order', () => {
  test('it is held before the mall is told, and owes nothing but a decision', () => {
    const draft = drafted(fresh(), 'me', NOON);
    expect(nextStep(draft, NOON)).toBe('CLAIM');
    expect(nextStep(planned(draft), NOON)).toBe('RESERVE');
    const held = preordered();
    expect(held).toMatchObject({ state: 'PRE_ORDERED', expiresAt: null });
    expect(nextStep(held, later(71 * 3_600_000))).toBeNull();
  });

  test('the first of confirmation and cancellation decides', () => {
    const bought = orderOf(confirmed(preordered(), 'mall', NOON));
    expect(cancelled(bought, 'mall', NOON)).toEqual({ ok: false, error: 'ILLEGAL_STATE' });
    expect(confirmed(bought, 'mall', NOON)).toMatchObject({ value: { already: true } });
    const gone = orderOf(cancelled(preordered(), 'mall', NOON));
    expect(confirmed(gone, 'mall', NOON)).toEqual({ ok: false, error: 'ILLEGAL_STATE' });
    expect(cancelled(gone, 'mall', NOON)).toMatchObject({ value: { already: true } });
    expect(nextStep(gone, NOON)).toBe('RELEASE');
    expect(nextStep(settled(gone, 'stock', NOON), NOON)).toBeNull();
  });

  test('its time is over when a seller has set one: confirming fails, whoever looks first', () => {
    const held = preordered({ ttlMs: 60_000 });
    const over = later(60_000);
    expect(confirmed(held, 'mall', later(59_999)).ok).toBe(true);
    expect(confirmed(held, 'mall', over)).toEqual({ ok: false, error: 'ILLEGAL_STATE' });
    expect(expired(held, '', later(59_999))).toEqual({ ok: false, error: 'ILLEGAL_STATE' });
    expect(nextStep(held, over)).toBe('EXPIRE');
    expect(orderOf(expired(held, '', over))).toMatchObject({ state: 'EXPIRED' });
    expect(orderOf(expired(preordered(), 'ops', NOON))).toMatchObject({ state: 'EXPIRED' });
  });

  test('after three days people are told, once, and it goes on holding', () => {
    const held = preordered();
    const day3 = later(72 * 3_600_000);
    expect(nextStep(held, day3)).toBe('ALERT');
    const told = alerted(held, day3);
    expect(nextStep(told, day3)).toBeNull();
    expect(told.state).toBe('PRE_ORDERED');
  });

  test('what is refused gives back what it may have', () => {
    const short = notReserved(planned(drafted(fresh(), 'me', NOON)), 3, NOON);
    expect(short).toMatchObject({ state: 'REFUSED', problem: { code: 'STOCK_NOT_ENOUGH' } });
    expect(nextStep(short, NOON)).toBeNull();
    const no = refused(planned(drafted(fresh(), 'me', NOON)), { code: 'X', subject: '' }, NOON);
    expect(nextStep(no, NOON)).toBe('RELEASE');
  });

  test('a draft that nobody asks for is given up, but not before it is known what is held', () => {
    const draft = drafted(fresh(), 'me', NOON);
    expect(stepFailed(draft, later(60_000)).state).toBe('DRAFT');
    expect(stepFailed(draft, later(601_000))).toMatchObject({ state: 'REFUSED' });
    const inDoubt = stepFailed(planned(draft), later(601_000));
    expect(inDoubt.state).toBe('DRAFT');
    const held = reserved(inDoubt, later(602_000));
    expect(held).toMatchObject({ state: 'REFUSED', owes: { stock: true } });
  });

  test('[field D1] it is completed when nothing is to come any more, not with the first parcel', () => {
    const bought = orderOf(confirmed(preordered(), 'mall', NOON));
    const told = (kind: 'SHIPPED' | 'DELIVERED' | 'REJECTED', pieces: bigint) => ({
      kind,
      subject: 'p',
      lines: [{ lineId: '1', quantityMilli: pieces * 1_000n }],
      at: NOON,
    });
    const first = supplied(supplied(bought, told('SHIPPED', 2n)), told('DELIVERED', 2n));
    expect(first.state).toBe('SHIPPED');
    const both = supplied(supplied(first, told('SHIPPED', 1n)), told('DELIVERED', 1n));
    expect(both.state).toBe('COMPLETED');
    const asked = supplied(both, { kind: 'RETURN_ASKED', subject: 'r1', at: NOON });
    expect(asked.returning).toEqual(['r1']);
    const back = supplied(asked, {
      kind: 'RETURNED',
      subject: 'r1',
      lines: [{ lineId: '1', quantityMilli: 1_000n }],
      complete: true,
      at: NOON,
    });
    expect(back).toMatchObject({ state: 'COMPLETED', returning: [] });
    expect(back.lines[0]?.returnedMilli).toBe(1_000n);
    expect(supplied(bought, told('REJECTED', 3n)).state).toBe('REJECTED');
  });

  test('what is not confirmed has nothing shipped', () => {
    const told = { kind: 'SHIPPED', subject: 'p', at: NOON, lines: [] } as const;
    expect(supplied(preordered(), told).state).toBe('PRE_ORDERED');
  });
});
