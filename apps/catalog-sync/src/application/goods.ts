import type { NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import {
  NAMES_PER_GOODS_MAX,
  isUsable,
  itemWithSku,
  itemWithoutSku,
  keyText,
} from '../domain/goods.ts';
import type { Goods, GoodsKey, GoodsRefusal } from '../domain/goods.ts';
import type { GoodsBook, Stores } from './ports.ts';

export type GoodsDeps = { book: GoodsBook; newId: NewId };

/** What finding, making and naming goods needs of the book. */
export type GoodsNames = Pick<
  GoodsBook,
  'add' | 'addKey' | 'findByKeys' | 'idsByKeys' | 'itemsWithSkus'
>;

export type NamingDeps = { readonly book: GoodsNames; readonly newId: NewId };

/** A channel's key; `outerId` is the merchant's code that came with it, empty when none did. */
export type WantedGoods = { key: GoodsKey; outerId: string };

/**
 * Finds the goods behind channel keys, in their order. Unknown ones are made when `createMissing`
 * says so, with the merchant's code as a further name unless other goods have it (codes that are not
 * unique are the merchant's own affair, white paper 4.2). An item that is known to have SKUs, or that
 * the same call gives one, cannot be named without a SKU.
 */
export const makeResolveGoods =
  (deps: NamingDeps) =>
  async (
    sellerId: string,
    wanted: readonly WantedGoods[],
    createMissing: boolean,
  ): Promise<Result<string, GoodsRefusal>[]> => {
    const refused = await refusalsOf(deps.book, sellerId, wanted, createMissing);
    const askable = wanted.filter((_one, index) => refused[index] === null);
    const ids = await idsOf(deps.book, sellerId, askable);
    const missing = new Map(
      askable
        .filter(({ key }) => !ids.has(keyText(key)))
        .map((one): [string, WantedGoods] => [keyText(one.key), one]),
    );
    if (createMissing && missing.size > 0) {
      for (const [text, id] of await addAll(deps, sellerId, [...missing.values()])) {
        ids.set(text, id);
      }
    }
    return wanted.map(({ key }, index) => {
      const why = refused[index];
      if (why) return err(why);
      const id = ids.get(keyText(key));
      return id === undefined ? err('UNKNOWN_GOODS') : ok(id);
    });
  };

/**
 * As `makeResolveGoods`, of goods that are said of a store; `storeId` is empty for none. At a store that the
 * seller does not have nothing is looked for or made.
 */
export const makeResolveAtStores =
  ({ stores, ...deps }: GoodsDeps & { readonly stores: Pick<Stores, 'living'> }) =>
  async (
    sellerId: string,
    wanted: readonly (WantedGoods & { readonly storeId: string })[],
    createMissing: boolean,
  ): Promise<Result<string, GoodsRefusal>[]> => {
    const ids = [...new Set(wanted.map(({ storeId }) => storeId))].filter((id) => id !== '');
    const living = new Set(ids.length === 0 ? [] : await stores.living(sellerId, ids));
    const isThere = ({ storeId }: { readonly storeId: string }): boolean =>
      storeId === '' || living.has(storeId);
    const found = await makeResolveGoods(deps)(sellerId, wanted.filter(isThere), createMissing);
    const inOrder = found.values();
    return wanted.map((one) =>
      isThere(one) ? (inOrder.next().value ?? err('UNKNOWN_GOODS')) : err('UNKNOWN_STORE'),
    );
  };

/** Per key why it cannot be looked for, or null. */
async function refusalsOf(
  book: GoodsNames,
  sellerId: string,
  wanted: readonly WantedGoods[],
  createMissing: boolean,
): Promise<(GoodsRefusal | null)[]> {
  const bare = wanted.flatMap(({ key }) => itemWithoutSku(key) ?? []);
  const known = bare.length === 0 ? [] : await book.itemsWithSkus(sellerId, bare);
  const arriving = createMissing ? wanted.flatMap(({ key }) => itemWithSku(key) ?? []) : [];
  const withSkus = new Set([...known, ...arriving]);
  return wanted.map(({ key }) => {
    if (!isUsable(key)) return 'BAD_KEY';
    const item = itemWithoutSku(key);
    return item !== null && withSkus.has(item) ? 'SKU_REQUIRED' : null;
  });
}

/** Goods ids by the texts of those keys that have an owner. */
async function idsOf(
  book: Pick<GoodsBook, 'idsByKeys'>,
  sellerId: string,
  wanted: readonly WantedGoods[],
): Promise<Map<string, string>> {
  const keys = wanted.map(({ key }) => key);
  return new Map(keys.length === 0 ? [] : await book.idsByKeys(sellerId, keys));
}

/**
 * Makes goods that nobody knew a moment ago. A key that another process took meanwhile keeps its
 * owner; goods whose merchant's code is taken are made without it.
 */
async function addAll(
  deps: NamingDeps,
  sellerId: string,
  missing: readonly WantedGoods[],
): Promise<Map<string, string>> {
  const goodsOf = (keysOf: (one: WantedGoods) => GoodsKey[]) => (wanted: readonly WantedGoods[]) =>
    wanted.map((one): Goods => ({ goodsId: deps.newId(), sellerId, keys: keysOf(one) }));
  const withCode = goodsOf(({ key, outerId }) =>
    outerId === '' || key.kind === 'OUTER' ? [key] : [key, { kind: 'OUTER', id: outerId }],
  );
  await deps.book.add(withCode(missing));
  const ids = await idsOf(deps.book, sellerId, missing);
  const left = missing.filter(({ key }) => !ids.has(keyText(key)));
  if (left.length === 0) return ids;
  await deps.book.add(goodsOf(({ key }) => [key])(left));
  return new Map([...ids, ...(await idsOf(deps.book, sellerId, left))]);
}

/** Races that a mapping may lose against other processes before it gives up. */
const MAP_ATTEMPTS = 4;

/**
 * Makes two keys names of one article. What neither side knows is made; what one side knows gets the
 * other name; two different articles are refused, because their stock cannot become one.
 */
export const makeMapGoods =
  ({ book, newId }: NamingDeps) =>
  async (
    sellerId: string,
    from: GoodsKey,
    alias: GoodsKey,
  ): Promise<Result<string, GoodsRefusal>> => {
    const pair = [from, alias].map((key) => ({ key, outerId: '' }));
    const refused = (await refusalsOf(book, sellerId, pair, true)).find((one) => one !== null);
    if (refused) return err(refused);
    for (let attempt = 1; attempt <= MAP_ATTEMPTS; attempt += 1) {
      const [first, second] = await book.findByKeys(sellerId, [from, alias]);
      if (second) return err('GOODS_DIFFER');
      const names = new Set(first?.keys.map(keyText));
      const further = [from, alias].find((key) => !names.has(keyText(key)));
      if (first && !further) return ok(first.goodsId);
      if (names.size >= NAMES_PER_GOODS_MAX) return err('TOO_MANY_NAMES');
      // The next look tells whether it was us or somebody faster.
      if (first && further) await book.addKey(first, further);
      else await book.add([{ goodsId: newId(), sellerId, keys: [from, alias] }]);
    }
    return err('GOODS_DIFFER');
  };
