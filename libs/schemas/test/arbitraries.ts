import fc from 'fast-check';
import { expect } from 'vitest';

/** Texts that survive only with right escaping; blank ones count as absent and are left out. */
export const word = (maxLength = 20) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 20) }),
      fc.constantFrom('007', '1.10', ']]>', '<a>&amp;', '"\'', 'a\r\nb', '门店'),
    )
    .filter((text) => text.trim() !== '' && Array.from(text).length <= maxLength);
/** A code has no white space around it and no line breaks. */
export const code = (maxLength = 20) =>
  word(maxLength)
    .map((text) => text.replace(/[\t\r\n\v\f]/g, '_').trim())
    .filter((text) => text !== '');
/** Ids of the platforms: whole numbers of up to 63 bits, as text. */
export const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
/** Whole seconds. */
export const instant = fc
  .integer({ min: Date.UTC(2010, 0), max: Date.UTC(2090, 0) })
  .map((ms) => new Date(ms - (ms % 1000)));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
/** Whole pieces from `min` on, in thousandths. */
export const milli = (min: number) =>
  fc.integer({ min, max: 999_999_999 }).map((pieces) => BigInt(pieces) * 1000n);
export const fen = fc.bigInt({ min: 0n, max: 10n ** 12n });
export const kind = fc.constantFrom('CERTAIN' as const, 'SHARED' as const);
/** A bill number; a list of them is joined by commas. */
export const bill = code(50).map((text) => text.replaceAll(',', ';'));
/** A store or a warehouse. */
export const place = fc.record({
  type: fc.constantFrom('STORE' as const, 'WAREHOUSE' as const),
  id: code(50),
});

/** A record whose members beside `needed` may be absent. */
export const shape = <T, K extends keyof T & string>(
  members: { [P in keyof T]: fc.Arbitrary<T[P]> },
  needed: readonly K[],
) => fc.record(members, { requiredKeys: [...needed], noNullPrototype: true });
/** One to four of them. */
export const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 4 });

/** Goods as they are sold, and as they lie in stock. */
export const shopGoods = shape({ itemId: id, outerId: code(50), skuId: id }, ['itemId', 'outerId']);
export const stockGoods = shape({ goodsId: id, outerId: code(50) }, ['goodsId']);
/** A store with all its fields. */
export const profile = shape(
  {
    storeCode: code(50),
    shopId: id,
    companyName: word(50),
    storeName: word(50),
    storeType: fc.constantFrom('NORMAL' as const, 'MALL_SHOP' as const),
    mainCategory: id,
    startTime: clock,
    endTime: clock,
    address: shape(
      {
        region: word(),
        province: word(),
        city: word(),
        area: word(),
        town: word(),
        detail: word(),
        countryCode: word(),
      },
      ['province', 'city', 'area', 'detail'],
    ),
    status: fc.constantFrom('HOLD' as const, 'CLOSE' as const, 'NORMAL' as const),
    description: word(),
    keeper: shape({ name: word(), tel: word(), mobile: word(), fax: word(), zipCode: word() }, [
      'tel',
      'mobile',
    ]),
    remark: word(),
  },
  [
    'storeCode',
    'companyName',
    'storeName',
    'storeType',
    'mainCategory',
    'startTime',
    'endTime',
    'address',
    'keeper',
  ],
);

type Outcome<T> = { ok: true; value: T } | { ok: false };
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

/** What is encoded is decoded to the same, or to what `expected` makes of it. */
export function roundTrips<T>(
  value: fc.Arbitrary<T>,
  encode: (value: T) => string,
  decode: (body: Buffer) => Outcome<unknown>,
  expected: (value: T) => unknown = (same) => same,
): void {
  fc.assert(
    fc.property(value, (sent) => {
      expect(decode(bytes(encode(sent)))).toEqual({ ok: true, value: expected(sent) });
    }),
    { numRuns: 200 },
  );
}
