import type { Place, StockKind } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { BillType } from '../src/domain/commands.ts';

/** A line as a person would keep it on paper: where it is promised, asked for, and sold. */
type Line = { n: number; at: string; asked: string; sold: string; life: string };

/**
 * The rules of dual occupancy once more, in arithmetic: what is held is never counted, but added up
 * from the lines each time. The engine must always agree with it.
 */
export class Reference {
  readonly quantity = new Map<string, number>();
  readonly unreported = new Map<string, number>();
  readonly lines = new Map<string, Line>();
  readonly bills = new Set<string>();
  /** Second of each cell's newest report. */
  readonly reported = new Map<string, number>();
  /** Kept back of every certain cell; the most the one channel may hold; the most open orders. */
  readonly rules = { safety: 0, quota: Infinity, budget: Infinity };

  held = (cell: string) =>
    [...this.lines.values()].reduce(
      (sum, line) => sum + (line.at === cell ? line.n : 0) + (line.asked === cell ? line.n : 0),
      0,
    );
  free = (cell: string) => (this.quantity.get(cell) ?? 0) - this.held(cell);
  private move(cell: string, by: number) {
    this.quantity.set(cell, (this.quantity.get(cell) ?? 0) + by);
    this.unreported.set(cell, (this.unreported.get(cell) ?? 0) - by);
  }
  private isOpen = (line: Line | undefined) => line?.life === 'HELD' || line?.life === 'ROUTED';

  reserve(ref: string, n: number, place: Place): string {
    const cell = key(place, 'CERTAIN');
    if (this.lines.has(ref)) return 'KNOWN';
    const open = [...this.lines.values()].filter(this.isOpen);
    if (open.length >= this.rules.budget) return 'OVER_BUDGET';
    if (this.free(cell) - this.rules.safety < n) return 'INSUFFICIENT';
    if (open.reduce((sum, line) => sum + line.n, n) > this.rules.quota) return 'INSUFFICIENT';
    this.lines.set(ref, { n, at: cell, asked: '', sold: '', life: 'HELD' });
    return 'APPLIED';
  }
  route(ref: string, place: Place, kind: StockKind): string {
    const [line, cell] = [this.lines.get(ref), key(place, kind)];
    if (!line) return 'UNKNOWN_HOLD';
    if (!this.isOpen(line)) return 'CONFLICT';
    if ((line.asked || line.at) === cell) return 'ALREADY_DONE';
    if (cell !== line.at && this.free(cell) < line.n) return 'INSUFFICIENT';
    line.asked = kind === 'SHARED' ? cell : '';
    if (kind === 'CERTAIN') line.at = cell;
    line.life = 'ROUTED';
    return 'APPLIED';
  }
  accept(ref: string): string {
    const line = this.lines.get(ref);
    if (!line) return 'UNKNOWN_HOLD';
    if (line.life === 'SOLD' || line.life === 'SHIPPED') return 'ALREADY_DONE';
    if (!this.isOpen(line)) return 'CONFLICT';
    const cell = line.asked || line.at;
    if ((this.quantity.get(cell) ?? 0) < line.n) return 'INSUFFICIENT';
    this.move(cell, -line.n);
    Object.assign(line, { at: '', asked: '', sold: cell, life: 'SOLD' });
    return 'APPLIED';
  }
  refuse(ref: string): string {
    const line = this.lines.get(ref);
    if (!line || !this.isOpen(line)) return line ? 'CONFLICT' : 'UNKNOWN_HOLD';
    if (line.life === 'HELD') return 'ALREADY_DONE';
    Object.assign(line, { asked: '', life: 'HELD' });
    return 'APPLIED';
  }
  release(ref: string): string {
    const line = this.lines.get(ref);
    if (!line) return 'UNKNOWN_HOLD';
    if (line.life === 'RELEASED') return 'ALREADY_DONE';
    if (!this.isOpen(line)) return 'CONFLICT';
    Object.assign(line, { at: '', asked: '', life: 'RELEASED' });
    return 'APPLIED';
  }
  ship(ref: string): string {
    const line = this.lines.get(ref);
    if (line?.life === 'SHIPPED') return 'ALREADY_DONE';
    const sold = this.isOpen(line) ? this.accept(ref) : line?.life === 'SOLD' ? 'APPLIED' : '';
    if (line && sold === 'APPLIED') line.life = 'SHIPPED';
    return sold || (line ? 'CONFLICT' : 'UNKNOWN_HOLD');
  }
  giveBack(ref: string): string {
    const line = this.lines.get(ref);
    if (!line) return 'UNKNOWN_HOLD';
    if (line.life === 'GIVEN_BACK') return 'ALREADY_DONE';
    if (line.life !== 'SOLD') return 'CONFLICT';
    this.move(line.sold, line.n);
    line.life = 'GIVEN_BACK';
    return 'APPLIED';
  }
  private report(cell: string, second: number) {
    this.reported.set(cell, Math.max(second, this.reported.get(cell) ?? 0));
  }
  count(bill: string, place: Place, kind: StockKind, quantity: number, second: number): string {
    const cell = key(place, kind);
    if (this.bills.has(bill)) return 'ALREADY_DONE';
    if (kind === 'CERTAIN' || second < (this.reported.get(cell) ?? 0)) return 'CONFLICT';
    this.quantity.set(cell, quantity);
    this.unreported.set(cell, 0);
    this.report(cell, second);
    this.bills.add(bill);
    return 'APPLIED';
  }
  adjust(
    bill: string,
    place: Place,
    kind: StockKind,
    type: BillType,
    delta: number,
    second: number,
  ): string {
    const cell = key(place, kind);
    if (this.bills.has(bill)) return 'ALREADY_DONE';
    const ours = this.unreported.get(cell) ?? 0;
    const cover = type === 'TAOBAO_INCLUDED' ? Math.sign(ours) * overlap(-delta, ours) : 0;
    const quantity = (this.quantity.get(cell) ?? 0) + delta + cover;
    if (quantity < 0) return 'INSUFFICIENT';
    this.quantity.set(cell, quantity);
    this.unreported.set(cell, ours - cover);
    this.report(cell, second);
    this.bills.add(bill);
    return 'APPLIED';
  }
}

const key = (place: Place, kind: StockKind): string => `${placeKey(place)}/${kind}`;

/** How much of two signed amounts is the same thing: nothing when they point apart. */
const overlap = (a: number, b: number): number =>
  Math.sign(a) === Math.sign(b) ? Math.min(Math.abs(a), Math.abs(b)) : 0;
