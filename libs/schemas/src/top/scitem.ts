import { err, ok } from '@astrolabe/kernel';
import type { Codec, Field, TypeOf } from '../wire/codec.ts';
import { joined, mapped, optional, record, required } from '../wire/codec.ts';
import { code, count, flag, id, renamed, text, topId } from '../wire/leaves.ts';
import { defineTopApi } from './api.ts';

/** As long as `outerId` of the inventory methods, which name the same goods. */
const CODE_CHARS_MAX = 50;
const NAME_CHARS_MAX = 200;
const PROPERTIES_CHARS_MAX = 1_000;
const REMARK_CHARS_MAX = 500;
const CODES_CHARS_MAX = 200;

/** A switch that TOP writes as 0 or 1. */
const zeroOrOne: Codec<boolean> = mapped(
  count(0),
  (value) => (value <= 1 ? ok(value === 1) : err('must be 0 or 1')),
  Number,
);

/** 0, goods by themselves. 1, goods that are put together of others, has no stock of its own here. */
const itemType: Codec<'SINGLE'> = mapped(
  count(0),
  (value) => (value === 0 ? ok('SINGLE' as const) : err('must be 0: no sets of goods')),
  () => 0,
);

/** What request and answer write alike: lengths in mm, weight in g, volume in cm³, price in fen. */
const alike = {
  itemName: required('item_name', text(NAME_CHARS_MAX)),
  outerCode: required('outer_code', code(CODE_CHARS_MAX)),
  properties: optional('properties', text(PROPERTIES_CHARS_MAX)),
  barCode: optional('bar_code', code(CODES_CHARS_MAX)),
  wmsCode: optional('wms_code', code(CODES_CHARS_MAX)),
  weight: optional('weight', count(0)),
  length: optional('length', count(0)),
  width: optional('width', count(0)),
  height: optional('height', count(0)),
  volume: optional('volume', count(0)),
  price: optional('price', count(0)),
  remark: optional('remark', text(REMARK_CHARS_MAX)),
  brandName: optional('brand_name', text(NAME_CHARS_MAX)),
  isAreaSale: optional('is_area_sale', zeroOrOne),
};

/** The same switches: numbers in the request, booleans in the answer. */
const switches = (as: Codec<boolean>) => ({
  isFriable: optional('is_friable', as),
  isDangerous: optional('is_dangerous', as),
  isCostly: optional('is_costly', as),
  isWarranty: optional('is_warranty', as),
});

const addRequest = record({
  ...alike,
  ...switches(zeroOrOne),
  itemType: optional('item_type', itemType),
  matterStatus: optional(
    'matter_status',
    renamed({ LIQUID: '0', POWDER: '1', SOLID: '2' } as const),
  ),
  brandId: optional('brand_id', id('number')),
  spuId: optional('spu_id', id('number')),
});

const addAnswer = record({
  scItem: required('sc_item', record({ itemId: topId('item_id'), ...alike, ...switches(flag()) })),
});

export type ScItemRequest = TypeOf<typeof addRequest>;

/** `taobao.scitem.add`: adds goods of the stock (后端货品; white paper 4.2). */
export const addScItem = defineTopApi('taobao.scitem.add', addRequest, addAnswer);

/** The goods by id, by the merchant's code, or by both. */
export type ScItemName = { readonly scItemId?: string; readonly outerCode?: string };

const scItemName: Field<ScItemName, false> = joined(
  {
    scItemId: optional('sc_item_id', id('number')),
    outerCode: optional('outer_code', code(CODE_CHARS_MAX)),
  },
  (name) =>
    name.scItemId === undefined && name.outerCode === undefined
      ? err('sc_item_id or outer_code is required')
      : ok<ScItemName>(name),
  (name) => name,
);

const mapRequest = record({
  itemId: required('item_id', id('number')),
  skuId: optional('sku_id', id('number')),
  scItem: scItemName,
  needCheck: optional('need_check', flag()),
});

const mapAnswer = record({ outerCode: optional('outer_code', code(CODE_CHARS_MAX)) });

/** `taobao.scitem.map.add`: makes an item of the shop a name of goods of the stock (white paper 4.2). */
export const mapScItem = defineTopApi('taobao.scitem.map.add', mapRequest, mapAnswer);
