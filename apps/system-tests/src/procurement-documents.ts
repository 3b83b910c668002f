import type { OfferDetail } from '@astrolabe/contracts/catalog';

/** The goods of the fixture (catalogue A.6), at 10.00 yuan. */
export const GOODS = {
  mallGoodsId: 5_645_673,
  skuId: 76_354_678,
  cargoNo: 'cargo123',
  outSkuId: '6578902',
} as const;

type Json = Readonly<Record<string, unknown>>;

/** A requisition of so many pieces, as the platform has it: a line of ours, and one of another supplier. */
export const requisitionOf = (
  sellerId: string,
  id: string,
  pieces: number,
  status: string,
): Json => ({
  requisitionNo: `PR-${id}`,
  title: '办公用品',
  status,
  companyCode: 'C1',
  itemModelList: [
    {
      id: 31,
      mallGoodsId: GOODS.mallGoodsId,
      skuId: GOODS.skuId,
      cargoNo: GOODS.cargoNo,
      price: 10.0,
      reqAmount: Math.floor(pieces),
      reqItemAmount: pieces,
      supplierMemberId: `b2b-${sellerId}`,
    },
    {
      id: 32,
      mallGoodsId: 1,
      skuId: 2,
      cargoNo: 'of another supplier',
      reqItemAmount: 99,
      supplierMemberId: 'b2b-other',
    },
  ],
});

/** An order of so many pieces, as the platform has it. */
export const orderOf = (id: string, pieces: number, status: string, entry: Json): Json => ({
  orderCode: `PO-${id}`,
  status,
  buyerName: '某某集团',
  companyCode: 'C1',
  receiverName: '张三',
  mobilePhone: '13800000000',
  addressCodeText: '北京市 西城区',
  address: '金融街1号',
  procurementOrderEntries: [
    {
      id: 41,
      cargoNo: GOODS.cargoNo,
      amount: pieces,
      precisionPia: 10.0,
      sentQuantity: 0,
      ...entry,
    },
  ],
});

/** What describes the fixture's goods. */
export const detailOf = (sku: string): OfferDetail => ({
  sku,
  name: '办公椅',
  url: `https://shop.example.com/${sku}.html`,
  brand: '星图',
  model: 'XT-100',
  unit: '把',
  categoryId: 'A02010601',
  mainImage: 'https://img.example.com/1/main.jpg',
  images: ['https://img.example.com/1/1.jpg'],
  service: '三年质保',
  introduction: '<p>椅</p>',
  summary: '办公椅',
  energySaving: false,
  environmental: false,
  imported: false,
  weightGrams: 8_500n,
  origin: '天津',
  barcode: '6901234567892',
  packingList: '椅 1 把',
  attributes: [],
});
