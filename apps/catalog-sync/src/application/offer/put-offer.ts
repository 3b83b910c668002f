import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { GoodsKey, GoodsRefusal } from '../../domain/goods.ts';
import type { OfferContent } from '../../domain/offer/content.ts';
import type { Offer, OfferChange, OfferRefusal } from '../../domain/offer/offer.ts';
import { putOffer } from '../../domain/offer/offer.ts';
import { makeMapGoods, makeResolveGoods } from '../goods.ts';
import type { NamingDeps } from '../goods.ts';
import type { Offers } from './ports.ts';

export type OfferCommand = {
  readonly sku: string;
  readonly content: OfferContent;
  /** Further names of the goods, under which their stock is told. */
  readonly names: readonly GoodsKey[];
  readonly platform: { readonly goodsId: string; readonly skuId: string };
};

/** What putting an offer needs of the offers that there are. */
export type OfferShelf = Pick<Offers, 'change' | 'load'> & {
  readonly byGoods: (
    sellerId: string,
    goodsIds: readonly string[],
  ) => Promise<readonly Pick<Offer, 'goodsId' | 'sku'>[]>;
};

/** What of the content is put, by what there is already. */
type ContentOf = (current: Offer | null) => OfferContent;

/**
 * Makes or replaces an offer. Its SKU is a name of its goods, as the further names are; without any, goods that are
 * known under the merchant's own code are these, since the SKU is that code.
 */
export const makePutOffer =
  ({
    offers,
    clock,
    ...goods
  }: NamingDeps & {
    readonly offers: Pick<OfferShelf, 'byGoods' | 'change'>;
    readonly clock: Clock;
  }) =>
  async (
    sellerId: string,
    command: OfferCommand,
    contentOf: ContentOf = () => command.content,
  ): Promise<Result<OfferChange, OfferRefusal | GoodsRefusal>> => {
    const goodsId = await goodsIdOf(goods, sellerId, command);
    if (!goodsId.ok) return goodsId;
    const others = await offers.byGoods(sellerId, [goodsId.value]);
    if (others.some(({ sku }) => sku !== command.sku)) return err('GOODS_TAKEN');
    const { sku, platform } = command;
    const name = { sellerId, goodsId: goodsId.value, sku, platform };
    return await offers.change(sellerId, sku, (current) =>
      putOffer(current, { ...name, content: contentOf(current) }, clock()),
    );
  };

async function goodsIdOf(
  goods: NamingDeps,
  sellerId: string,
  { sku, names }: OfferCommand,
): Promise<Result<string, GoodsRefusal>> {
  const map = makeMapGoods(goods);
  const own: GoodsKey = { kind: 'MALL_SKU', id: sku };
  const code: GoodsKey = { kind: 'OUTER', id: sku };
  // Before any name is given: an offer that is refused leaves none behind.
  const owners = await goods.book.findByKeys(sellerId, [own, ...names]);
  if (owners.length > 1) return err('GOODS_DIFFER');
  for (const name of names) {
    const mapped = await map(sellerId, name, own);
    if (!mapped.ok) return mapped;
  }
  const known = await goods.book.findByKeys(sellerId, [own, code]);
  const mine = known.find(({ keys }) =>
    keys.some((key) => key.kind === 'MALL_SKU' && key.id === sku),
  );
  if (mine) return ok(mine.goodsId);
  if (known.length > 0) return await map(sellerId, code, own);
  const [made] = await makeResolveGoods(goods)(sellerId, [{ key: own, outerId: sku }], true);
  return made ?? err('UNKNOWN_GOODS');
}
