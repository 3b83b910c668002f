import type { OrderRefJson, PlaceJson } from '../../api.ts';
import { placeKey } from '../../format.tsx';

export type GoodsJson = {
  goodsId: string;
  keys?: {
    itemSku?: { itemId?: string; skuId?: string };
    scItemId?: string;
    outerId?: string;
    cargoNo?: string;
    mallSku?: string;
  }[];
  name?: string;
  sku?: string;
};
export type FoundJson = { goods?: GoodsJson[]; isMore?: boolean };

export type CellJson = {
  place: PlaceJson;
  kind: string;
  quantityMilli?: string;
  heldMilli?: string;
  keptBackMilli?: string;
  freeMilli?: string;
  unreportedMilli?: string;
  reportedAtMs?: string;
  short?: boolean;
};
export type StockJson = { goodsId: string; cells?: CellJson[]; nextToken?: string };

type SumsJson = {
  onHandMilli: string;
  heldMilli: string;
  bufferMilli: string;
  freeMilli: string;
};
export type TotalsJson = {
  certain: SumsJson;
  shared: SumsJson;
  short: number;
  isWhole: boolean;
  sellableMilli: string;
};

export type EntryJson = {
  atMs?: string;
  verb?: string;
  operationId?: string;
  actor?: string;
  cause?: string;
  quantityDeltaMilli?: string;
  heldDeltaMilli?: string;
  quantityMilli?: string;
  heldMilli?: string;
  orderRef?: OrderRefJson;
};
export type HistoryJson = { entries?: EntryJson[]; nextToken?: string };

type BalanceJson = { quantityMilli: string; heldMilli: string };
export type CheckJson = {
  outcome: 'ADDS_UP' | 'DIFFERS' | 'MOVING';
  entries: number;
  isWhole: boolean;
  sum: BalanceJson;
  opening: BalanceJson;
  shown: BalanceJson;
};

export type HoldJson = {
  holdRef: string;
  channel?: string;
  lines?: {
    lineId?: string;
    quantityMilli?: string;
    certainPlace?: PlaceJson;
    sharedPlace?: PlaceJson;
    state?: string;
  }[];
  heldSinceMs?: string;
  expiresAtMs?: string;
  orderRef?: OrderRefJson;
};
export type HoldsJson = { holds?: HoldJson[]; nextToken?: string };

/** CERTAIN or SHARED. */
const kindOf = ({ kind }: CellJson): string => kind.replace('STOCK_KIND_', '');

/** Names one number of the article, in the page's address. */
export const cellKey = (cell: CellJson): string => `${placeKey(cell.place)}/${kindOf(cell)}`;

/** What the API calls a number of goods. */
export const numberAsked = (goods: string, cell: CellJson) => ({
  goods,
  place: placeKey(cell.place),
  kind: kindOf(cell),
});
