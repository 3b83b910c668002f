import { describe, expect, test } from 'vitest';
import { obstacleOf } from './distribution.ts';
import type { Found } from './distribution.ts';

const NOW = new Date('2026-11-30T02:00:00Z');
const line = {
  offerId: '902719378311',
  specId: '3304a52052baafcbd679efd04e8589a5',
  salesChannel: 'x',
  outShopCode: '661153176',
  outItemCode: '902993428771',
};
const found: Found = {
  relation: {
    sellerId: '1',
    offerId: line.offerId,
    supplierId: 'A',
    specs: [{ specId: line.specId, priceFen: 600n }],
    postFeeFen: 0n,
    ownStock: false,
    staleReason: '',
  },
  shop: {
    sellerId: '1',
    salesChannel: 'x',
    outShopCode: line.outShopCode,
    shopName: '',
    authorisedFrom: null,
    authorisedUntil: null,
  },
  item: { sellerId: '1', ...line },
};
const shop = (authorisedFrom: string | null, authorisedUntil: string | null): Found => ({
  ...found,
  shop: found.shop && {
    ...found.shop,
    authorisedFrom: authorisedFrom === null ? null : new Date(authorisedFrom),
    authorisedUntil: authorisedUntil === null ? null : new Date(authorisedUntil),
  },
});
const relation = (change: object): Found => ({
  ...found,
  relation: found.relation && { ...found.relation, ...change },
});

describe('why a line may not be ordered', () => {
  test.each<[string, Found, string | undefined]>([
    ['all is there', found, undefined],
    [
      '[F-A18] no relation, and nothing else',
      { relation: null, shop: null, item: null },
      'RELATION_MISSING',
    ],
    ['[field Z5] a price that has changed', relation({ staleReason: 'price' }), 'RELATION_STALE'],
    ['[F-A19] no such shop', { ...found, shop: null }, 'SHOP_MISSING'],
    ['[F-A20] ended yesterday', shop(null, '2026-11-29T02:00:00Z'), 'SHOP_EXPIRED'],
    ['begins tomorrow', shop('2026-12-01T02:00:00Z', null), 'SHOP_EXPIRED'],
    ['its last instant', shop('2026-11-30T02:00:00Z', '2026-11-30T02:00:00Z'), undefined],
    [
      'an item of another offer',
      { ...found, item: { ...line, sellerId: '1', offerId: '1' } },
      'ITEM_MISSING',
    ],
    [
      'no such specification',
      relation({ specs: [{ specId: 'ff', priceFen: 1n }] }),
      'UNKNOWN_SPEC',
    ],
  ])('%s', (_, has, code) => expect(obstacleOf(line, has, NOW)?.code).toBe(code));
});
