import { promotionFromMessage } from '@astrolabe/contracts';
import { OfferServiceClient } from '@astrolabe/contracts/catalog';
import type { Region as RegionMessage, SoldOffer } from '@astrolabe/contracts/catalog';
import { GRPC, GrpcCallError, createGrpcClient, pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { err, invariant, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type {
  Accessory,
  FoundRegion,
  Offer,
  OfferDetail,
  Offers,
  Region,
  RegionAsked,
  Regions,
  ShownGoods,
  Span,
} from '../../application/ports.ts';
import { regionWords } from '../../domain/refusal-words.ts';
import { holdOffers } from './held-offers.ts';
import type { Followed } from './held-offers.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';

type Client = GrpcClient<OfferServiceClient>;

const PAGE = 10_000;
/** Most entries of a list that is bounded by its pages. */
const ENTRIES_MAX = 500;

/** The goods that sellers offer, and the regions of today. */
export function connectOffers(address: string): Offers & Regions & Closable {
  const client = createGrpcClient(OfferServiceClient, peerOptions(address));
  return {
    close: () => client.close(),
    pools: async (sellerId) => {
      const { pools } = await client.call('listPools', { sellerId });
      return pools.map(({ poolId, name }) => ({ id: poolId, name }));
    },
    poolSkus: async (sellerId, poolId) => {
      const page = (token: string) => ({ sellerId, poolId, size: PAGE, token });
      const asked = skusOf((token) => client.call('listPoolSkus', page(token)));
      return await nullWhereUnknown(asked);
    },
    find: holdOffers((sellerId, turn, skus) => follow(client, sellerId, turn, skus), {
      ticks: () => performance.now(),
    }),
    detail: (sellerId, sku) => shownGoods(client, sellerId, sku),
    images: async (sellerId, skus) => {
      const { images } = await client.call('getImages', { sellerId, skus: [...skus] });
      return images;
    },
    ratings: async (sellerId, skus) => {
      const { ratings } = await client.call('getRatings', { sellerId, skus: [...skus] });
      return ratings;
    },
    newSkus: (sellerId, span, pools) =>
      skusOf((token) => client.call('listNew', spanOf(sellerId, span, pools, token))),
    modifiedSkus: (sellerId, span, pools) =>
      skusOf((token) => client.call('listModified', spanOf(sellerId, span, pools, token))),
    accessories: async (sellerId, sku) => await accessories(client, sellerId, sku ?? ''),
    warranties: async (sellerId, sku, areaId) => {
      const { warranties } = await client.call('listWarranties', { sellerId, sku, areaId });
      return warranties.map(({ warrantyId, ...warranty }) => ({ ...warranty, id: warrantyId }));
    },
    ...regionsOf(client),
  };
}

const regionsOf = (client: Client): Regions => ({
  below: async (sellerId, parent) => {
    const { regions } = await client.call('listRegions', { sellerId, parent });
    return regions.map(regionOf);
  },
  resolve: (sellerId, asked) => resolve(client, sellerId, asked),
});

/** The SKUs of all pages. */
async function skusOf(
  ask: (token: string) => Promise<{ skus: string[]; nextToken: string }>,
): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { skus } of pagesOf(ask)) all.push(...skus);
  return all;
}

async function nullWhereUnknown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

const spanOf = (
  sellerId: string,
  { begin, end }: Span,
  poolIds: readonly string[],
  token: string,
) => ({
  sellerId,
  poolIds: [...poolIds],
  from: begin,
  until: end,
  size: PAGE,
  token,
});

async function follow(
  client: Client,
  sellerId: string,
  turn: bigint,
  skus: readonly string[],
): Promise<Followed> {
  try {
    const { offers, ...told } = await client.call('followOffers', {
      sellerId,
      turn,
      skus: [...skus],
    });
    return { ...told, offers: offers.map(offerOf) };
  } catch (error) {
    if (!(error instanceof GrpcCallError) || error.code !== GRPC.unimplemented) throw error;
    // A catalogue of a version before this one says no changes: nothing of its answers is held.
    const offers = await find(client, sellerId, skus);
    return { turn: 0n, forgetAll: true, changed: [], open: [], offers };
  }
}

async function find(
  client: Client,
  sellerId: string,
  skus: readonly string[],
): Promise<readonly Offer[]> {
  const found: Offer[] = [];
  for (let at = 0; at < skus.length; at += ENTRIES_MAX) {
    const names = skus.slice(at, at + ENTRIES_MAX).map((sku) => ({
      sku,
      goodsId: '',
      platformGoodsId: '',
      platformSkuId: '',
      cargoNo: '',
    }));
    const { offers } = await client.call('getOffers', { sellerId, names });
    for (const { offer } of offers) if (offer) found.push(offerOf(offer));
  }
  return found;
}

const offerOf = ({ sku, onShelf, poolIds, prices }: SoldOffer): Offer => ({
  sku,
  onShelf,
  poolIds,
  agreementFen: prices?.agreementFen ?? 0n,
  marketFen: prices?.marketFen ?? 0n,
  tiers: prices?.tiers ?? [],
  promotions: (prices?.promotions ?? []).flatMap((message) => {
    const promotion = promotionFromMessage(message);
    return promotion ? [{ ...promotion, appliedAt: message.appliedAt ?? promotion.startsAt }] : [];
  }),
});

async function shownGoods(
  client: Client,
  sellerId: string,
  sku: string,
): Promise<ShownGoods | null> {
  const { details, shelves } = await client.call('getDetails', { sellerId, skus: [sku] });
  const detail: OfferDetail | undefined = details[0];
  // A catalogue of a version before this one tells no shelf here: it is asked as it always was.
  const shelf = shelves[0] ?? (await find(client, sellerId, [sku]))[0];
  return detail && shelf ? { detail, onShelf: shelf.onShelf, poolIds: shelf.poolIds } : null;
}

async function accessories(
  client: Client,
  sellerId: string,
  sku: string,
): Promise<readonly Accessory[]> {
  const all: Accessory[] = [];
  const ask = (token: string) =>
    client.call('listAccessories', { sellerId, sku, page: { size: ENTRIES_MAX, token } });
  for await (const page of pagesOf(ask)) {
    all.push(...page.accessories.map(({ accessoryId, ...one }) => ({ ...one, id: accessoryId })));
  }
  return all;
}

const regionOf = ({ code, name, areaId }: RegionMessage): Region => ({ code, name, areaId });

async function resolve(
  client: Client,
  sellerId: string,
  asked: RegionAsked,
): Promise<Result<FoundRegion, string>> {
  const found = await client.call('resolveRegion', { sellerId, ...asked });
  if (found.reason !== '') return err(regionWords(found.reason, found.message));
  const { province, city, county, note } = found;
  invariant(province && city && county, 'a region that was found has its three levels');
  return ok({
    province: regionOf(province),
    city: regionOf(city),
    county: regionOf(county),
    note,
  });
}
