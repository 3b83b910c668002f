import { GOV_METHODS, govAreaText } from '@astrolabe/schemas/govmall';
import type { makeQueryStock } from '../../application/query-stock.ts';
import { checkCount } from './goods-rows.ts';
import { govRow, orRefuse } from './row.ts';
import type { Row } from './row.ts';

export type StockRowDeps = {
  readonly queryStock: ReturnType<typeof makeQueryStock>;
  readonly skusMax: number;
};

/** 2.11: what may be sold at this moment. */
export const stockRow = ({ queryStock, skusMax }: StockRowDeps): Row =>
  govRow(GOV_METHODS.stock, async ({ skus, area }, { sellerId }) => {
    checkCount(skus, skusMax);
    const { areaId, stock } = orRefuse(await queryStock({ sellerId, area, skus }));
    const asked = govAreaText(area);
    return { result: stock.map((one) => ({ ...one, areaId, area: asked })) };
  });
