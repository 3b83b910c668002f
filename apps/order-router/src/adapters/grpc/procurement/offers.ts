import type { OfferServiceClient } from '@astrolabe/contracts/catalog';
import type { CatalogServiceClient, Offer, OfferPrices } from '@astrolabe/contracts/catalog';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { OfferPrices as Prices } from '@astrolabe/kernel';
import { codesAbove } from '@astrolabe/kernel/regions';
import type { PrecheckDeps } from '../../../application/procurement/precheck.ts';
import type { PrecheckOffer } from '../../../domain/procurement/precheck.ts';

/** A pre-check is answered within 800 ms in all: offers and regions, then the stock (P-G2, catalogue E.7). */
const DEADLINE_MS = 300;

/** What the catalogue knows of a pre-check's goods and region. */
export const createPrecheckOffers = (
  offers: GrpcClient<OfferServiceClient>,
  catalog: GrpcClient<CatalogServiceClient>,
): PrecheckDeps['offers'] => ({
  find: async (sellerId, lines) => {
    const names = lines.map(({ mallGoodsId, skuId, cargoNo, outSkuId }) => ({
      goodsId: '',
      sku: outSkuId,
      platformGoodsId: mallGoodsId,
      platformSkuId: skuId,
      cargoNo,
    }));
    const answer = await offers.call('getOffers', { sellerId, names }, { deadlineMs: DEADLINE_MS });
    return lines.map((_, at) => {
      const offer = answer.offers[at]?.offer;
      return offer ? offerFrom(offer) : null;
    });
  },
  serves: async (sellerId, regionCode) => {
    const answers = await Promise.all(
      codesAbove(regionCode).map((areaId) =>
        catalog.call('getArea', { sellerId, areaId }, { deadlineMs: DEADLINE_MS }),
      ),
    );
    return answers.some(({ served }) => served);
  },
});

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
export const createSellable =
  (inventory: GrpcClient<InventoryServiceClient>): PrecheckDeps['stock']['sellable'] =>
  async (sellerId, goodsIds) => {
    const asked = { sellerId, goodsIds: [...goodsIds], places: [], channel: PROCUREMENT };
    const { sellable } = await inventory.call('getSellable', asked, { deadlineMs: DEADLINE_MS });
    return new Map(sellable.map(({ goodsId, sellableMilli }) => [goodsId, sellableMilli]));
  };
