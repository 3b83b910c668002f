import type { Place, StockKind } from '@astrolabe/kernel';
import { ChannelSums } from './channel-sums.ts';
import type { Policy } from './policy-rules.ts';
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
    state: { readonly cells: readonly Cell[]; readonly amounts: Amounts },
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
   * earlier one does not include that report's change.
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

/** One text per cell, for messages and as a key outside of the engine. */
export const cellKey = (cell: {
  readonly sellerId: string;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
}): string => `${cell.sellerId}|${cell.place.type}:${cell.place.id}|${cell.goodsId}|${cell.kind}`;

/** What a seller has of one good, wherever it lies. */
export type Goods = {
  readonly goodsId: string;
  /** In the order of their creation; then the same by their kind. */
  readonly cells: Cell[];
  readonly certain: Cell[];
  readonly shared: Cell[];
  /** The certain cell while there is one alone, as nearly always: no list has to be fetched from memory. */
  onlyCertain: Cell | null;
  /** What each channel holds of the certain stock, of lines that are open; see `usage.ts`. */
  readonly heldBy: ChannelSums;
  /** Follow from the cells; made when these are many, and never stored. */
  index: CellIndex | null;
  ranking: Ranking | null;
};

type CellIndex = Readonly<Record<StockKind, Readonly<Record<Place['type'], Map<string, Cell>>>>>;

/** The certain cells in the order in which a default location is chosen; see `location.ts`. */
export type Ranking = {
  /** The rules it was made under; others make it wrong. */
  readonly policy: Policy;
  best(): Cell | null;
  changed(cell: Cell): void;
};

/** Up to here looking at each cell is quicker; most goods lie at a few places. */
const FEW = 16;

export const createGoods = (goodsId: string): Goods => ({
  goodsId,
  cells: [],
  certain: [],
  shared: [],
  onlyCertain: null,
  heldBy: new ChannelSums(),
  index: null,
  ranking: null,
});

const LIST_OF = { CERTAIN: 'certain', SHARED: 'shared' } as const;

export function addCell(goods: Goods, cell: Cell): void {
  goods.cells.push(cell);
  goods[LIST_OF[cell.kind]].push(cell);
  goods.ranking = null;
  if (cell.kind === 'CERTAIN') goods.onlyCertain = goods.certain.length === 1 ? cell : null;
  if (goods.index) enter(goods.index, cell);
  else if (goods.cells.length > FEW) goods.index = indexOf(goods.cells);
}

/** The cell of a kind at a place; among ten thousand it is found as quickly as among three. */
export function cellAt(goods: Goods, place: Place, kind: StockKind): Cell | null {
  if (goods.index) return goods.index[kind][place.type].get(place.id) ?? null;
  for (const cell of goods.cells) {
    if (cell.kind === kind && cell.place.id === place.id && cell.place.type === place.type) {
      return cell;
    }
  }
  return null;
}

/** The cell of a kind, while there is no other. */
export function onlyCell({ onlyCertain, shared }: Goods, kind: StockKind): Cell | null {
  if (kind === 'CERTAIN') return onlyCertain;
  return shared.length === 1 ? (shared[0] ?? null) : null;
}

/** The cells of a kind, in the order of their creation. */
export const cellsOfKind = (goods: Goods, kind: StockKind): readonly Cell[] => goods[LIST_OF[kind]];

function indexOf(cells: readonly Cell[]): CellIndex {
  const index: CellIndex = {
    CERTAIN: { STORE: new Map(), WAREHOUSE: new Map() },
    SHARED: { STORE: new Map(), WAREHOUSE: new Map() },
  };
  for (const cell of cells) enter(index, cell);
  return index;
}

const enter = (index: CellIndex, cell: Cell): void =>
  void index[cell.kind][cell.place.type].set(cell.place.id, cell);
