import type { Place, StockKind } from '@astrolabe/kernel';
import type { Policy } from './policy.ts';
import type { Milli } from './quantity.ts';
import type { Cell } from './stock.ts';

/** What a seller has of one good, wherever it lies. */
export type Goods = {
  readonly goodsId: string;
  /** In the order of their creation. */
  readonly cells: Cell[];
  /** What each channel holds of the certain stock, of lines that are open; see `usage.ts`. */
  readonly heldBy: Map<string, Milli>;
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
  heldBy: new Map(),
  index: null,
  ranking: null,
});

export function addCell(goods: Goods, cell: Cell): void {
  goods.cells.push(cell);
  goods.ranking = null;
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

/** The cells of a kind, in no order that means anything. */
export function cellsOfKind(goods: Goods, kind: StockKind): readonly Cell[] {
  if (!goods.index) return goods.cells.filter((cell) => cell.kind === kind);
  const { WAREHOUSE, STORE } = goods.index[kind];
  return [...WAREHOUSE.values(), ...STORE.values()];
}

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
