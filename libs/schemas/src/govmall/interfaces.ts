import type { Shape } from '../wire/codec.ts';
import { govCities, govCounties, govProvinces } from './area.ts';
import {
  govAccessories,
  govAccessoryRelations,
  govDetail,
  govImages,
  govModifiedSkus,
  govNewSkus,
  govPools,
  govPoolSkus,
  govPrices,
  govRatings,
  govShelfStates,
} from './goods.ts';
import { govInvoices, govReconcile, govTransfer, govTransferResult } from './money.ts';
import { govCancel, govConfirm, govReturn, govSelect, govSubmit, govTrack } from './orders.ts';
import { govGroupBuys, govSpecials, govTiers, govWarranties } from './promotions.ts';
import { govStock } from './stock.ts';
import { GOV_TOKEN_PATH, govTokenShape } from './token.ts';

/** All but the token: 2.3 to 2.23, the eleven of "非必需" (not required) among them. */
export const GOV_METHODS = {
  pools: govPools,
  poolSkus: govPoolSkus,
  detail: govDetail,
  shelfStates: govShelfStates,
  images: govImages,
  ratings: govRatings,
  prices: govPrices,
  provinces: govProvinces,
  cities: govCities,
  counties: govCounties,
  stock: govStock,
  submit: govSubmit,
  confirm: govConfirm,
  cancel: govCancel,
  select: govSelect,
  return: govReturn,
  track: govTrack,
  reconcile: govReconcile,
  accessories: govAccessories,
  transfer: govTransfer,
  transferResult: govTransferResult,
  warranties: govWarranties,
  accessoryRelations: govAccessoryRelations,
  groupBuys: govGroupBuys,
  specials: govSpecials,
  tiers: govTiers,
  invoices: govInvoices,
  newSkus: govNewSkus,
  modifiedSkus: govModifiedSkus,
} as const;

/** The document's own list: what each interface is called, and whether it is 非必需 (not required, and to be built all the same). */
export const GOV_CATALOGUE: ReadonlyMap<
  string,
  { readonly title: string; readonly isOptional: boolean }
> = new Map(
  (
    [
      ['2.2', '授权获取 Access Token', false],
      ['2.3', '品目池', false],
      ['2.4', '商品编号 SKU', false],
      ['2.5', '商品详情', false],
      ['2.6', '上下架状态', false],
      ['2.7', '图片', false],
      ['2.8', '商品好评度', true],
      ['2.9', '价格', false],
      ['2.10', '地址', false],
      ['2.11', '库存', false],
      ['2.12.1', '预下订单', false],
      ['2.12.2', '确认订单', false],
      ['2.12.3', '取消订单', false],
      ['2.13', '查询订单', false],
      ['2.14', '退换货', true],
      ['2.15', '物流', false],
      ['2.16', '对账', true],
      ['2.17', '配件服务', true],
      ['2.18', '账期', true],
      ['2.19', '延保', true],
      ['2.20.1', '配件服务关联', true],
      ['2.20.2', '团购', true],
      ['2.20.3', '特惠', true],
      ['2.20.4', '阶梯优惠率', true],
      ['2.21', '电子发票', true],
      ['2.22', '新增 SKU', false],
      ['2.23', '修改 SKU', false],
    ] as const
  ).map(([number, title, isOptional]) => [number, { title, isOptional }]),
);

/** What is served under one path. */
export type GovInterface = {
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly requestShape: Shape;
};

/** Every path of the mall's; 2.10 has three and 2.18 two. */
export const GOV_INTERFACES: readonly GovInterface[] = [
  { number: '2.2', name: 'access-token', path: GOV_TOKEN_PATH, requestShape: govTokenShape },
  ...Object.values(GOV_METHODS),
];
