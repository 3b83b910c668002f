import {
  GOV_METHODS,
  encodeGovEntries,
  govAreaText,
  govStockRows,
} from '@astrolabe/schemas/govmall';
import type { AreaStock, makeQueryStock } from '../../application/query-stock.ts';
import { skusShown } from './goods-rows.ts';
import type { GoodsRowsDeps } from './goods-rows.ts';
import { govRowPrintedBy, orRefuse } from './row.ts';
import type { Row } from './row.ts';

export type StockRowDeps = GoodsRowsDeps & {
  readonly queryStock: ReturnType<typeof makeQueryStock>;
};

/** Goods that a mall is not shown have no stock for it, as unknown ones have none. */
function ofShown(stock: AreaStock['stock'], shown: readonly string[]): AreaStock['stock'] {
  if (shown.length === stock.length) return stock;
  const known = new Set(shown);
  return stock.map((row) => (known.has(row.sku) ? row : { ...row, quantity: 0n }));
}

/** 2.11: what may be sold at this moment. */
export const stockRow = ({ queryStock, ...deps }: StockRowDeps): Row =>
  govRowPrintedBy(
    GOV_METHODS.stock,
    async ({ skus, area }, caller) => {
      const asked = { sellerId: caller.sellerId, area, skus };
      const [found, shown] = await Promise.all([queryStock(asked), skusShown(deps, caller, skus)]);
      const { areaId, stock } = orRefuse(found);
      return { result: { areaId, area: govAreaText(area), stock: ofShown(stock, shown) } };
    },
    ({ areaId, area, stock }, telling) => {
      const print = govStockRows({ areaId, area }, telling);
      return encodeGovEntries(
        stock.map(({ sku, quantity }) => print(sku, quantity)),
        telling,
      );
    },
  );
