import {
  DistributionAdminServiceService,
  DistributionRegistryServiceService,
} from '@astrolabe/contracts/catalog';
import type {
  DistributionAdminServiceServer,
  DistributionRegistryServiceServer,
  OutItem as ItemMessage,
  OutShop as ShopMessage,
  Relation as RelationMessage,
} from '@astrolabe/contracts/catalog';
import type { PageRequest } from '@astrolabe/contracts/common';
import { unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { DistributionRegistry, Registry } from '../../application/ports.ts';
import { makeResolveLines } from '../../application/resolve-lines.ts';
import type { OutItem, OutShop, Relation } from '../../domain/distribution.ts';
import { refusal } from './refusals.ts';

const LINES_MAX = 200;
const SPECS_MAX = 500;
const CODE_MAX = 50;
const TEXT_MAX = 200;
const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;

/** DistributionRegistryService: what the lines of an order may be made of. */
export function distributionRegistry(registry: DistributionRegistry, clock: Clock) {
  const resolve = makeResolveLines(registry, clock);
  const methods: DistributionRegistryServiceServer = {
    resolveLines: unary('resolveLines', async ({ sellerId, lines }) => {
      if (sellerId === '') throw refusal('MISSING_FIELD');
      if (lines.length > LINES_MAX) throw refusal('TOO_MANY_LINES');
      const resolved = await resolve(sellerId, lines);
      return {
        lines: resolved.map(({ obstacle, relation, priceFen }) => ({
          obstacle: obstacle?.code ?? '',
          message: obstacle?.message ?? '',
          supplierId: relation?.supplierId ?? '',
          priceFen,
          postFeeFen: relation?.postFeeFen ?? 0n,
          ownStock: relation?.ownStock ?? false,
        })),
      };
    }),
  };
  return [DistributionRegistryServiceService, methods] as const;
}

/** DistributionAdminService: relations, shops elsewhere, and their goods. */
export function distributionAdmin({ relations, shops, items }: DistributionRegistry) {
  const methods: DistributionAdminServiceServer = {
    putRelation: unary('putRelation', async ({ relation }) => {
      await relations.put(relationFrom(relation));
      return {};
    }),
    deleteRelation: unary('deleteRelation', async (name) => {
      if (!(await relations.remove(name))) throw refusal('UNKNOWN_RELATION');
      return {};
    }),
    listRelations: unary('listRelations', async ({ sellerId, page }) => {
      const { rows, next } = await pageOf(relations, sellerId, page);
      return { relations: rows.map(relationTo), nextToken: next };
    }),
    putOutShop: unary('putOutShop', async ({ shop }) => {
      await shops.put(shopFrom(shop));
      return {};
    }),
    listOutShops: unary('listOutShops', async ({ sellerId, page }) => {
      const { rows, next } = await pageOf(shops, sellerId, page);
      return { shops: rows.map(shopTo), nextToken: next };
    }),
    putOutItem: unary('putOutItem', async ({ item }) => {
      await items.put(itemFrom(item));
      return {};
    }),
    listOutItems: unary('listOutItems', async ({ sellerId, page }) => {
      const { rows, next } = await pageOf(items, sellerId, page);
      return { items: [...rows], nextToken: next };
    }),
  };
  return [DistributionAdminServiceService, methods] as const;
}

async function pageOf<T, N>(registry: Registry<T, N>, sellerId: string, page?: PageRequest) {
  if (sellerId === '') throw refusal('MISSING_FIELD');
  const limit = Math.min(Math.max(page?.size || PAGE_SIZE_DEFAULT, 1), PAGE_SIZE_MAX);
  return await registry.list(sellerId, limit, page?.token ?? '');
}

/** Refuses an empty code, and one that is longer than its column. */
function checkCodes(...codes: readonly string[]): void {
  if (codes.some((code) => code === '')) throw refusal('MISSING_FIELD');
  if (codes.some((code) => code.length > CODE_MAX)) throw refusal('FIELD_TOO_LONG');
}

function relationFrom(message: RelationMessage | undefined): Relation {
  if (!message) throw refusal('MISSING_FIELD');
  const { sellerId, offerId, supplierId, postFeeFen, ownStock, staleReason } = message;
  checkCodes(sellerId, offerId, supplierId);
  const specs = message.specs.map(({ specId, priceFen }) => ({ specId, priceFen }));
  if (specs.length === 0 || specs.length > SPECS_MAX) throw refusal('TOO_MANY_SPECS');
  if (staleReason.length > TEXT_MAX || specs.some(({ specId }) => specId.length > CODE_MAX)) {
    throw refusal('FIELD_TOO_LONG');
  }
  const names = new Set(specs.map(({ specId }) => specId.toLowerCase()));
  // Goods without specifications have one price.
  if (names.size < specs.length || (names.has('') && specs.length > 1)) throw refusal('SPEC_TWICE');
  if ([postFeeFen, ...specs.map(({ priceFen }) => priceFen)].some((fen) => fen < 0n)) {
    throw refusal('BAD_AMOUNT');
  }
  return { sellerId, offerId, supplierId, specs, postFeeFen, ownStock, staleReason };
}

const relationTo = ({ specs, ...relation }: Relation): RelationMessage => ({
  ...relation,
  specs: [...specs],
});

function shopFrom(message: ShopMessage | undefined): OutShop {
  if (!message) throw refusal('MISSING_FIELD');
  const { sellerId, salesChannel, outShopCode, shopName } = message;
  checkCodes(sellerId, salesChannel, outShopCode);
  if (shopName.length > TEXT_MAX) throw refusal('FIELD_TOO_LONG');
  const authorisedFrom = message.authorisedFrom ?? null;
  const authorisedUntil = message.authorisedUntil ?? null;
  return { sellerId, salesChannel, outShopCode, shopName, authorisedFrom, authorisedUntil };
}

const shopTo = ({ authorisedFrom, authorisedUntil, ...shop }: OutShop): ShopMessage => ({
  ...shop,
  authorisedFrom: authorisedFrom ?? undefined,
  authorisedUntil: authorisedUntil ?? undefined,
});

function itemFrom(message: ItemMessage | undefined): OutItem {
  if (!message) throw refusal('MISSING_FIELD');
  const { sellerId, salesChannel, outShopCode, outItemCode, offerId } = message;
  checkCodes(sellerId, salesChannel, outShopCode, outItemCode, offerId);
  return { sellerId, salesChannel, outShopCode, outItemCode, offerId };
}
