import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import { placeKey } from '@astrolabe/kernel';
import type { Milli, Place } from '@astrolabe/kernel';
import { createSharedReads } from '@astrolabe/service';
import type { Catalog, Inventory } from '../../application/ports.ts';
import { askTogether } from '@astrolabe/service';
import { SHARED_TURN } from '../turn.ts';
import { rememberGoods } from './known-goods.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';

/** The catalog: areas, and the goods behind mall SKUs. */
export function connectCatalog(address: string): Catalog & Closable {
  const client = createGrpcClient(CatalogServiceClient, peerOptions(address));
  const before = new Map<string, readonly Place[]>();
  const keyOf = ({ sellerId, areaId }: AreaAsked): string => `${sellerId} ${areaId}`;
  const placesServing = createSharedReads(
    keyOf,
    async (asked: AreaAsked) => {
      const { served, places } = await client.call('getArea', asked);
      const now = served ? places.map(placeFromMessage).filter((place) => place !== null) : null;
      return now && unlessSame(before, keyOf(asked), now);
    },
    SHARED_TURN,
  );
  return {
    close: () => client.close(),
    placesServing: (sellerId, areaId) => placesServing({ sellerId, areaId }),
    placesBefore: (sellerId, areaId) => before.get(keyOf({ sellerId, areaId })),
    goodsOf: rememberGoods(async (sellerId, skus) => {
      const { goods } = await client.call('resolveGoods', {
        sellerId,
        keys: skus.map((sku) => ({ key: { $case: 'mallSku' as const, value: sku } })),
        createMissing: false,
        outerIds: [],
        storeIds: [],
      });
      const known = skus.map((sku, index) => [sku, goods[index]?.goodsId ?? ''] as const);
      return new Map(known.filter(([, goodsId]) => goodsId !== ''));
    }),
  };
}

type AreaAsked = { readonly sellerId: string; readonly areaId: string };

/** Areas whose places are remembered. */
const AREAS_MAX = 5_000;

/** The places as they were remembered where they are the same, and else these, remembered. */
function unlessSame(
  before: Map<string, readonly Place[]>,
  key: string,
  now: readonly Place[],
): readonly Place[] {
  const known = before.get(key);
  const isSame = (place: Place, at: number): boolean => {
    const other = known?.[at];
    return other !== undefined && placeKey(other) === placeKey(place);
  };
  if (known?.length === now.length && now.every(isSame)) return known;
  if (before.size >= AREAS_MAX) before.clear();
  before.set(key, now);
  return now;
}

/** The stock truth. */
export function connectInventory(address: string): Inventory & Closable {
  const client = createGrpcClient(InventoryServiceClient, peerOptions(address));
  const ask = askTogether(async (key, goodsIds) => {
    const found = new Map<string, Milli>();
    const { sellerId, places } = JSON.parse(key) as StockAsked;
    for (let at = 0; at < goodsIds.length; at += GOODS_MAX) {
      const asked = goodsIds.slice(at, at + GOODS_MAX);
      const { sellable, sellableMilli } = await client.call('getSellable', {
        sellerId,
        goodsIds: asked,
        places: places.map(placeToMessage),
        channel: 'govmall',
        inOrder: true,
      });
      for (const [nth, milli] of sellableMilli.entries()) found.set(asked[nth] ?? '', milli);
      // A stock truth of a version before this one names the goods.
      for (const { goodsId, sellableMilli: milli } of sellable) found.set(goodsId, milli);
    }
    return found;
  }, SHARED_TURN);
  return {
    close: () => client.close(),
    sellable: (sellerId, goodsIds, places) =>
      ask(JSON.stringify({ sellerId, places } satisfies StockAsked), goodsIds),
  };
}

/** Of one call to the stock truth. */
const GOODS_MAX = 1_000;

/** Whose stock is asked for, and where. */
type StockAsked = { readonly sellerId: string; readonly places: readonly Place[] };
