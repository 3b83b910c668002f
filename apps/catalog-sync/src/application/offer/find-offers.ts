import type { Result } from '@astrolabe/kernel';
import type { NameRefusal, OfferName } from '../../domain/offer/names.ts';
import { offerOf } from '../../domain/offer/names.ts';
import type { OfferRow, Offers } from './ports.ts';

/** The offers that names are of, in the order of the names. */
export const makeFindOffers =
  (offers: Pick<Offers, 'bySkus' | 'byGoods' | 'byPlatform' | 'byCargo'>) =>
  async (
    sellerId: string,
    names: readonly OfferName[],
  ): Promise<Result<OfferRow, NameRefusal>[]> => {
    const given = (field: keyof OfferName): string[] => [
      ...new Set(names.map((name) => name[field]).filter((value) => value !== '')),
    ];
    const ask = async (
      values: readonly string[],
      by: (sellerId: string, values: readonly string[]) => Promise<OfferRow[]>,
    ): Promise<OfferRow[]> => (values.length === 0 ? [] : await by(sellerId, values));
    const found = await Promise.all([
      ask(given('sku'), offers.bySkus),
      ask(given('goodsId'), offers.byGoods),
      ask(given('platformGoodsId'), offers.byPlatform),
      ask(given('cargoNo'), offers.byCargo),
    ]);
    const bySku = new Map(found.flat().map((row) => [row.sku, row]));
    const index = indexed([...bySku.values()]);
    return names.map((name) => offerOf(name, index(name)));
  };

/** The offers of which at least one name is given, found without a look at the others. */
function indexed(rows: readonly OfferRow[]): (name: OfferName) => OfferRow[] {
  const byName = new Map<string, OfferRow[]>();
  const add = (key: string, row: OfferRow): void => {
    const known = byName.get(key);
    if (known) known.push(row);
    else byName.set(key, [row]);
  };
  for (const row of rows) {
    add(`sku:${row.sku}`, row);
    add(`goods:${row.goodsId}`, row);
    add(`cargo:${row.cargoNo}`, row);
    add(`platform:${row.platform.goodsId}`, row);
  }
  return ({ sku, goodsId, cargoNo, platformGoodsId }) => [
    ...new Set(
      [`sku:${sku}`, `goods:${goodsId}`, `cargo:${cargoNo}`, `platform:${platformGoodsId}`]
        .filter((key) => !key.endsWith(':'))
        .flatMap((key) => byName.get(key) ?? []),
    ),
  ];
}
