import type { Goods } from '../domain/goods.ts';
import { searchWords } from '../domain/offer/terms.ts';
import type { OfferRow, Offers } from './offer/ports.ts';
import type { GoodsBook } from './ports.ts';

/** Goods with what their offer calls them; both texts are empty where they have none. */
export type FoundGoods = Goods & { readonly name: string; readonly sku: string };

export const FOUND_MAX = 50;
/** Ids and codes are shorter than this, and so is what people type. */
export const TEXT_CHARS_MAX = 200;

/**
 * The goods that a text is a name of, those with the text as an id or a code first, then those whose offer has words
 * that begin as the text's do. At most 50; `isMore` when there are others.
 */
export const makeFindGoods =
  (deps: {
    readonly book: Pick<GoodsBook, 'findNamed' | 'findByIds'>;
    readonly offers: Pick<Offers, 'byGoods' | 'byPlatform' | 'bySkus' | 'search'>;
  }) =>
  async (
    sellerId: string,
    text: string,
  ): Promise<{ readonly goods: readonly FoundGoods[]; readonly isMore: boolean }> => {
    const { book, offers } = deps;
    const words = searchWords(text);
    const size = FOUND_MAX + 1;
    const [named, bySku, byPlatform, byWords] = await Promise.all([
      book.findNamed(sellerId, text, size),
      offers.bySkus(sellerId, [text]),
      offers.byPlatform(sellerId, [text]),
      words.length === 0
        ? []
        : offers
            .search(sellerId, { words, poolId: '', withFaults: false }, { size, token: '' })
            .then(({ rows }) => rows),
    ]);
    const offered = [...bySku, ...byPlatform, ...byWords];
    const ids = [...new Set([...named, ...offered].map(({ goodsId }) => goodsId))];
    const shown = ids.slice(0, FOUND_MAX);
    const known = new Set(named.map(({ goodsId }) => goodsId));
    const [others, rows] = await Promise.all([
      book.findByIds(
        sellerId,
        shown.filter((id) => !known.has(id)),
      ),
      offers.byGoods(sellerId, shown),
    ]);
    const goods = new Map([...named, ...others].map((one) => [one.goodsId, one]));
    const offerOf = new Map(rows.map((row): [string, OfferRow] => [row.goodsId, row]));
    return {
      goods: shown.flatMap((id) => {
        const one = goods.get(id);
        const offer = offerOf.get(id);
        return one ? [{ ...one, name: offer?.detail.name ?? '', sku: offer?.sku ?? '' }] : [];
      }),
      isMore: ids.length > FOUND_MAX,
    };
  };
