import { ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { DistributionRegistry } from '../../application/ports.ts';
import type { OutItem, OutShop, Relation } from '../../domain/distribution.ts';
import { idOf, registryOf } from './registry.ts';
import type { Row } from './registry.ts';

const relationId = ({ sellerId, offerId }: Pick<Relation, 'sellerId' | 'offerId'>): string =>
  idOf(sellerId, offerId);

type ShopName = Pick<OutShop, 'sellerId' | 'salesChannel' | 'outShopCode'>;

const shopId = ({ sellerId, salesChannel, outShopCode }: ShopName): string =>
  idOf(sellerId, salesChannel, outShopCode);

const itemId = (item: ShopName & Pick<OutItem, 'outItemCode'>): string =>
  `${shopId(item)}/${encodeURIComponent(item.outItemCode)}`;

/** The registries of distribution: a document for each row, found by its name. */
export async function createDistributionRegistry(db: Db): Promise<DistributionRegistry> {
  const indexes = [{ key: { sellerId: 1, _id: 1 }, name: 'seller' }] as const;
  const names = ['distribution_relations', 'out_shops', 'out_items'] as const;
  await ensureIndexes(
    db,
    names.map((collection) => ({ collection, indexes })),
  );
  return {
    relations: registryOf<Relation, Pick<Relation, 'sellerId' | 'offerId'>>(
      db.collection<Row>(names[0]),
      relationId,
    ),
    shops: registryOf<OutShop, ShopName>(db.collection<Row>(names[1]), shopId),
    items: registryOf<OutItem, Omit<OutItem, 'offerId'>>(db.collection<Row>(names[2]), itemId),
  };
}
