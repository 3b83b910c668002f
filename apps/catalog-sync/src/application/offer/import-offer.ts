import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { keyText } from '../../domain/goods.ts';
import type { GoodsKey, GoodsRefusal } from '../../domain/goods.ts';
import { withFields } from '../../domain/offer/content.ts';
import type { OfferContent } from '../../domain/offer/content.ts';
import { putOffer } from '../../domain/offer/offer.ts';
import type { Offer, OfferChange, OfferRefusal } from '../../domain/offer/offer.ts';
import type { GoodsDeps } from '../goods.ts';
import type { Outcome } from './import-further.ts';
import { makePutOffer } from './put-offer.ts';
import type { OfferCommand } from './put-offer.ts';
import type { Offers } from './ports.ts';

export type ImportDeps = GoodsDeps & { readonly offers: Offers; readonly clock: Clock };

/** An offer of a file: what of it the file says, and whether it is only looked at. */
export type ImportCommand = {
  readonly command: OfferCommand;
  readonly fields: ReadonlySet<string>;
  readonly dryRun: boolean;
};

export type Imported = {
  readonly outcome: Outcome;
  readonly offer: Offer;
};

/**
 * Takes an offer from a file: fields that the file does not have stay as they are. The same again changes nothing. A dry
 * run says what would happen, and changes nothing.
 */
export const makeImportOffer = (deps: ImportDeps) => {
  const put = makePutOffer(deps);
  return async (
    sellerId: string,
    { command, fields, dryRun }: ImportCommand,
  ): Promise<Result<Imported, GoodsRefusal | OfferRefusal>> => {
    const contentOf = (current: Offer | null): OfferContent =>
      current ? withFields(current, command.content, fields) : command.content;
    const changed = dryRun
      ? await preview(deps, sellerId, command, contentOf)
      : await put(sellerId, command, contentOf);
    return changed.ok ? ok(importedOf(changed.value)) : changed;
  };
};

function importedOf({ offer, difference }: OfferChange): Imported {
  if (difference === null) return { outcome: 'UNCHANGED', offer };
  return { outcome: difference.isNew ? 'CREATED' : 'CHANGED', offer };
}

/** What putting the offer would come to now. Goods that nobody knows have no id yet. */
async function preview(
  { offers, book, clock }: ImportDeps,
  sellerId: string,
  { sku, platform }: OfferCommand,
  contentOf: (current: Offer | null) => OfferContent,
): Promise<Result<OfferChange, OfferRefusal>> {
  const own: GoodsKey = { kind: 'MALL_SKU', id: sku };
  const [current, known] = await Promise.all([
    offers.load(sellerId, sku),
    book.findByKeys(sellerId, [own, { kind: 'OUTER', id: sku }]),
  ]);
  const mine = known.find(({ keys }) => keys.some((key) => keyText(key) === keyText(own)));
  const goodsId = (mine ?? known[0])?.goodsId ?? '';
  const others = goodsId === '' ? [] : await offers.byGoods(sellerId, [goodsId]);
  if (others.some((other) => other.sku !== sku)) return err('GOODS_TAKEN');
  const command = { sellerId, goodsId, sku, platform, content: contentOf(current) };
  return putOffer(current, command, clock());
}
