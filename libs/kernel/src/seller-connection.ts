/** Why a connection is not used: what is to be called waits. */
export type ConnectionPause = {
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
};

/** A connection as it stands: what it is called with, and whether a person has paused it. */
export type Standing<C> = C & {
  /** Null or absent: it is used. */
  readonly pause?: ConnectionPause | null;
};

/**
 * Connections of one kind, one for each seller, as they are administered. `C` has the settings and, by the names
 * `S`, the secrets.
 */
export type SellerConnections<C extends { readonly sellerId: string }, S extends keyof C> = {
  /** False where the seller has one: it stays as it is. */
  create(connection: C): Promise<boolean>;
  /** Other settings; secrets and a pause stay. False where the seller has no connection. */
  change(settings: Omit<C, S>): Promise<boolean>;
  /** Other secrets; those that are not named stay. False where the seller has no connection. */
  replaceSecrets(sellerId: string, secrets: Readonly<Partial<Pick<C, S>>>): Promise<boolean>;
  /** Null: it is used again. False where the seller has no connection. */
  setPause(sellerId: string, pause: ConnectionPause | null): Promise<boolean>;
  /** Without secrets, in the order of their sellers; `after` is a seller, empty for the first page. */
  list(limit: number, after: string): Promise<readonly Standing<Omit<C, S>>[]>;
  /** The same of one seller. */
  listed(sellerId: string): Promise<Standing<Omit<C, S>> | null>;
};
