import type { Place, StockKind } from '@astrolabe/kernel';
import { isNumericId } from '@astrolabe/kernel';
import type { Cell, Goods, Ranking } from './goods.ts';
import { cellsOfKind, onlyCell } from './goods.ts';
import type { Policy } from './policy-rules.ts';
import { safetyOf } from './policy.ts';
import type { Milli } from './quantity.ts';
import type { SellerStock } from './stock.ts';
import type { Change } from './ledger.ts';
import { available, availableAfter } from './ledger.ts';

/**
 * Where goods are reserved when a line names no place (spec 3.4): the largest stock that is free beyond
 * its safety stock; of equal ones a warehouse before a store, then the lowest id. If it has not the
 * quantity of all lines on these goods together, no place has. `planned` are holds of the same
 * command: they only make a place less free, so the best one stays the best until it is planned on.
 */
export function defaultLocation(
  seller: SellerStock,
  goods: Goods,
  kind: StockKind,
  planned: readonly Change[],
): Cell | null {
  // Most goods lie at one place: whoever has not to choose looks at nothing.
  const only = onlyCell(goods, kind);
  if (only) return only;
  const cells = cellsOfKind(goods, kind);
  if (goods.index && kind === 'CERTAIN') {
    const first = rankingOf(seller, goods).best();
    if (!first || planned.every(({ cell }) => cell !== first)) return first;
  }
  let best: Cell | null = null;
  let most = 0;
  for (const cell of cells) {
    const free = availableAfter(cell, planned) - safetyOf(seller, cell);
    if (best === null || free > most || (free === most && comesFirst(cell.place, best.place))) {
      best = cell;
      most = free;
    }
  }
  return best;
}

function rankingOf(seller: SellerStock, goods: Goods): Ranking {
  const ranking = goods.ranking;
  if (ranking?.policy === seller.policy) return ranking;
  const made = new Tournament(cellsOfKind(goods, 'CERTAIN'), seller);
  goods.ranking = made;
  return made;
}

/** Warehouses before stores, then numbers by their value, then other ids by code unit. */
function comesFirst(a: Place, b: Place): boolean {
  if (a.type !== b.type) return a.type === 'WAREHOUSE';
  const isNumber = isNumericId(a.id);
  if (isNumber !== isNumericId(b.id)) return isNumber;
  if (isNumber && a.id.length !== b.id.length) return a.id.length < b.id.length;
  return a.id < b.id;
}

/**
 * Each node has the better of the two below it, so a cell that changes is compared once on each level,
 * and the best of ten thousand is at hand.
 */
class Tournament implements Ranking {
  readonly policy: Policy;
  private readonly seller: SellerStock;
  private readonly cells: readonly Cell[];
  private readonly positions = new Map<Cell, number>();
  /** Positions of cells: node 1 is the root, and the cells' own nodes begin at their count. */
  private readonly winners: Int32Array;

  constructor(cells: readonly Cell[], seller: SellerStock) {
    this.policy = seller.policy;
    this.seller = seller;
    // So that of equal ones the lower position comes first.
    this.cells = cells.toSorted((a, b) => (comesFirst(a.place, b.place) ? -1 : 1));
    this.winners = new Int32Array(2 * cells.length);
    for (const [position, cell] of this.cells.entries()) {
      this.positions.set(cell, position);
      this.winners[cells.length + position] = position;
    }
    for (let node = cells.length - 1; node >= 1; node -= 1) this.play(node);
  }

  best(): Cell | null {
    // With one cell the root is its own node.
    return this.cells[this.winners[1] ?? 0] ?? null;
  }

  changed(cell: Cell): void {
    const position = this.positions.get(cell);
    if (position === undefined) return;
    let node = (this.cells.length + position) >> 1;
    for (; node >= 1; node >>= 1) this.play(node);
  }

  private play(node: number): void {
    const left = this.winners[2 * node] ?? 0;
    const right = this.winners[2 * node + 1] ?? 0;
    const more = this.freeAt(left) - this.freeAt(right);
    this.winners[node] = more > 0 || (more === 0 && left < right) ? left : right;
  }

  private freeAt(position: number): Milli {
    const cell = this.cells[position];
    return cell ? available(cell) - safetyOf(this.seller, cell) : 0;
  }
}
