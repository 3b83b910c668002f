import type { Due, EventOrigin, Result } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import type { CallDone, Listing, ShelfSaid } from '../../domain/listing/listing.ts';
import type { Offer } from '../../domain/offer/offer.ts';

/** A listing by the seller and the article number. */
export type ListingName = Pick<Listing, 'sellerId' | 'cargoNo'>;

export type Listings = {
  load(name: ListingName): Promise<Listing | null>;
  /** Stores what `decide` makes of it; null leaves all as it is. An event that was applied before changes nothing. */
  change(
    name: ListingName,
    origin: EventOrigin | null,
    decide: (current: Listing | null) => Listing | null,
  ): Promise<void>;
  due(now: Date, limit: number): Promise<Due<ListingName>>;
  /** A seller's listings by their article numbers, those behind `after`; `next` is empty on the last page. */
  list(
    sellerId: string,
    limit: number,
    after: string,
  ): Promise<{ readonly listings: readonly Listing[]; readonly next: string }>;
};

/** What the platform said of goods, also of such as nobody here knows yet. */
export type PlatformShelves = {
  find(sellerId: string, goodsId: string): Promise<ShelfSaid | null>;
  /** What was said of each, in one read; nothing of those that nothing was said of. */
  findAll(sellerId: string, goodsIds: readonly string[]): Promise<ReadonlyMap<string, ShelfSaid>>;
  put(sellerId: string, goodsId: string, said: ShelfSaid): Promise<void>;
};

/** The mall of the procurement platform (document 000, interfaces 16, 17, 18 and 20). */
export type GoodsPlatform = {
  create(listing: Listing, offers: readonly Offer[]): Promise<CallDone | Failed>;
  modify(listing: Listing, offers: readonly Offer[]): Promise<CallDone | Failed>;
  unpublish(listing: Listing): Promise<CallDone | Failed>;
  /** Where the goods are now. */
  shelf(listing: Listing): Promise<Result<ShelfSaid['shelf'] | null, Failed>>;
};
