/** An application key of a counterparty. */
export type Key = { appKey: string; secret: string };

/** How the POS answers an allocation by itself. */
export type Policy = 'manual' | 'auto-accept' | 'auto-complete';

/** A seller whose counterparties the sandbox plays. */
export type Seller = {
  sellerId: string;
  nick: string;
  keys: { erp: Key; pos: Key; tmall: Key };
  /** With this secret the platform signs its calls to the POS. */
  spi: Key;
  policy: Policy;
};
