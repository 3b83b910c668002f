import type {
  CatalogServiceClient,
  GoodsKey,
  OfferServiceClient,
} from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import type { GoodsNames, ProcurementCatalog } from '../../../application/procurement/ports.ts';

/** Lines of one question; each may have several names, and the catalog takes 500 offers and 1,000 names. */
const TOGETHER = 300;

/** Goods by the names that the platform's details have for them: those of offers first, then any other name. */
export const createProcurementCatalog = (
  catalog: GrpcClient<CatalogServiceClient>,
  offers: GrpcClient<OfferServiceClient>,
): ProcurementCatalog => ({
  goods: async (sellerId, names) => {
    const found: string[] = [];
    for (let at = 0; at < names.length; at += TOGETHER) {
      const some = names.slice(at, at + TOGETHER);
      const offered = await goodsOfOffers(offers, sellerId, some);
      const rest = some.filter((_, index) => offered[index] === '');
      const named = await goodsByName(catalog, sellerId, rest);
      const others = named.values();
      found.push(...offered.map((goodsId) => goodsId || (others.next().value ?? '')));
    }
    return found;
  },
});

async function goodsOfOffers(
  client: GrpcClient<OfferServiceClient>,
  sellerId: string,
  lines: readonly GoodsNames[],
): Promise<readonly string[]> {
  const isNamed = ({ itemId, cargoNo }: GoodsNames): boolean => itemId !== '' || cargoNo !== '';
  const asked = lines.filter(isNamed);
  if (asked.length === 0) return lines.map(() => '');
  const names = asked.map(({ itemId, skuId, cargoNo }) => ({
    goodsId: '',
    sku: '',
    platformGoodsId: itemId,
    platformSkuId: skuId,
    cargoNo,
  }));
  const answer = await client.call('getOffers', { sellerId, names });
  const found = new Map(asked.map((line, at) => [line, answer.offers[at]?.offer?.goodsId ?? '']));
  return lines.map((line) => found.get(line) ?? '');
}

async function goodsByName(
  client: GrpcClient<CatalogServiceClient>,
  sellerId: string,
  lines: readonly GoodsNames[],
): Promise<readonly string[]> {
  const keys = lines.map(keysOf);
  const all = keys.flat();
  if (all.length === 0) return lines.map(() => '');
  const { goods } = await client.call('resolveGoods', {
    sellerId,
    keys: all,
    createMissing: false,
    outerIds: [],
    storeIds: [],
  });
  let at = 0;
  return keys.map((some) => {
    const found = goods.slice(at, at + some.length).find(({ goodsId }) => goodsId !== '');
    at += some.length;
    return found?.goodsId ?? '';
  });
}

/** The least ambiguous name first: a cargo number may stand for several specifications (catalogue A.3.3). */
function keysOf({ itemId, skuId, cargoNo }: GoodsNames): GoodsKey[] {
  const keys: GoodsKey['key'][] = [];
  if (itemId !== '') keys.push({ $case: 'itemSku', value: { itemId, skuId } });
  if (cargoNo !== '') {
    keys.push({ $case: 'cargoNo', value: cargoNo }, { $case: 'outerId', value: cargoNo });
  }
  return keys.map((key) => ({ key }));
}
