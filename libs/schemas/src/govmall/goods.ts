import type { Codec } from '../wire/codec.ts';
import { list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, flag, renamed, text } from '../wire/leaves.ts';
import { leaf } from '../wire/tree.ts';
import { err, ok } from '@astrolabe/kernel';
import { govListMethod, govMethod } from './method.ts';
import {
  GOV_CODE_MAX,
  govCode,
  govCodes,
  govDecimal,
  govMoment,
  govYuan,
  underAnyName,
} from './values.ts';

const NOTHING = record({});
const NAME_MAX = 500;
const URL_MAX = 2_000;
/** Pages of goods are long. */
const HTML_MAX = 1_000_000;

/** Most goods that one answer may hold: all of a pool come at once. */
const POOL_MAX = 200_000;

const sku = () => required('sku', govCode());
/** 2.6 to 2.9: the goods asked for, by commas or as JSON. */
const skusAsked = record({ skus: underAnyName(['sku', 'skus'], govCodes('sku')) });

/** 0 or 1 as a number; `true` and `false` are read too. */
export const zeroOrOne = (): Codec<boolean> => ({
  ...mapped(
    text(10),
    (value) => {
      const word = value.trim().toLowerCase();
      if (word === '1' || word === 'true') return ok(true);
      return word === '0' || word === 'false' ? ok(false) : err('应为 0 或 1');
    },
    (value) => (value ? '1' : '0'),
  ),
  shape: { kind: 'leaf', example: '1', writtenAs: 'number' },
  encode: (name, value) => leaf(name, value ? '1' : '0', 'number'),
});

/** 2.3: the pools (品目池) that hold goods for this mall. */
export const govPools = govMethod({
  number: '2.3',
  name: 'pools',
  path: '/api/product/get_pools',
  request: NOTHING,
  answer: list(
    'pool',
    record({ id: required('id', code(GOV_CODE_MAX)), name: required('name', text(NAME_MAX)) }),
  ),
});

/** 2.4: all goods of a pool in one answer; there are no pages. */
export const govPoolSkus = govMethod({
  number: '2.4',
  name: 'pool-skus',
  path: '/api/product/skus',
  request: record({ poolId: underAnyName(['catalog_id', 'pool_id', 'id'], govCode()) }),
  answer: list('sku', govCode(), { max: POOL_MAX }),
});

const attribute = record({
  attributeId: required('attributeID', text(100)),
  attributeName: required('attributeName', text(200)),
  valueId: required('valueID', text(100)),
  value: required('value', text(1_000)),
});

/** 2.5: everything that the document lists, and what the family has beside it. */
export const govDetail = govMethod({
  number: '2.5',
  name: 'detail',
  path: '/api/product/detail',
  request: record({ sku: sku() }),
  answer: record({
    sku: sku(),
    url: required('url', text(URL_MAX)),
    model: required('model', text(NAME_MAX)),
    mainImage: required('image_path', text(URL_MAX)),
    brand: required('brand_name', text(NAME_MAX)),
    name: required('name', text(NAME_MAX)),
    unit: required('unit', text(50)),
    category: required('category', text(100)),
    service: required('service', text(HTML_MAX)),
    description: required('introduction', text(HTML_MAX)),
    parameters: required('param', text(HTML_MAX)),
    energySaving: required('energy_saving', flag()),
    environmental: required('environmental', flag()),
    imported: required('imported', flag()),
    onShelf: required('state', zeroOrOne()),
    weight: optional('weight', text(50)),
    origin: optional('product_area', text(200)),
    upc: optional('upc', text(100)),
    packing: optional('ware', text(HTML_MAX)),
    attributes: optional('attributes', list('attribute', attribute, { max: 500 })),
  }),
});

/** 2.6: what is unknown is off the shelf. */
export const govShelfStates = govListMethod({
  number: '2.6',
  name: 'shelf-states',
  path: '/api/product/shelf_states',
  request: skusAsked,
  entryName: 'state',
  entry: record({ sku: sku(), onShelf: required('state', zeroOrOne()) }),
});

const image = record({
  url: required('path', text(URL_MAX)),
  order: required('order', govDecimal(/^\d{1,6}$/, '1')),
});

/** 2.7: pictures of the gallery; the main one is in 2.5. */
export const govImages = govMethod({
  number: '2.7',
  name: 'images',
  path: '/api/product/images',
  request: skusAsked,
  answer: list('image', record({ sku: sku(), images: required('images', list('image', image)) })),
});

const SCORE = /^[0-5]\.\d$/;
const PERCENT = /^(?:\d|[1-9]\d|100)$/;

/** 2.8: a score of 0.0 to 5.0 and three rates that are 100 together. */
export const govRatings = govMethod({
  number: '2.8',
  name: 'ratings',
  path: '/api/product/ratings',
  request: skusAsked,
  answer: list(
    'rating',
    record({
      sku: sku(),
      average: required('average', govDecimal(SCORE, '4.5')),
      good: required('good', govDecimal(PERCENT, '90')),
      medium: required('medium', govDecimal(PERCENT, '8')),
      bad: required('bad', govDecimal(PERCENT, '2')),
    }),
  ),
});

/** 2.9: what this mall pays, and what the market does. */
export const govPrices = govListMethod({
  number: '2.9',
  name: 'prices',
  path: '/api/product/prices',
  request: skusAsked,
  entryName: 'price',
  entry: record({
    sku: sku(),
    agreementFen: required('price', govYuan()),
    marketFen: required('mall_price', govYuan()),
  }),
});

/** Without bounds: the last 24 hours. */
const span = record({
  begin: optional('begin', govMoment('begin')),
  end: optional('end', govMoment('end')),
});

/** 2.22: goods that are new; a read, which takes nothing out of a queue. */
export const govNewSkus = govMethod({
  number: '2.22',
  name: 'new-skus',
  path: '/api/product/new_skus',
  request: span,
  answer: list('sku', govCode(), { max: POOL_MAX }),
});

/** 2.23: goods whose details, price or shelf state changed, and that are not new. */
export const govModifiedSkus = govMethod({
  number: '2.23',
  name: 'modified-skus',
  path: '/api/product/modified_skus',
  request: span,
  answer: list('sku', govCode(), { max: POOL_MAX }),
});

const extraKind = renamed({ ACCESSORY: 'accessory', SERVICE: 'service' });

/** 2.17: accessories and services (配件or服务) of the goods asked for. */
export const govAccessories = govMethod({
  number: '2.17',
  name: 'accessories',
  path: '/api/product/accessories',
  request: skusAsked,
  answer: list(
    'accessory',
    record({
      sku: sku(),
      id: required('id', text(100)),
      kind: required('type', extraKind),
      name: required('name', text(NAME_MAX)),
      parameters: required('param', text(HTML_MAX)),
      priceFen: required('price', govYuan()),
    }),
  ),
});

/** 2.20.1: which accessories belong to which goods. An empty SKU asks for all, here and nowhere else. */
export const govAccessoryRelations = govMethod({
  number: '2.20.1',
  name: 'accessory-relations',
  path: '/api/product/accessory_relations',
  request: record({ skus: optional('sku', govCodes('sku')) }),
  answer: list(
    'relation',
    record({
      sku: sku(),
      accessories: required(
        'accessories',
        list(
          'accessory',
          record({
            id: required('id', text(100)),
            name: required('name', text(NAME_MAX)),
            kind: required('type', extraKind),
          }),
        ),
      ),
    }),
    { max: POOL_MAX },
  ),
});
