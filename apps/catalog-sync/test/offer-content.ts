import type { OfferContent } from '../src/domain/offer/content.ts';

/** Goods that lack nothing, in the pool A. */
export const content: OfferContent = {
  cargoNo: '',
  specs: [],
  detail: {
    name: '激光打印机',
    url: 'https://shop.example.com/1.html',
    brand: '星图',
    model: 'XT-100',
    unit: '台',
    categoryId: 'A02010601',
    mainImage: 'https://img.example.com/main.jpg',
    images: [],
    service: '三年质保',
    introduction: '<p>打印机</p>',
    summary: 'A4',
    energySaving: false,
    environmental: false,
    imported: false,
    weightGrams: 8_500n,
    origin: '天津',
    barcode: '6901234567892',
    packingList: '主机 1 台',
    attributes: [],
  },
  prices: {
    agreementFen: 100_000n,
    marketFen: 120_000n,
    minimumMilli: 0n,
    taxRate: 13,
    untaxed: false,
    tiers: [],
  },
  poolIds: ['A'],
  published: true,
};
