import type { Clock, Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { itemWithSku, itemWithoutSku, keyText } from '../../domain/goods.ts';
import type { GoodsKey, GoodsRefusal } from '../../domain/goods.ts';
import { withFields } from '../../domain/offer/content.ts';
import type { Offer, OfferChange, OfferRefusal } from '../../domain/offer/offer.ts';
import type { GoodsDeps } from '../goods.ts';
import type { Outcome } from './import-further.ts';
import { foreseenGoods, foreseenOffers } from './foreseen.ts';
import { makePutOffer } from './put-offer.ts';
import type { OfferCommand } from './put-offer.ts';
import type { Offers } from './ports.ts';

export type ImportDeps = GoodsDeps & { readonly offers: Offers; readonly clock: Clock };

/** An offer of a file, and what of it the file says. */
export type ImportCommand = {
  readonly command: OfferCommand;
  readonly fields: ReadonlySet<string>;
};

export type Imported = {
  readonly outcome: Outcome;
  readonly offer: Offer;
};

/**
 * Begins with the rows of a file. Each is taken as the rows before it have left things: fields that the file does not have stay
 * as they are, and the same again changes nothing. A dry run does the same to what would be there, and changes nothing.
 */
export function makeImportOffers(deps: ImportDeps) {
  return (dryRun: boolean) => {
    const put = makePutOffer(dryRun ? foreseen(deps) : deps);
    return async (
      sellerId: string,
      { command, fields }: ImportCommand,
    ): Promise<Result<Imported, GoodsRefusal | OfferRefusal>> => {
      const changed = await put(sellerId, command, (current) =>
        current ? withFields(current, command.content, fields) : command.content,
      );
      return changed.ok ? ok(importedOf(changed.value)) : changed;
    };
  };
}

const foreseen = ({ book, offers, ...deps }: ImportDeps) => ({
  ...deps,
  book: foreseenGoods(book),
  offers: foreseenOffers(offers),
});

function importedOf({ offer, difference }: OfferChange): Imported {
  if (difference === null) return { outcome: 'UNCHANGED', offer };
  return { outcome: difference.isNew ? 'CREATED' : 'CHANGED', offer };
}

/** The names by which an offer's row may meet another row: its goods' names, and the items that SKUs of them are of. */
export const namesTouched = (sku: string, names: readonly (GoodsKey | null)[]): GoodsKey[] => [
  { kind: 'MALL_SKU', id: sku },
  { kind: 'OUTER', id: sku },
  ...names.filter((key) => key !== null),
];

/**
 * What each of some rows has to do with others, as texts: rows that share one come one after the other. Goods that are there
 * already join the rows that name them.
 */
export async function touchedBy(
  { book }: Pick<ImportDeps, 'book'>,
  sellerId: string,
  rows: readonly (readonly GoodsKey[])[],
): Promise<readonly (readonly string[])[]> {
  const owners = await book.idsByKeys(sellerId, rows.flat());
  return rows.map((keys) => [
    ...new Set(
      keys.flatMap((key) => {
        const owner = owners.get(keyText(key));
        const item = itemWithSku(key) ?? itemWithoutSku(key);
        return [
          keyText(key),
          ...(owner === undefined ? [] : [`goods ${owner}`]),
          ...(item === null ? [] : [`item ${item}`]),
        ];
      }),
    ),
  ]);
}
