import type { Place, Result } from '@astrolabe/kernel';
import type { BindingChange, BindingRefusal, ItemBindings } from '../domain/binding.ts';
import type { Goods, GoodsKey } from '../domain/goods.ts';
import type { Store, StoreChange, StoreRefusal } from '../domain/store.ts';

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
};

export type StorePage = { stores: Store[]; next: string };

export type Stores = {
  /** The id that a store code has, claimed with `newId` when it has none yet. */
  idOfCode(sellerId: string, storeCode: string, newId: () => Promise<string>): Promise<string>;
  nextId(): Promise<string>;
  find(sellerId: string, storeId: string): Promise<Store | null>;
  /** Those of the ids that are living stores. */
  findMany(sellerId: string, storeIds: readonly string[]): Promise<Store[]>;
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
  findByKeys(sellerId: string, keys: readonly GoodsKey[]): Promise<Goods[]>;
  findByIds(sellerId: string, goodsIds: readonly string[]): Promise<Goods[]>;
  /** Whether an item is known to have SKUs. */
  hasSkus(sellerId: string, itemId: string): Promise<boolean>;
  /** Adds goods; KEY_TAKEN when another process named the key first. */
  add(goods: Goods): Promise<Result<null, 'KEY_TAKEN'>>;
  /** Gives goods another key; KEY_TAKEN when other goods have it. */
  addKey(goods: Goods, key: GoodsKey): Promise<Result<null, 'KEY_TAKEN'>>;
};

export type Area = { sellerId: string; areaId: string; name: string; places: Place[] };

export type Areas = {
  put(area: Area): Promise<void>;
  find(sellerId: string, areaId: string): Promise<Area | null>;
};
