import type { Milli, Place } from '@astrolabe/kernel';
import type { FailureCounts } from '../domain/failed-tries.ts';

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
  /**
   * Makes a token live until `expiresAt`, unless it is live already, and returns when it ends. Of a
   * user's live tokens beyond the limit the oldest end.
   */
  grant(token: string, grant: { username: string; expiresAt: Date; now: Date }): Promise<Date>;
  find(token: string): Promise<{ username: string; expiresAt: Date } | null>;
};

/** Who asks for a token: the user that the request names and the address that it came from. */
export type Claimant = { username: string; address: string };

/** Failed token requests that still count. */
export type FailedTries = {
  count(claimant: Claimant, now: Date): Promise<FailureCounts>;
  add(claimant: Claimant, now: Date): Promise<void>;
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
