import type { Milli, Place } from '@astrolabe/kernel';

/** A government mall's account: whose stock it sees. */
export type Account = {
  username: string;
  password: string;
  sellerId: string;
  enabled: boolean;
};

export type Accounts = {
  find(username: string): Promise<Account | null>;
  put(account: Account): Promise<void>;
};

/** Issued tokens. Only a digest is kept: a stolen database gives no access. */
export type Tokens = {
  add(token: string, grant: { username: string; expiresAt: Date }): Promise<void>;
  find(token: string): Promise<{ username: string; expiresAt: Date } | null>;
};

export type Catalog = {
  /** The places that serve an area; null when none does. */
  placesServing(sellerId: string, areaId: string): Promise<readonly Place[] | null>;
  /** Goods of mall SKUs; unknown ones are absent. */
  goodsOf(sellerId: string, skus: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type Inventory = {
  sellable(
    sellerId: string,
    goodsIds: readonly string[],
    places: readonly Place[],
  ): Promise<ReadonlyMap<string, Milli>>;
};
