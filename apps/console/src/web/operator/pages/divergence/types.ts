import type { OrderRefJson, PlaceJson } from '../../api.ts';
import { placeKey } from '../../format.tsx';

/** Shapes of the API about divergences; 64-bit numbers are strings, absent fields are their zero value. */
export type ReportsJson = {
  place: PlaceJson;
  numbers?: number;
  neverReported?: number;
  reportedAtMs?: string;
  short?: number;
  shortMilli?: string;
  unreported?: number;
  unreportedMilli?: string;
};

export type DivergenceJson = {
  kinds?: string[];
  place: PlaceJson;
  goodsId: string;
  stockKind: string;
  quantityMilli?: string;
  heldMilli?: string;
  unreportedMilli?: string;
  reportedAtMs?: string;
  /** Absent where only the next report can settle it. */
  proposedMilli?: string;
};

export type OverHoldJson = {
  holdRef: string;
  orderRef: OrderRefJson;
  why: string;
  heldSinceMs?: string;
  lines?: { lineId: string; quantityMilli?: string }[];
};

/** A listing at the procurement platform's mall. */
export type ShelfJson = {
  cargoNo: string;
  platformGoodsId?: string;
  wanted?: boolean;
  /** Absent: the platform has said nothing. */
  shelf?: string;
  saidAt?: string;
  divergence?: string;
  callState?: string;
  lastError?: string;
};

export type OutcomeJson = { key: string; outcome: string; ok: boolean };

/** One item of a plan, as it is sent. */
export type ItemJson =
  | {
      what: 'QUANTITY';
      place: string;
      goodsId: string;
      stockKind: string;
      expectedQuantityMilli: string;
      expectedHeldMilli: string;
      quantityMilli: string;
    }
  | { what: 'RELEASE'; holdRef: string };

/** The name of a number, as outcomes tell it. */
export const nameOf = ({ goodsId, place, stockKind }: DivergenceJson): string =>
  `${goodsId} ${placeKey(place)} ${stockKind.replace('STOCK_KIND_', '')}`;

/** What would settle a number, with what was seen of it; null where nothing of ours can. */
export const itemOf = (of: DivergenceJson): ItemJson | null =>
  of.proposedMilli === undefined
    ? null
    : {
        what: 'QUANTITY',
        place: placeKey(of.place),
        goodsId: of.goodsId,
        stockKind: of.stockKind,
        expectedQuantityMilli: of.quantityMilli ?? '0',
        expectedHeldMilli: of.heldMilli ?? '0',
        quantityMilli: of.proposedMilli,
      };
