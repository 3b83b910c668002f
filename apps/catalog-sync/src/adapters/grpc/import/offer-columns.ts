import type { OfferDetail, OfferDraft, OfferPrices } from '@astrolabe/contracts/catalog';
import type { OfferField } from '../../../domain/offer/content.ts';
import {
  attributes,
  code,
  codes,
  goodsNames,
  grams,
  images,
  percent,
  pieces,
  text,
  tiers,
  truth,
  yuan,
} from './cells.ts';
import type { Read } from './cells.ts';
import { columnsOf, put } from './heading.ts';
import type { Column, Form } from './heading.ts';

type DraftPrices = NonNullable<OfferDraft['prices']>;

const detail = <F extends keyof Omit<OfferDetail, 'sku'>>(
  field: F,
  read: Read<OfferDetail[F]>,
  words: readonly string[],
): Column<OfferDraft, F> => ({
  field,
  words,
  read: put<OfferDraft, OfferDetail[F]>(read, (draft, value) => ({
    ...draft,
    detail: draft.detail && { ...draft.detail, [field]: value },
  })),
});

const price = <F extends keyof Omit<OfferPrices, 'promotions'>>(
  field: F,
  read: Read<DraftPrices[F]>,
  words: readonly string[],
): Column<OfferDraft, F> => ({
  field,
  words,
  read: put<OfferDraft, DraftPrices[F]>(read, (draft, value) => ({
    ...draft,
    prices: draft.prices && { ...draft.prices, [field]: value },
  })),
});

const own = columnsOf<OfferDraft>();

type Field = OfferField | 'names' | 'platformGoodsId' | 'platformSkuId' | 'sku';

const COLUMNS: readonly Column<OfferDraft, Field>[] = [
  {
    field: 'sku',
    words: ['sku', '商品编码', '商品编号'],
    read: put<OfferDraft, string>(code, (draft, sku) => ({
      ...draft,
      detail: draft.detail && { ...draft.detail, sku },
    })),
  },
  own('cargoNo', code, ['cargoNo', '货号']),
  own('specs', attributes, ['specs', '规格']),
  own('poolIds', codes, ['pools', '商品池']),
  own('published', truth, ['published', '上架']),
  own('names', goodsNames, ['names', '其他编码']),
  own('platformGoodsId', code, ['platformGoodsId', '平台商品编号']),
  own('platformSkuId', code, ['platformSkuId', '平台规格编号']),
  detail('name', text, ['name', '商品名称', '名称']),
  detail('url', text, ['url', '商品链接', '链接']),
  detail('brand', text, ['brand', '品牌']),
  detail('model', text, ['model', '型号']),
  detail('unit', text, ['unit', '单位']),
  detail('categoryId', code, ['category', '分类编码', '品目编码']),
  detail('mainImage', text, ['mainImage', '主图']),
  detail('images', images, ['images', '图片']),
  detail('service', text, ['service', '售后服务']),
  detail('introduction', text, ['introduction', '商品介绍', '介绍']),
  detail('summary', text, ['summary', '商品参数', '参数']),
  detail('energySaving', truth, ['energySaving', '节能']),
  detail('environmental', truth, ['environmental', '环保']),
  detail('imported', truth, ['imported', '进口']),
  detail('weightGrams', grams, ['weight', '重量(克)', '重量']),
  detail('origin', text, ['origin', '产地']),
  detail('barcode', code, ['barcode', '条码', '条形码']),
  detail('packingList', text, ['packingList', '包装清单']),
  detail('attributes', attributes, ['attributes', '属性']),
  price('agreementFen', yuan, ['agreementPrice', '协议价']),
  price('marketFen', yuan, ['marketPrice', '市场价']),
  price('minimumMilli', pieces, ['minimum', '起订量']),
  price('taxRate', percent, ['taxRate', '税率']),
  price('untaxed', truth, ['untaxed', '不含税']),
  price('tiers', tiers, ['tiers', '阶梯价']),
];

const EMPTY: OfferDraft = {
  sellerId: '',
  cargoNo: '',
  specs: [],
  poolIds: [],
  published: false,
  names: [],
  platformGoodsId: '',
  platformSkuId: '',
  detail: {
    sku: '',
    name: '',
    url: '',
    brand: '',
    model: '',
    unit: '',
    categoryId: '',
    mainImage: '',
    images: [],
    service: '',
    introduction: '',
    summary: '',
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
    agreementFen: 0n,
    marketFen: 0n,
    minimumMilli: 0n,
    taxRate: 0,
    untaxed: false,
    tiers: [],
    promotions: [],
  },
};

/** A file of offers: all that a seller maintains of them, or a part. */
export const OFFER_FORM: Form<OfferDraft> = { columns: COLUMNS, keys: ['sku'], empty: EMPTY };
