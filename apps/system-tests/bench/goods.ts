import { placeToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import { Command } from '@astrolabe/contracts/inventory';
import { MongoClient } from 'mongodb';
import type { Document } from 'mongodb';
import type { Mall } from '../src/mall.ts';

const PLACE = placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' });
/** As many as one pool has in document 004's largest example (G-A10). */
const POOL_SKUS = 2_500;
const BATCH = 5_000;
/** The offer that all others are copies of. */
const FIRST = '12345';

/** The pool that has all goods, and one that has 2,500 of them. */
export const POOLS = { all: 'ALL', some: 'P0' } as const;

export const skuOf = (n: number): string => `B${String(n).padStart(6, '0')}`;

/**
 * Puts `count` offers beside the mall's first one: copies of it as the catalogue wrote it, each with its own SKU, goods, words and
 * instants. They go into the database at once, for what is measured is how they are read.
 */
export async function putGoods(mall: Mall, mongoUri: string, count: number): Promise<void> {
  const { sellerId } = mall.actor.seller;
  for (const poolId of Object.values(POOLS)) {
    await mall.admin.offers.call('putPool', { sellerId, pool: { poolId, name: poolId } });
  }
  const client = await MongoClient.connect(mongoUri, { useBigInt64: true });
  try {
    const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
    const name = databases.find((one) => one.name.endsWith('catalog_sync'))?.name;
    const catalog = client.db(name);
    const names: Filter = { _id: `${sellerId}/${FIRST}` };
    const offer = await catalog.collection<Named>('offers').findOne(names);
    const goods = await catalog
      .collection<Named>('goods')
      .findOne({ _id: String(offer?.['state']['goodsId']) });
    if (!offer || !goods) throw new Error('the first offer is not there');
    // The catalogue numbers the changes of a seller's offers, and looks at those whose number is new (docs/adr/0084).
    const feeds = catalog.collection<Named>('offer_feeds');
    const turn = BigInt((await feeds.findOne({ _id: sellerId }))?.['turn'] ?? 0n);
    for (let at = 0; at < count; at += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, count - at) }, (_, n) => at + n);
      await catalog
        .collection<Named>('offers')
        .insertMany(numbers.map((n) => copyOf(offer, n, turn)));
      await catalog.collection<Named>('goods').insertMany(
        numbers.map((n) => ({
          ...goods,
          _id: goodsIdOf(n),
          keys: [String(goods['keys'].find(isSku)).replace(FIRST, skuOf(n))],
          skuItems: [],
        })),
      );
    }
    await feeds.updateOne({ _id: sellerId }, { $inc: { turn: BigInt(count) } });
  } finally {
    await client.close();
  }
}

type Named = Document & { readonly _id: string };
type Filter = { readonly _id: string };

const isSku = (key: unknown): boolean => String(key).includes(FIRST);
const goodsIdOf = (n: number): string => `bench-${n}`;

/** The n-th copy, made and changed within the last day. */
function copyOf(offer: Named, n: number, turn: bigint): Named {
  const text = (value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll(FIRST, skuOf(n)) : value;
  const { state } = offer;
  const at = new Date(Date.now() - 3_600_000 - n);
  return {
    ...offer,
    _id: offer['_id'].replace(FIRST, skuOf(n)),
    state: {
      ...state,
      sku: skuOf(n),
      turn: turn + BigInt(n) + 1n,
      goodsId: goodsIdOf(n),
      terms: state.terms.map((term: unknown) => String(text(term)).toLowerCase()),
      poolIds: [POOLS.all, `P${Math.floor(n / POOL_SKUS)}`],
      listedAt: at,
      modifiedAt: [at],
      changedAt: at,
    },
    outbox: [],
  };
}

/** Lays 99 pieces of the first `count` copies into the warehouse. */
export async function putStock(mall: Mall, count: number): Promise<void> {
  const { seller, harness } = mall.actor;
  const lines = Array.from({ length: count }, (_, n) => ({
    billNum: `BENCH-${n}`,
    place: PLACE,
    goodsId: goodsIdOf(n),
    kind: StockKind.CERTAIN,
    quantityMilli: 99_000n,
    operationTimeMs: undefined,
  }));
  const command = Command.fromPartial({
    operationId: 'bench/stock',
    sellerId: seller.sellerId,
    actor: 'bench',
    messageId: 'bench',
    verb: { $case: 'initialise', value: { billScope: 'bench', lines } },
  });
  await harness.clients.inventory.call('execute', { command });
}
