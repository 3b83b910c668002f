import type { Place, StockKind } from '@astrolabe/kernel';
import { invariant, placeKey } from '@astrolabe/kernel';
import type { Hold } from './holds.ts';
import type { Expiry } from './expiry.ts';
import { createExpiry } from './expiry.ts';
import type { Recent } from './recent.ts';
import { createRecent } from './recent.ts';
import { LIMITS } from './limits.ts';
import type { Policy } from './policy.ts';
import { createPolicy } from './policy.ts';
import type { Listing } from './listing.ts';
import { addToListing, createListing, listedAfter, sweepNext } from './listing.ts';
import type { Goods } from './goods.ts';
import { addCell, cellAt, createGoods } from './goods.ts';
import type { HoldStore } from './hold-store/store.ts';
import { addSeller, createHoldStore, findHold, holdOfNumber, isThere } from './hold-store/store.ts';
import type { Usage } from './usage.ts';
import { createUsage } from './usage.ts';
import type { Milli } from './quantity.ts';

/**
 * One account: what a seller has of one good at one place under one promise. `available` is
 * `quantity - held`. What is decided changes it by `post` only.
 */
export class Cell {
  /** Position in `State.cells`; cells are numbered in the order of their creation. */
  readonly number: number;
  readonly sellerId: string;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
  readonly goods: Goods;
  initialised = false;
  private readonly amounts: Amounts;

  constructor(
    state: Pick<State, 'cells' | 'amounts'>,
    name: Pick<Cell, 'sellerId' | 'place' | 'goodsId' | 'kind' | 'goods'>,
  ) {
    this.number = state.cells.length;
    this.sellerId = name.sellerId;
    this.place = name.place;
    this.goodsId = name.goodsId;
    this.kind = name.kind;
    this.goods = name.goods;
    this.amounts = state.amounts;
    openAmounts(state.amounts, this.number);
  }

  get quantity(): Milli {
    return this.amounts.of[AMOUNTS * this.number] ?? 0;
  }

  get held(): Milli {
    return this.amounts.of[AMOUNTS * this.number + 1] ?? 0;
  }

  /** Platform sales minus give-backs that no report of the merchant has included yet; signed. */
  get unreported(): Milli {
    return this.amounts.of[AMOUNTS * this.number + 2] ?? 0;
  }

  /**
   * The second of the newest report that was applied, in epoch milliseconds; 0: none. A full count of an
   * earlier one has not seen that report's change.
   */
  get reportedAtMs(): number {
    return this.amounts.of[AMOUNTS * this.number + 3] ?? 0;
  }

  /** A report of that time was applied. The time never goes back. */
  reported(atMs: number): void {
    if (atMs > this.reportedAtMs) this.amounts.of[AMOUNTS * this.number + 3] = atMs;
  }

  /** What it comes to; for `post`, and for a snapshot that is restored. */
  set(quantity: Milli, held: Milli, unreported: Milli): void {
    const { of } = this.amounts;
    const at = AMOUNTS * this.number;
    of[at] = quantity;
    of[at + 1] = held;
    of[at + 2] = unreported;
  }
}

/**
 * Quantity, held, unreported and time of the newest report of each cell by its number. They stand together
 * because an order over many goods waits for each place in memory that it looks at.
 */
export type Amounts = { of: Float64Array };

const AMOUNTS = 4;
const AMOUNTS_MIN = 1_024;

function openAmounts(amounts: Amounts, number: number): void {
  if ((number + 1) * AMOUNTS <= amounts.of.length) return;
  const larger = new Float64Array(Math.max(AMOUNTS * AMOUNTS_MIN, 2 * amounts.of.length));
  larger.set(amounts.of);
  amounts.of = larger;
}

/** All of one seller; sellers share nothing. */
export type SellerStock = {
  readonly sellerId: string;
  readonly number: number;
  readonly goods: Map<string, Goods>;
  /** Holds that are known, closed ones included. */
  holds: number;
  readonly listing: Listing;
  /** Holds made since it was last asked whether the listing has to be swept. */
  unswept: number;
  policy: Policy;
  usage: Usage;
};

/** All that a partition knows. It is changed in place by `apply` and by nothing else. */
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

/** A line of the ledger: how one operation changed one cell, and what it came to. */
export type Entry = {
  readonly cell: Cell;
  readonly quantityDelta: Milli;
  readonly heldDelta: Milli;
  readonly unreportedDelta: Milli;
  /** Values afterwards. */
  readonly quantity: Milli;
  readonly held: Milli;
  readonly unreported: Milli;
  /** The order line or the bill that caused it. */
  readonly cause: string;
};

/** A change that is planned: not yet part of the ledger. */
export type Change = {
  readonly cell: Cell;
  readonly quantity: Milli;
  readonly held: Milli;
  readonly unreported: Milli;
  readonly cause: string;
};

export const available = (cell: Cell): Milli => cell.quantity - cell.held;

/** An adjustment went below what is held: nothing more can be held here until it is made up for. */
export const isShort = (cell: Pick<Cell, 'quantity' | 'held'>): boolean =>
  cell.held > cell.quantity;

/** What would be free if the planned changes were written. */
export function availableAfter(cell: Cell, changes: readonly Change[]): Milli {
  let free = available(cell);
  for (const change of changes) {
    if (change.cell === cell) free += change.quantity - change.held;
  }
  return free;
}

export const hold = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: 0,
  held: milli,
  unreported: 0,
  cause,
});

export const unhold = (cell: Cell, milli: Milli, cause: string): Change =>
  hold(cell, -milli, cause);

/** Held stock leaves: a sale that the merchant's own reports may come to include. */
export const sell = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: -milli,
  held: -milli,
  unreported: milli,
  cause,
});

/** Sold stock comes back on the shelf. */
export const putBack = (cell: Cell, milli: Milli, cause: string): Change => ({
  cell,
  quantity: milli,
  held: 0,
  unreported: -milli,
  cause,
});

/**
 * Writes changes into the ledger. The only function that changes a cell. I1: a quantity and a sum of
 * holds are never negative.
 */
export const post = (changes: readonly Change[]): Entry[] => changes.map(postOne);

function postOne(change: Change): Entry {
  const { cell } = change;
  const quantity = cell.quantity + change.quantity;
  const held = cell.held + change.held;
  invariant(quantity >= 0 && quantity <= LIMITS.cellMilli, 'I1 quantity', () => cellKey(cell));
  invariant(held >= 0, 'I1 held', () => cellKey(cell));
  const unreported = cell.unreported + change.unreported;
  cell.set(quantity, held, unreported);
  cell.goods.ranking?.changed(cell);
  return {
    cell,
    quantityDelta: change.quantity,
    heldDelta: change.held,
    unreportedDelta: change.unreported,
    quantity,
    held,
    unreported,
    cause: change.cause,
  };
}

/** One text per cell, for messages and as a key outside of the engine. */
export const cellKey = (cell: {
  readonly sellerId: string;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
}): string => `${cell.sellerId}|${cell.place.type}:${cell.place.id}|${cell.goodsId}|${cell.kind}`;

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
  const known = findCell(seller, goodsId, place, kind);
  if (known) return known;
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
  const known = places.get(key);
  if (!known) places.set(key, place);
  return known ?? place;
}

function openGoods(seller: SellerStock, goodsId: string): Goods {
  const known = seller.goods.get(goodsId);
  if (known) return known;
  const goods = createGoods(goodsId);
  seller.goods.set(goodsId, goods);
  return goods;
}

const FORGOTTEN_MAX = 1_024;
const SWEPT_EVERY = 1_024;

/** Appends to the listing; while most of it is forgotten it is swept, at a bounded cost per hold. */
export function listHold(store: HoldStore, seller: SellerStock, made: Hold): void {
  const { listing } = seller;
  addToListing(listing, made.number, made.address);
  seller.unswept += 1;
  if (seller.unswept < SWEPT_EVERY) return;
  seller.unswept = 0;
  if (listing.length <= 2 * seller.holds + FORGOTTEN_MAX) return;
  sweepNext(listing, (address, number) => isThere(store, address, number));
}

/** The seller's holds in the order of their creation, closed ones included. */
export function* holdsOf(state: State, seller: SellerStock): Generator<Hold> {
  for (const { number, address } of listedAfter(seller.listing, -1)) {
    const hold = holdOfNumber(state.holds, address, number);
    if (hold) yield hold;
  }
}

/** The hold of this name, to be looked at; what is changed in it is a copy. */
export const findHoldOf = (
  state: State,
  seller: SellerStock | undefined,
  ref: string,
): Hold | undefined => seller && findHold(state.holds, seller.number, ref);
