import type { Cell } from './goods.ts';
import type { Milli } from './quantity.ts';

/**
 * Life of an order line.
 *
 *   HELD ⇄ ROUTED → SOLD → SHIPPED
 *     │       │       └──→ GIVEN_BACK      (back on the shelf before it left)
 *     └───────┴──→ SHIPPED                 (consumed without a store's answer)
 *     └───────┴──→ RELEASED, EXPIRED
 */
export type LineState =
  'HELD' | 'ROUTED' | 'SOLD' | 'SHIPPED' | 'RELEASED' | 'EXPIRED' | 'GIVEN_BACK';

/** One line of an order and where it holds stock. */
export type Line = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantity: Milli;
  /** Still held; 0 when the line is closed. */
  open: Milli;
  /** Left the house already. */
  shipped: Milli;
  /** The hold that a buyer was promised; there is exactly one while the line is open (I2). */
  guarantee: Cell | null;
  /** The second hold, on shared stock of the store that is asked; at most one (I3). */
  routed: Cell | null;
  /** The cell that the quantity left, once (I5). */
  sold: Cell | null;
  state: LineState;
};

/** The holds of one order under one name for their whole life. */
export type NewHold = {
  readonly ref: string;
  readonly sellerId: string;
  /** Holds of a partition are numbered in the order of their creation. */
  readonly number: number;
  readonly channel: string;
  readonly buyerRef: string;
  readonly lines: readonly Line[];
  /** Journal time of its making, in whole seconds; 0 for holds of snapshots that did not keep it. */
  readonly heldSince: number;
  /** Journal time of the end of life; 0: none. */
  expiresAtMs: number;
  /** The hold that a requisition was passed on to. */
  reboundTo: string;
};

/** A hold that is kept; `address` is where. */
export type Hold = NewHold & { readonly address: number };

export const isOpen = (line: Line): boolean => line.state === 'HELD' || line.state === 'ROUTED';

/** A hold is closed when nothing can happen to it any more. */
export const isClosed = (hold: Hold): boolean =>
  hold.lines.every((line) => !isOpen(line) && line.state !== 'SOLD');

/** The cell that the line's stock would leave: the store that was asked, else the guarantee. */
export const sourceOf = (line: Line): Cell | null => line.routed ?? line.guarantee;
