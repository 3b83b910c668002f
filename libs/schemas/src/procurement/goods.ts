import type { Codec, TypeOf } from '../wire/codec.ts';
import { aliased, list, optional, record, required } from '../wire/codec.ts';
import { code, count, id, oneOf, renamed, text, yuan } from '../wire/leaves.ts';
import { procurementMethod } from './method.ts';
import { asText, detail, eitherName, numberedPercent, quantity, shown, truth } from './values.ts';

const CODE_MAX = 100;
const TITLE_MAX = 500;
const DETAIL_MAX = 100_000;
const PICTURES_MAX = 50;
const PROPERTIES_MAX = 200;
const SKUS_MAX = 500;
const RANGES_MAX = 50;
/** Two at most (catalogue A.3.16). */
const ATTRIBUTES_MAX = 2;

const pieces = asText(quantity());
const pictures = list('picture', text(1_000), { max: PICTURES_MAX });
const regions = list('area', text(CODE_MAX), { max: 1_000 });

const property = record({
  name: required('propertyName', text(CODE_MAX)),
  value: required('propertyValue', text(TITLE_MAX)),
});
const properties = optional(
  'extendInfoParams',
  list('property', property, { max: PROPERTIES_MAX }),
);

const attribute = record({
  name: required('skuName', text(CODE_MAX)),
  value: required('skuValue', text(CODE_MAX)),
});

const sku = record({
  outSkuId: required('outSkuId', code(CODE_MAX)),
  stockMilli: optional('saleAmount', pieces),
  price: required('salePrice', yuan()),
  attributes: optional('specAttributeList', list('attribute', attribute, { max: ATTRIBUTES_MAX })),
});
const skus: Codec<readonly TypeOf<typeof sku>[]> = list('sku', sku, { max: SKUS_MAX });

/** What create and modify have alike in `agreementParam`. */
const terms = {
  contractCode: optional('contractCode', code(CODE_MAX)),
  dueDays: optional('dueDays', count(0)),
  expiresAt: optional('expireDate', text(CODE_MAX)),
  invoice: optional('invoiceRequire', renamed({ SPECIAL: 'vat', COMMON: 'common', NONE: 'no' })),
  minimumMilli: optional('moq', pieces),
  payTypes: optional(
    'payTypeList',
    list(
      'payType',
      oneOf([
        'transbybank',
        'mybanketicket',
        'ptransbybank',
        'alipay',
        'companyalipay',
        'personalipay',
        'bankpay',
      ]),
      { max: 20 },
    ),
  ),
  priceBasis: optional('priceType', renamed({ TAXED: 'taxPrice', UNTAXED: 'noTaxPrice' })),
  quotedBy: optional('quoteType', renamed({ QUANTITY: 'quantity', SPEC: 'spec' })),
  stockMilli: optional('saleAmount', pieces),
  taxRate: optional('taxRate', numberedPercent()),
  tradeType: optional('tradeType', oneOf(['alipay', 'steppay', 'payperiod', 'other'])),
} as const;

const range = (price: 'price' | 'salePrice') =>
  list('range', record({ fromMilli: required('moq', pieces), price: required(price, yuan()) }), {
    max: RANGES_MAX,
  });

const goodsToMake = record({
  buyerLoginId: optional('buyerLoginId', code(CODE_MAX)),
  supplierLoginId: optional('supplierLoginId', code(CODE_MAX)),
  mainUserId: optional('mainUserId', id('number')),
  operatorName: optional('operatorName', text(CODE_MAX)),
  title: required('title', text(TITLE_MAX)),
  cargoNo: required('cargoNo', code(CODE_MAX)),
  brandName: optional('brandName', text(CODE_MAX)),
  brandModel: optional('brandModel', text(CODE_MAX)),
  firstCategory: optional('firstCategoryName', text(CODE_MAX)),
  secondCategory: optional('secondCategoryName', text(CODE_MAX)),
  thirdCategory: optional('thirdCategoryName', text(CODE_MAX)),
  materialCode: optional('productCode', code(CODE_MAX)),
  materialName: optional('productName', text(TITLE_MAX)),
  unit: optional('unit', text(CODE_MAX)),
  detail: optional('detail', text(DETAIL_MAX)),
  pictures: optional('mainPictures', pictures),
  publishes: optional('needPublish', truth()),
  properties,
  agreement: required(
    'agreementParam',
    record({
      ...terms,
      regions: optional('areaList', regions),
      ranges: optional('priceRangeList', range('price')),
      skus: optional('skuPriceParamList', skus),
    }),
  ),
});

export type GoodsToMake = TypeOf<typeof goodsToMake>;

/** API 16: puts goods into the mall. Answers their id there. */
export const createGoods = procurementMethod({
  api: 'com.alibaba.procurement.supplierCreateMallGoods',
  carrier: 'param',
  request: goodsToMake,
  answer: id('number'),
  hasEffect: () => true,
});

const base = record({
  title: optional('title', text(TITLE_MAX)),
  brandModel: optional('brandModel', text(CODE_MAX)),
  brandName: optional('brandName', text(CODE_MAX)),
  cargoNo: optional('cargoNo', code(CODE_MAX)),
  detail: optional('detail', text(DETAIL_MAX)),
  firstCategoryId: optional('firstCategoryId', id('number')),
  secondCategoryId: optional('secondCategoryId', id('number')),
  thirdCategoryId: optional('thirdCategoryId', id('number')),
  pictures: optional('mainPictures', pictures),
  materialCode: optional('productCode', code(CODE_MAX)),
  materialName: optional('productName', text(TITLE_MAX)),
  unit: optional('unit', text(CODE_MAX)),
});

const goodsToChange = record({
  mallGoodsId: required('mallGoodsId', id('number')),
  mainUserId: optional('mainUserId', id('number')),
  operatorName: optional('operatorName', text(CODE_MAX)),
  base: optional('baseInfoParam', base),
  properties,
  agreement: optional(
    'agreementParam',
    record({
      ...terms,
      regions: optional('areaNameList', regions),
      ranges: optional('priceRangeList', range('salePrice')),
      skus: optional('skuPriceList', skus),
    }),
  ),
});

export type GoodsToChange = TypeOf<typeof goodsToChange>;

/** API 17: changes goods; several fields are spelt otherwise than in API 16. The answer's `data` is a guess. */
export const modifyGoods = procurementMethod({
  api: 'com.alibaba.procurement.supplierModifyMallGoods',
  carrier: 'param',
  request: goodsToChange,
  answer: text(CODE_MAX),
});

/** API 18: takes goods off the shelf. True when the platform says that they are off it. */
export const unpublishGoods = procurementMethod({
  api: 'com.alibaba.procurement.supplierUnPublishGoods',
  carrier: 'param',
  request: record({
    mallGoodsId: required('goodsId', id('number')),
    mainUserId: optional('mainUserId', id('number')),
    operatorName: optional('operatorName', text(CODE_MAX)),
  }),
  answer: truth(),
  hasEffect: (isOff) => isOff,
});

const goods = record({
  mallGoodsId: eitherName('mallGoodsId', 'id', id('number')),
  status: optional(
    'goodsStatus',
    renamed({ OFF_SHELF: 'new', ON_SHELF: 'published', DELETED: 'deleted' }),
  ),
  title: aliased('title', ['subject'], text()),
  cargoNo: detail.key('cargoNo'),
  supplierName: shown('supplierName'),
});

export type MallGoods = TypeOf<typeof goods>;

/** API 20: goods as the mall shows them. Its fields are not public: those of message 19 are read. */
export const queryGoods = procurementMethod({
  api: 'alibaba.caigou.mall.getMallGoods',
  carrier: 'fields',
  request: record({ mallGoodsId: required('mallGoodsId', id('number')) }),
  answer: goods,
});
