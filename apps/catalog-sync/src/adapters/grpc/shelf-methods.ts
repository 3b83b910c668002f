import type { CatalogServiceServer, PlatformShelf } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { standingOf, wordsOf } from '@astrolabe/outbound';
import type { Listings, PlatformShelves } from '../../application/listing/ports.ts';
import { shelfDivergence } from '../../domain/listing/listing.ts';
import type { Listing, ShelfSaid } from '../../domain/listing/listing.ts';
import { checkSeller, rowPage } from './offer-methods.ts';

export type ShelfMethodDeps = {
  readonly listings: Pick<Listings, 'list'>;
  readonly shelves: Pick<PlatformShelves, 'findAll'>;
};

/** The method of CatalogService about what stands at the procurement platform's mall. */
export const shelfMethods = (deps: ShelfMethodDeps): Pick<CatalogServiceServer, 'listShelves'> => ({
  listShelves: unary('CatalogService/ListShelves', async ({ sellerId, onlyDivergent, page }) => {
    checkSeller(sellerId);
    const { size, token } = rowPage(page);
    const { listings, next } = await deps.listings.list(sellerId, size, token);
    const ids = listings.map(({ platformGoodsId }) => platformGoodsId).filter((id) => id !== '');
    const said = await deps.shelves.findAll(sellerId, ids);
    const all = listings.map((one) => shelfTo(one, said.get(one.platformGoodsId) ?? null));
    return {
      shelves: all.filter(({ divergence }) => !onlyDivergent || divergence !== ''),
      nextToken: next,
    };
  }),
});

function shelfTo(listing: Listing, said: ShelfSaid | null): PlatformShelf {
  const { cargoNo, platformGoodsId, wanted, call } = listing;
  return {
    cargoNo,
    platformGoodsId,
    wanted,
    shelf: said?.shelf ?? '',
    saidAt: said && said.saidAt > 0 ? new Date(said.saidAt) : undefined,
    divergence: shelfDivergence(listing, said) ?? '',
    call: call?.kind ?? '',
    callState: call ? standingOf(call) : '',
    lastError: call ? wordsOf(call) : '',
  };
}
