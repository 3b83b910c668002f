import type { Place, StockKind } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { Expiry } from './expiry.ts';
import { createExpiry } from './expiry.ts';
import type { Amounts, Goods } from './goods.ts';
import { Cell, addCell, cellAt, createGoods } from './goods.ts';
import type { HoldStore } from './hold-store/store.ts';
import { addSeller, createHoldStore } from './hold-store/store.ts';
import { LIMITS } from './limits.ts';
import type { Listing } from './listing.ts';
import { createListing } from './listing.ts';
import type { Policy } from './policy-rules.ts';
import { createPolicy } from './policy-rules.ts';
import type { Recent } from './recent.ts';
import { createRecent } from './recent.ts';
import type { Usage } from './usage.ts';
import { createUsage } from './usage.ts';

/** All of one seller; sellers share nothing. */
export type SellerStock = {
  readonly sellerId: string;
  readonly number: number;
  readonly goods: Map<string, Goods>;
  /** Number of holds that are kept, closed ones included. */
  holds: number;
  readonly listing: Listing;
  /** Holds made since it was last asked whether the listing has to be swept. */
  unswept: number;
  policy: Policy;
  usage: Usage;
};

/** The state of a partition. It is changed in place by `apply` and by nothing else. */
export type State = {
  readonly sellers: Map<string, SellerStock>;
  readonly cells: Cell[];
  readonly amounts: Amounts;
  /** By their key: cells that lie at one place name one object. */
  readonly places: Map<string, Place>;
  readonly expiry: Expiry;
  /** Bodies of processed bills by seller, scope and number; failed ones are not in it. */
  readonly bills: Recent<string>;
  readonly holds: HoldStore;
  /** Addresses of the last closed holds: a ring, the oldest is forgotten for the newest. */
  readonly closed: { readonly ring: number[]; next: number };
  openLines: number;
  /** Holds ever made. */
  holdsMade: number;
};

export function createState(): State {
  const cells: Cell[] = [];
  return {
    sellers: new Map(),
    cells,
    amounts: { of: new Float64Array(0) },
    places: new Map(),
    expiry: createExpiry(),
    bills: createRecent(LIMITS.billsRemembered),
    holds: createHoldStore(cells),
    closed: { ring: [], next: 0 },
    openLines: 0,
    holdsMade: 0,
  };
}

export function sellerOf(state: State, sellerId: string): SellerStock {
  let seller = state.sellers.get(sellerId);
  if (!seller) {
    seller = {
      sellerId,
      number: addSeller(state.holds, sellerId),
      goods: new Map(),
      holds: 0,
      listing: createListing(),
      unswept: 0,
      policy: createPolicy(),
      usage: createUsage(),
    };
    state.sellers.set(sellerId, seller);
  }
  return seller;
}

/** The cell, or null when nothing was ever initialised or adjusted there. */
export function findCell(
  seller: SellerStock | undefined,
  goodsId: string,
  place: Place,
  kind: StockKind,
): Cell | null {
  const goods = seller?.goods.get(goodsId);
  return goods ? cellAt(goods, place, kind) : null;
}

/** The cell; an empty one is opened when there is none. */
export function openCell(
  state: State,
  seller: SellerStock,
  goodsId: string,
  place: Place,
  kind: StockKind,
): Cell {
  const existing = findCell(seller, goodsId, place, kind);
  if (existing) return existing;
  const goods = openGoods(seller, goodsId);
  const cell = new Cell(state, {
    sellerId: seller.sellerId,
    place: onePlace(state, place),
    goodsId: goods.goodsId,
    kind,
    goods,
  });
  state.cells.push(cell);
  addCell(goods, cell);
  return cell;
}

function onePlace({ places }: State, place: Place): Place {
  const key = placeKey(place);
  const existing = places.get(key);
  if (!existing) places.set(key, place);
  return existing ?? place;
}

function openGoods(seller: SellerStock, goodsId: string): Goods {
  const existing = seller.goods.get(goodsId);
  if (existing) return existing;
  const goods = createGoods(goodsId);
  seller.goods.set(goodsId, goods);
  return goods;
}
