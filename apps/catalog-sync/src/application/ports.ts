import type { OutItem, OutShop, Relation } from '../domain/distribution.ts';
import type { Place, Result } from '@astrolabe/kernel';
import type { BindingChange, BindingRefusal, ItemBindings } from '../domain/binding.ts';
import type { Goods, GoodsKey, ScItem } from '../domain/goods.ts';
import type { Store, StoreChange, StoreRefusal, StoreStatus } from '../domain/store.ts';

export type Seller = {
  sellerId: string;
  nick: string;
  allocator: 'ASTROLABE' | 'ISV';
  acceptor: 'DIANZHANGGUI' | 'POS';
  sellableCountsShared: boolean;
  /** Ids that the merchant centre has issued, by store code. */
  merchantCentreStoreIds: Record<string, string>;
};

export type Sellers = {
  put(seller: Seller): Promise<void>;
  find(sellerId: string): Promise<Seller | null>;
  /** By id; `after` is `next` of the page before, empty for the first. */
  list(limit: number, after: string): Promise<{ rows: Seller[]; next: string }>;
};

/** What routing looks at in a store. */
export type RoutingStore = {
  storeId: string;
  name: string;
  status: StoreStatus;
  startTime: string;
  endTime: string;
  province: string;
  city: string;
  area: string;
  /** 0 is routed to first, 10 last. */
  priority: number;
};

export type StorePage = { stores: Store[]; next: string };

export type Stores = {
  /** The id that a store code has, claimed with `newId` when it has none yet. */
  idOfCode(sellerId: string, storeCode: string, newId: () => Promise<string>): Promise<string>;
  /** The id of a store code that has been claimed; null for one that nobody has. */
  findIdOfCode(sellerId: string, storeCode: string): Promise<string | null>;
  nextId(): Promise<string>;
  find(sellerId: string, storeId: string): Promise<Store | null>;
  /** Those of the ids that are living stores. */
  living(sellerId: string, storeIds: readonly string[]): Promise<string[]>;
  /** The living stores among the ids, with what routing looks at. */
  findForRouting(sellerId: string, storeIds: readonly string[]): Promise<RoutingStore[]>;
  /** Every store of a seller, but no more than so many, those that were made first. */
  findAll(sellerId: string, limit: number): Promise<RoutingStore[]>;
  list(
    sellerId: string,
    page: { size: number; token: string },
  ): Promise<Result<StorePage, 'INVALID_PAGE_TOKEN'>>;
  /** Decides and stores; the event goes out with the write. */
  change(
    sellerId: string,
    storeId: string,
    decide: (current: Store | null) => Result<StoreChange, StoreRefusal>,
  ): Promise<Result<Store, StoreRefusal>>;
};

export type Bindings = {
  change(
    key: { sellerId: string; itemId: string },
    command: { action: 'ADD' | 'DELETE'; storeIds: readonly string[] },
    decide: (current: ItemBindings) => Result<BindingChange, BindingRefusal>,
  ): Promise<Result<ItemBindings, BindingRefusal>>;
  find(sellerId: string, itemId: string): Promise<ItemBindings | null>;
  /** The items of a store in a stable order, one page of them. */
  itemsOf(sellerId: string, storeId: string, page: number): Promise<string[]>;
};

export type GoodsBook = {
  /** Ids of goods by the texts of those of the keys that have an owner; a key keeps it. */
  idsByKeys(sellerId: string, keys: readonly GoodsKey[]): Promise<ReadonlyMap<string, string>>;
  findByKeys(sellerId: string, keys: readonly GoodsKey[]): Promise<Goods[]>;
  findByIds(sellerId: string, goodsIds: readonly string[]): Promise<Goods[]>;
  /** Those that have a text as their id, as a key, or as the id of an item or of a SKU in a key; at most `limit`. */
  findNamed(sellerId: string, text: string, limit: number): Promise<Goods[]>;
  /** Those of the items that are known to have SKUs. */
  itemsWithSkus(sellerId: string, itemIds: readonly string[]): Promise<string[]>;
  /** Adds goods. One of which any key has an owner already is left out; look again to know. */
  add(goods: readonly Goods[]): Promise<void>;
  /** Gives goods another key, unless other goods have it; look again to know. */
  addKey(goods: Goods, key: GoodsKey): Promise<void>;
  /**
   * Records what the merchant says of goods of its stock, with the id as a key, unless something is
   * recorded already or other goods have the key; look again to know.
   */
  describe(goods: Goods, scItem: ScItem): Promise<void>;
  /** A new id for goods of the stock. */
  nextScItemId(): Promise<string>;
};

export type Area = {
  sellerId: string;
  areaId: string;
  name: string;
  places: Place[];
  /** Code of the administrative division that it is; empty: none. */
  regionCode: string;
};

export type Areas = {
  put(area: Area): Promise<void>;
  find(sellerId: string, areaId: string): Promise<Area | null>;
  /** A seller's by their code; `after` is `next` of the page before, empty for the first. */
  list(sellerId: string, limit: number, after: string): Promise<{ rows: Area[]; next: string }>;
  /** The areas that have one of the codes as their id, or as that of their division. */
  findAny(sellerId: string, codes: readonly string[]): Promise<Area[]>;
};

/** Rows of a seller by their names; `N` are the fields that name one. */
export type Registry<T, N> = {
  /** Makes or replaces a row. */
  put(row: T): Promise<void>;
  /** Makes a row (null: there was none), or replaces it as it was read; false where it is another one by now. */
  swap(before: T | null, row: T): Promise<boolean>;
  /** False when there was none. */
  remove(name: N): Promise<boolean>;
  /** Rows in the order of the names; null where there is none. */
  find(names: readonly N[]): Promise<readonly (T | null)[]>;
  /**
   * Rows of a seller by their names; `after` is `next` of the page before, empty for the first. `narrowed`: only those
   * of which these fields are, or contain, these values.
   */
  list(
    sellerId: string,
    limit: number,
    after: string,
    narrowed?: Readonly<Record<string, string>>,
  ): Promise<{ readonly rows: readonly T[]; readonly next: string }>;
};

/** Which offers a seller distributes, for which shops, and as which goods of theirs. */
export type DistributionRegistry = {
  readonly relations: Registry<Relation, Pick<Relation, 'sellerId' | 'offerId'>>;
  readonly shops: Registry<OutShop, Pick<OutShop, 'sellerId' | 'salesChannel' | 'outShopCode'>>;
  readonly items: Registry<OutItem, Omit<OutItem, 'offerId'>>;
};
