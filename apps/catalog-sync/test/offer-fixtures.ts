import type { OfferDetail, OfferDraft } from '@astrolabe/contracts/catalog';

/** Complete goods of the fixture of document 004: agreement 1000.00, market 1200.00, in pool A0101. */
export const detail = (sku: string, change: Partial<OfferDetail> = {}): OfferDetail => ({
  sku,
  name: '激光打印机 A4 双面',
  url: `https://shop.example.com/${sku}.html`,
  brand: '星图',
  model: 'XT-100',
  unit: '台',
  categoryId: 'A02010601',
  mainImage: 'https://img.example.com/12345/main.jpg',
  images: ['https://img.example.com/12345/1.jpg', 'https://img.example.com/12345/2.jpg'],
  service: '三年质保\r\n上门服务',
  introduction: '<p>打印\t机</p>\u2028',
  summary: 'A4 黑白 30ppm',
  energySaving: true,
  environmental: true,
  imported: false,
  weightGrams: 8500n,
  origin: '天津',
  barcode: '6901234567892',
  packingList: '主机 1 台',
  attributes: [],
  ...change,
});

export const draft = (
  sellerId: string,
  sku: string,
  change: Partial<OfferDraft> = {},
): OfferDraft => ({
  sellerId,
  cargoNo: '',
  specs: [],
  detail: detail(sku),
  prices: {
    agreementFen: 100_000n,
    marketFen: 120_000n,
    minimumMilli: 0n,
    taxRate: 13,
    untaxed: false,
    tiers: [],
    promotions: [],
  },
  poolIds: ['A0101'],
  published: true,
  names: [],
  platformGoodsId: '',
  platformSkuId: '',
  ...change,
});
