import type { Accessory, Pool, Warranty } from '../../../application/offer/ports.ts';
import type { Promotion } from '../../../domain/offer/offer.ts';
import { code, codes, end, instant, oneOf, pieces, text, yuan } from './cells.ts';
import { columnsOf } from './heading.ts';
import type { Form } from './heading.ts';

/** What a file says of a row; what it does not say stays as it is. */
export type PromotionSaid = Partial<
  Omit<Promotion, 'kind' | 'startsAt' | 'endsAt'> & {
    readonly sku: string;
    readonly kind: Promotion['kind'] | null;
    readonly startsAt: Date | null;
    readonly endsAt: Date | null;
  }
>;
export type AccessorySaid = Partial<Omit<Accessory, 'sellerId'>>;
export type WarrantySaid = Partial<Omit<Warranty, 'sellerId'>>;
export type PoolSaid = Partial<Omit<Pool, 'sellerId'>>;

const PROMOTION_KINDS = new Map<string, Promotion['kind']>([
  ['团购', 'GROUP_BUY'],
  ['特惠', 'SPECIAL'],
  ['group_buy', 'GROUP_BUY'],
  ['special', 'SPECIAL'],
]);

const ACCESSORY_KINDS = new Map<string, boolean>([
  ['配件', false],
  ['服务', true],
  ['accessory', false],
  ['service', true],
]);

const promotion = columnsOf<PromotionSaid>();

/** 团购 and 特惠 of offers (document 004, interfaces 2.20.2 and 2.20.3). */
export const PROMOTION_FORM: Form<PromotionSaid> = {
  columns: [
    promotion('sku', code, ['sku', '商品编码', '商品编号', '商品SKU']),
    promotion('promotionId', code, ['promotionId', '活动编号', '团购ID', '特惠ID']),
    promotion('kind', oneOf<Promotion['kind'] | null>(null, PROMOTION_KINDS), [
      'kind',
      '活动类型',
      '类型',
    ]),
    promotion('priceFen', yuan, ['price', '活动价', '团购价格', '特惠价格']),
    promotion('quantityMilli', pieces, ['quantity', '团购数量']),
    promotion('appliedAt', instant, ['appliedAt', '申请日期', '团购申请日期']),
    promotion('startsAt', instant, ['startsAt', '开始时间']),
    promotion('endsAt', end, ['endsAt', '结束时间']),
  ],
  keys: ['sku', 'promotionId'],
  empty: {},
};

const accessory = columnsOf<AccessorySaid>();

/** Accessories and services with the SKUs that they go with (interfaces 2.17 and 2.20.1). */
export const ACCESSORY_FORM: Form<AccessorySaid> = {
  columns: [
    accessory('accessoryId', code, ['accessoryId', '配件编号']),
    accessory('name', text, ['name', '配件名称', '名称']),
    accessory('isService', oneOf<boolean>(false, ACCESSORY_KINDS), ['type', '配件或服务', '类型']),
    accessory('parameters', text, ['parameters', '参数']),
    accessory('priceFen', yuan, ['price', '单价']),
    accessory('skus', codes, ['skus', '商品编码', '适用商品']),
  ],
  keys: ['accessoryId'],
  empty: {},
};

const warranty = columnsOf<WarrantySaid>();

/** Extended warranties of goods and where they are sold (interface 2.19). */
export const WARRANTY_FORM: Form<WarrantySaid> = {
  columns: [
    warranty('warrantyId', code, ['warrantyId', '延保编号']),
    warranty('sku', code, ['sku', '商品编码', '商品编号', '商品SKU']),
    warranty('name', text, ['name', '服务名称', '名称']),
    warranty('content', text, ['content', '服务内容', '内容']),
    warranty('priceFen', yuan, ['price', '价格']),
    warranty('regionCodes', codes, ['regions', '地区编码', '地区']),
  ],
  keys: ['warrantyId'],
  empty: {},
};

const pool = columnsOf<PoolSaid>();

/** Pools and their names (interface 2.3). */
export const POOL_FORM: Form<PoolSaid> = {
  columns: [
    pool('poolId', code, ['poolId', '品目池编号', '商品池']),
    pool('name', text, ['name', '品目池名称', '名称']),
  ],
  keys: ['poolId'],
  empty: {},
};
