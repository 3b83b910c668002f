import type { TimeLeft } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { createKept } from '@astrolabe/service';
import type { Goods, GoodsAt } from '../../application/ports.ts';
import type { Peers } from '../../channels/peers.ts';

/** Names whose goods are remembered, those of all sellers together. */
const KNOWN_MAX = 50_000;

/**
 * The catalog's goods. A name that has goods keeps them (a unique index of the catalog), so one that was found once is
 * not asked for again: but for what is said of a store, which may be gone, and for an item without a
 * SKU, which no name is any more as soon as it has SKUs.
 */
export function createGoods({ catalog }: Pick<Peers, 'catalog'>): (left: TimeLeft) => Goods {
  const known = createKept<string>(KNOWN_MAX);
  const ask = async (
    left: TimeLeft,
    sellerId: string,
    names: readonly GoodsAt[],
    createMissing: boolean,
  ): Promise<Result<string, string>[]> => {
    if (names.length === 0) return [];
    const request = {
      sellerId,
      createMissing,
      keys: names.map(keyOf),
      outerIds: names.map((name) => name.outerId),
      storeIds: names.map(({ at }) => (at?.type === 'STORE' ? at.id : '')),
    };
    const { goods } = await catalog.call('resolveGoods', request, left());
    return names.map((name, index) => {
      const found = goods[index];
      if (!found || found.goodsId === '') return err(found?.reason ?? 'UNKNOWN');
      const key = lastingKey(sellerId, name);
      if (key !== null) known.add(key, found.goodsId);
      return ok(found.goodsId);
    });
  };
  return (left) => ({
    resolve: async (sellerId, names, createMissing) => {
      const remembered = names.map((name) => {
        const key = name.at === undefined ? lastingKey(sellerId, name) : null;
        return key === null ? undefined : known.get(key);
      });
      const others = names.filter((_, index) => remembered[index] === undefined);
      const answers = (await ask(left, sellerId, others, createMissing)).values();
      return remembered.map((goodsId) =>
        goodsId === undefined ? (answers.next().value ?? err('UNKNOWN')) : ok(goodsId),
      );
    },
  });
}

const keyOf = (name: GoodsAt) => ({
  key:
    name.kind === 'ITEM'
      ? { $case: 'itemSku' as const, value: { itemId: name.itemId, skuId: name.skuId } }
      : { $case: 'scItemId' as const, value: name.scItemId },
});

/** What a name is remembered by; null for one that may stop being a name. */
function lastingKey(sellerId: string, name: GoodsAt): string | null {
  if (name.kind === 'SC_ITEM') return `${sellerId} ${name.scItemId}`;
  return name.skuId === '' ? null : `${sellerId} ${name.itemId} ${name.skuId}`;
}
