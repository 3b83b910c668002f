import type { Clock, EventOrigin } from '@astrolabe/kernel';
import { newerShelf, toTell } from '../../domain/listing/listing.ts';
import type { Listing, ShelfSaid } from '../../domain/listing/listing.ts';
import { editOffer } from '../../domain/offer/offer.ts';
import type { Offers } from '../offer/ports.ts';
import type { ListingName, Listings, PlatformShelves } from './ports.ts';

export type HearDeps = {
  readonly listings: Listings;
  readonly shelves: PlatformShelves;
  readonly offers: Pick<Offers, 'change' | 'byPlatform' | 'byCargo'>;
  readonly clock: Clock;
};

/** An offer was changed: the platform is to know, where it shows the listing. */
export const makeHearOffer =
  ({ listings, clock }: HearDeps) =>
  async (name: ListingName, origin: EventOrigin): Promise<void> => {
    await listings.change(name, origin, (current) => current && toTell(current, clock()));
  };

/**
 * The platform said where goods are (document 000, message 19). It may say so before we know whose goods they are, so its
 * word is kept; an older word than the one that is known changes nothing.
 */
export const makeHearShelf =
  (deps: HearDeps) =>
  async (sellerId: string, goodsId: string, said: ShelfSaid): Promise<void> => {
    const { shelves, offers } = deps;
    const newer = newerShelf(await shelves.find(sellerId, goodsId), said);
    if (!newer) return;
    await shelves.put(sellerId, goodsId, newer);
    for (const { sku } of await offers.byPlatform(sellerId, [goodsId])) {
      await applyShelf(deps, sellerId, sku, goodsId, newer);
    }
  };

const applyShelf = async (
  { offers, clock }: HearDeps,
  sellerId: string,
  sku: string,
  goodsId: string,
  said: ShelfSaid | null,
): Promise<void> => {
  const now = clock();
  await offers.change(sellerId, sku, (current) =>
    editOffer(
      current,
      ({ platform }) => ({
        platform: { ...platform, goodsId, shelf: said?.shelf ?? platform.shelf },
      }),
      now,
    ),
  );
};

/** The offers of a listing are goods of the platform under this id, on the shelf that it has said. */
export const makeJoinOffers =
  (deps: HearDeps) =>
  async ({ sellerId, cargoNo }: Listing, goodsId: string): Promise<void> => {
    const rows = await deps.offers.byCargo(sellerId, [cargoNo]);
    for (const { sku } of rows) await applyShelf(deps, sellerId, sku, goodsId, null);
    const said = await deps.shelves.find(sellerId, goodsId);
    if (!said) return;
    for (const { sku } of rows) await applyShelf(deps, sellerId, sku, goodsId, said);
  };
