import type { Milli } from '@astrolabe/kernel';

/** What is held of goods, under the name of a line. */
export type HoldLine = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
};

/** What has left of a line. */
export type Consumed = { readonly lineId: string; readonly quantity: Milli };

/** One command to the inventory. `owner`: the order that has the hold; empty: the requisition. */
export type StockMove =
  | {
      readonly kind: 'reserve';
      readonly owner: string;
      readonly hold: number;
      readonly lines: readonly HoldLine[];
    }
  | {
      /** From the requisition's hold to an order's; what the order does not need is released. */
      readonly kind: 'rebind';
      readonly hold: number;
      readonly owner: string;
      readonly to: number;
      readonly lines: readonly HoldLine[];
    }
  | { readonly kind: 'release'; readonly owner: string; readonly hold: number }
  | {
      readonly kind: 'consume';
      readonly owner: string;
      readonly hold: number;
      readonly lines: readonly Consumed[];
    };

/** Commands that are decided together, one after the other, and written down before they are sent. */
export type StockStep = {
  /** Names its operations: a repeat is recognised. */
  readonly number: number;
  readonly moves: readonly StockMove[];
  readonly failures: number;
  readonly at: Date;
};
