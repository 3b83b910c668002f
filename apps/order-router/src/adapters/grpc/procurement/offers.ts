import type { OfferServiceClient } from '@astrolabe/contracts/catalog';
import type {
  CatalogServiceClient,
  Offer,
  OfferName,
  OfferPrices,
} from '@astrolabe/contracts/catalog';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { Milli, OfferPrices as Prices } from '@astrolabe/kernel';
import { askTogether, createSharedReads } from '@astrolabe/service';
import type { PrecheckDeps } from '../../../application/procurement/precheck.ts';
import type { PrecheckLine, PrecheckOffer } from '../../../domain/procurement/precheck.ts';

/** A pre-check is answered within 800 ms in all: offers and regions, then the stock (P-G2, catalogue E.7). */
const DEADLINE_MS = 300;
/** Names of one question, as many as the catalogue takes. */
const NAMES_MAX = 500;

type Asked<T> = { readonly sellerId: string; readonly of: T };

/** What the catalogue knows of a pre-check's goods and region; pre-checks of one turn share their questions. */
export function createPrecheckOffers(
  offers: GrpcClient<OfferServiceClient>,
  catalog: GrpcClient<CatalogServiceClient>,
): PrecheckDeps['offers'] {
  const named = askTogether<PrecheckOffer | null>(async (sellerId, names) => {
    const found = new Map<string, PrecheckOffer | null>();
    for (let at = 0; at < names.length; at += NAMES_MAX) {
      const some = names.slice(at, at + NAMES_MAX);
      const request = { sellerId, names: some.map((name) => JSON.parse(name) as OfferName) };
      const answer = await offers.call('getOffers', request, { deadlineMs: DEADLINE_MS });
      for (const [index, name] of some.entries()) {
        const offer = answer.offers[index]?.offer;
        found.set(name, offer ? offerFrom(offer) : null);
      }
    }
    return found;
  });
  const isServed = createSharedReads<Asked<string>, boolean>(
    ({ sellerId, of }) => `${sellerId}/${of}`,
    async ({ sellerId, of: areaId }) => {
      const asked = { sellerId, areaId, anywhereAbove: true };
      return (await catalog.call('getArea', asked, { deadlineMs: DEADLINE_MS })).served;
    },
  );
  return {
    find: async (sellerId, lines) => {
      const names = lines.map(nameOf);
      const found = await named(sellerId, names);
      return names.map((name) => found.get(name) ?? null);
    },
    serves: (sellerId, regionCode) => isServed({ sellerId, of: regionCode }),
  };
}

/** An offer as a line names it, as the text by which equal ones are asked for once. */
const nameOf = ({ mallGoodsId, skuId, cargoNo, outSkuId }: PrecheckLine): string =>
  JSON.stringify({
    goodsId: '',
    sku: outSkuId,
    platformGoodsId: mallGoodsId,
    platformSkuId: skuId,
    cargoNo,
  } satisfies OfferName);

/** What the platform has taken off its shelf is off ours (message 19); what a mall demands beside does not count. */
const offerFrom = ({ goodsId, onPlatformShelf, prices }: Offer): PrecheckOffer => ({
  goodsId,
  isOnShelf: onPlatformShelf,
  prices: pricesFrom(prices),
});

/** The price of document 000 is made of agreement and tiers; promotions are the mall's. */
const pricesFrom = (prices: OfferPrices | undefined): Prices => ({
  agreementFen: prices?.agreementFen ?? 0n,
  minimumMilli: prices?.minimumMilli ?? 0n,
  tiers: (prices?.tiers ?? []).map(({ fromMilli, rateBp }) => ({ fromMilli, rateBp })),
  promotions: [],
});

/** What the seller's rules let this channel promise. */
export function createSellable(
  inventory: GrpcClient<InventoryServiceClient>,
): PrecheckDeps['stock']['sellable'] {
  const read = createSharedReads<Asked<readonly string[]>, ReadonlyMap<string, Milli>>(
    ({ sellerId, of }) => JSON.stringify([sellerId, of]),
    async ({ sellerId, of }) => {
      const asked = { sellerId, goodsIds: [...of], places: [], channel: PROCUREMENT };
      const { sellable } = await inventory.call('getSellable', asked, { deadlineMs: DEADLINE_MS });
      return new Map(sellable.map(({ goodsId, sellableMilli }) => [goodsId, sellableMilli]));
    },
  );
  return (sellerId, goodsIds) => read({ sellerId, of: goodsIds });
}
