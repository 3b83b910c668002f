import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OfferContent } from './content.ts';
import { offerOf } from './names.ts';
import { editOffer, putOffer, ratingShares, withPromotion } from './offer.ts';
import type { Offer, OfferChange, Promotion } from './offer.ts';
import { isOnPlatformShelf, isPublicAddress } from './shelf.ts';
import { searchTerms, searchWords } from './terms.ts';

const content: OfferContent = {
  cargoNo: 'cargo123',
  specs: [],
  detail: {
    name: '打印机 XT',
    url: 'https://shop.example.com/1',
    brand: '星图',
    model: 'XT-100',
    unit: '台',
    categoryId: 'A0201',
    mainImage: 'https://img.example.com/1.jpg',
    images: [],
    service: '质保',
    introduction: '<p></p>',
    summary: 'A4',
    energySaving: false,
    environmental: false,
    imported: false,
    weightGrams: 0n,
    origin: '',
    barcode: '',
    packingList: '',
    attributes: [],
  },
  prices: {
    agreementFen: 1000n,
    marketFen: 1200n,
    minimumMilli: 0n,
    taxRate: 13,
    untaxed: false,
    tiers: [],
  },
  poolIds: [],
  published: true,
};
const DAY = Date.UTC(2026, 10, 22);
const at = (minute: number): Date => new Date(DAY + minute * 60_000);
const command = { sellerId: 'S', goodsId: 'G', sku: '1', platform: { goodsId: '', skuId: '' } };

const put = (current: Offer | null, next: OfferContent, minute: number): OfferChange => {
  const change = putOffer(current, { ...command, content: next }, at(minute));
  if (!change.ok) throw new TypeError(change.error);
  return change.value;
};
const made = put(null, content, 0).offer;
const promotion: Promotion = {
  promotionId: 'P',
  kind: 'SPECIAL',
  priceFen: 900n,
  quantityMilli: 0n,
  startsAt: at(10),
  endsAt: at(20),
  appliedAt: null,
};

describe('changes of an offer', () => {
  test('the same again changes nothing, whatever the order of its fields', () => {
    const turned = Object.fromEntries(Object.entries(content).toReversed()) as OfferContent;
    expect(put(made, turned, 5)).toEqual({ offer: made, difference: null });
  });

  test('a difference is told by its kind, counted, and remembered for the feeds', () => {
    const dearer = { ...content, prices: { ...content.prices, agreementFen: 1100n } };
    const { offer, difference } = put(made, dearer, 5);
    expect(difference).toEqual({ isNew: false, prices: true, shelf: false, detail: false });
    expect(offer).toMatchObject({ revision: 2n, listedAt: at(0), modifiedAt: [at(5)] });
    const off = put(offer, { ...dearer, published: false }, 6);
    expect(off.difference).toMatchObject({ shelf: true, prices: false });
    expect(off.offer.obstacles).toEqual(['UNPUBLISHED']);
  });

  test('goods that a mall could not show yet have no changes in its feeds', () => {
    const bare = put(null, { ...content, detail: { ...content.detail, brand: '' } }, 0).offer;
    const still = put(bare, { ...content, detail: { ...content.detail, brand: '', unit: '' } }, 1);
    expect(still.offer).toMatchObject({ listedAt: null, modifiedAt: [] });
    expect(put(still.offer, content, 2).offer).toMatchObject({ listedAt: at(2), modifiedAt: [] });
  });

  test('what the platform says of its own shelf is no news for a mall', () => {
    const said = editOffer(
      made,
      ({ platform }) => ({ platform: { ...platform, shelf: 'DELETED' } }),
      at(5),
    );
    expect(said).toMatchObject({ ok: true, value: { offer: { modifiedAt: [] } } });
    expect(said.ok && said.value.difference).toEqual({
      isNew: false,
      prices: false,
      shelf: false,
      detail: false,
    });
  });

  test('an offer keeps its goods, its promotions and its ids when it is put again', () => {
    const edited = editOffer(made, withPromotion(promotion, at(1)), at(1));
    const current = edited.ok ? edited.value.offer : made;
    expect(put(current, { ...content, poolIds: ['A'] }, 2).offer.promotions).toEqual([promotion]);
    expect(putOffer(current, { ...command, goodsId: 'H', content }, at(3))).toMatchObject({
      error: 'GOODS_TAKEN',
    });
    expect(editOffer(null, () => ({}), at(0))).toMatchObject({ error: 'UNKNOWN_OFFER' });
    // Those that are over make room.
    const later = editOffer(
      current,
      withPromotion({ ...promotion, promotionId: 'Q', startsAt: at(30), endsAt: at(40) }, at(25)),
      at(25),
    );
    expect(later.ok && later.value.offer.promotions.map(({ promotionId }) => promotionId)).toEqual([
      'Q',
    ]);
  });
});

describe('shelves', () => {
  test('[P-A32] at the platform what it said last decides, and silence does not keep goods from being sold', () => {
    const on = (shelf: Offer['platform']['shelf']): boolean =>
      isOnPlatformShelf({ ...made, platform: { ...made.platform, shelf } });
    expect([on(null), on('ON_SHELF'), on('OFF_SHELF'), on('DELETED')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isOnPlatformShelf({ ...made, published: false })).toBe(false);
  });

  test.each([
    ['https://img.example.com/a.jpg?x=1', true],
    ['https://img.example.com:8443/a.jpg', true],
    ['HTTPS://img.example.com/a.jpg', false],
    ['//img.example.com/a.jpg', false],
    ['https://user:pw@img.example.com/a.jpg', false],
    ['https://img/a.jpg', false],
    ['https://nas.local/a.jpg', false],
    ['https://192.168.1.2/a.jpg', false],
    ['https://[::1]/a.jpg', false],
    ['https://img.example.com/a b.jpg', false],
    ['', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});

test('shares of ratings are whole percents that sum to 100', () => {
  const count = fc.bigInt(0n, 1_000_000n);
  fc.assert(
    fc.property(count, count, count, (good, medium, bad) => {
      const shares = ratingShares({ averageHundredths: 0, good, medium, bad });
      const total = good + medium + bad;
      expect(shares[0] + shares[1] + shares[2]).toBe(total === 0n ? 0 : 100);
      for (const [index, one] of [good, medium, bad].entries()) {
        const exact = total === 0n ? 0 : (Number(one) * 100) / Number(total);
        expect(Math.abs((shares[index] ?? 0) - exact)).toBeLessThan(1);
      }
    }),
  );
});

describe('names', () => {
  const offer = {
    goodsId: 'G',
    sku: '1',
    cargoNo: 'C',
    platform: { goodsId: 'P', skuId: 'p1', shelf: null },
  };
  const other = {
    goodsId: 'H',
    sku: '2',
    cargoNo: 'C',
    platform: { goodsId: 'P', skuId: '', shelf: null },
  };
  const none = { goodsId: '', sku: '', platformGoodsId: '', platformSkuId: '', cargoNo: '' };
  test.each([
    [{ sku: '1', cargoNo: 'C', platformGoodsId: 'P', platformSkuId: 'p1' }, '1'],
    [{ platformGoodsId: 'P', platformSkuId: 'p1' }, '1'],
    [{ platformGoodsId: 'P', platformSkuId: 'p2' }, '2'],
    [{ platformGoodsId: 'P' }, 'SKU_REQUIRED'],
    [{ sku: '1', platformSkuId: 'p2' }, 'NAMES_DIFFER'],
    [{ sku: '1', goodsId: 'H' }, 'NAMES_DIFFER'],
    [{ sku: '3', cargoNo: 'C' }, 'UNKNOWN_OFFER'],
    [{ platformGoodsId: 'Q' }, 'UNKNOWN_OFFER'],
    [{}, 'UNKNOWN_OFFER'],
  ])('%o is of %s', (name, expected) => {
    const found = offerOf({ ...none, ...name }, [offer, other]);
    expect(found.ok ? found.value.sku : found.error).toBe(expected);
  });
});

test('every word of a name, and every part of Chinese text, finds it', () => {
  const terms = searchTerms({
    ...content,
    sku: 'AB-00123',
    detail: { ...content.detail, name: '华为Ｍate60手机' },
  });
  const finds = (text: string): boolean =>
    searchWords(text).every((word) => terms.some((term) => term.startsWith(word)));
  for (const text of ['手机', 'mate', 'MATE60', '为', '00123', 'ab-001', 'xt-1', '星图 手']) {
    expect([text, finds(text)]).toEqual([text, true]);
  }
  expect(finds('60手')).toBe(false);
  expect(
    searchTerms({ ...content, sku: '1', detail: { ...content.detail, name: '长'.repeat(999) } })
      .length,
  ).toBeLessThanOrEqual(128);
});
