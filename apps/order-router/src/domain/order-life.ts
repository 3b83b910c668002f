import type { LifeEvent, Milli, OrderRef } from '@astrolabe/kernel';

export type LifeLine = {
  readonly lineId: string;
  /** Empty while nobody knows the goods. */
  readonly goodsId: string;
  /** As the channel names the goods. */
  readonly sku: string;
  readonly quantityMilli: Milli;
};

/** What has become of an order that is no trade of a shop, for people. */
export type OrderLife = {
  readonly orderRef: OrderRef;
  readonly kind: 'MALL' | 'PROCUREMENT' | 'DISTRIBUTION' | 'SALE';
  /** Of its kind; empty where its parts stand at several. */
  readonly state: string;
  /** Why it came to nothing, or why a person has to look; empty without a reason. */
  readonly problem: string;
  readonly lines: readonly LifeLine[];
  /** Oldest first. */
  readonly events: readonly LifeEvent[];
  /** Numbers of the same channel that belong to it. */
  readonly related: readonly string[];
};
