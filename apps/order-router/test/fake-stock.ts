import type { HoldPolicy, Milli, OrderRef, Place } from '@astrolabe/kernel';
import { holdRef, placeFromKey, placeKey, samePlace } from '@astrolabe/kernel';
import type { HeldLine, Stock, StockCommand } from '../src/application/ports.ts';
import type { StockOutcome } from '../src/domain/commands.ts';
import type { FreeStock } from '../src/domain/routing/types.ts';

type Kind = 'CERTAIN' | 'SHARED';
type Cell = { quantity: Milli; held: Milli };
type Line = {
  goodsId: string;
  quantity: Milli;
  certain: Place | null;
  shared: Place | null;
  sold: boolean;
  /** Where it was taken from; null before and after. */
  soldFrom: Cell | null;
  shipped: boolean;
};

const DONE: StockOutcome = { kind: 'done', places: {} };

/** The dual occupancy of specification section 3.5 in memory: a double of the inventory for tests. */
export class FakeStock implements Stock {
  readonly cells = new Map<string, Cell>();
  readonly holds = new Map<string, Map<string, Line>>();
  readonly operations = new Map<string, { content: string; outcome: StockOutcome }>();
  readonly commands: string[] = [];
  /** How the holds that were made are to be held. */
  readonly policies: HoldPolicy[] = [];

  set(place: Place, goodsId: string, kind: Kind, pieces: number): void {
    this.cell(place, goodsId, kind).quantity = BigInt(pieces) * 1000n;
  }

  /** "quantity/held" in pieces, as the table of section 3.7 writes it. */
  at(place: Place, goodsId: string, kind: Kind): string {
    const { quantity, held } = this.cell(place, goodsId, kind);
    return `${quantity / 1000n}/${held / 1000n}`;
  }

  execute(command: StockCommand): Promise<StockOutcome> {
    this.commands.push(command.operationId);
    const content = JSON.stringify(command, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    const before = this.operations.get(command.operationId);
    if (before && before.content !== content) {
      return Promise.resolve({ kind: 'refused', reason: 'CONFLICT' });
    }
    if (before) return Promise.resolve(before.outcome);
    const outcome = this.apply(command);
    if (outcome.kind === 'done') this.operations.set(command.operationId, { content, outcome });
    return Promise.resolve(outcome);
  }

  free(_sellerId: string, goodsIds: readonly string[]): Promise<readonly FreeStock[]> {
    const all = new Map<string, { place: Place; goodsId: string; CERTAIN: Milli; SHARED: Milli }>();
    for (const [key, cell] of this.cells) {
      const [at = '', goodsId = '', kind] = key.split('|');
      const place = placeFromKey(at);
      if (!place || !goodsIds.includes(goodsId)) continue;
      const row = all.get(`${at}|${goodsId}`) ?? { place, goodsId, CERTAIN: 0n, SHARED: 0n };
      row[kind as Kind] = cell.quantity - cell.held;
      all.set(`${at}|${goodsId}`, row);
    }
    return Promise.resolve(
      [...all.values()].map(({ place, goodsId, CERTAIN, SHARED }) => ({
        place,
        goodsId,
        sharedMilli: SHARED,
        certainMilli: CERTAIN,
      })),
    );
  }

  held(order: OrderRef, hold: number): Promise<readonly HeldLine[]> {
    const lines = this.holds.get(holdRef(order, hold)) ?? new Map<string, Line>();
    return Promise.resolve(
      [...lines].map(([subOrderId, line]) => ({
        subOrderId,
        certainPlace: line.certain,
        sharedPlace: line.shared,
      })),
    );
  }

  /** Sum of all holds, in thousandths. */
  totalHeld(): Milli {
    return [...this.cells.values()].reduce((sum, cell) => sum + cell.held, 0n);
  }

  private apply(command: StockCommand): StockOutcome {
    const { verb } = command;
    const ref = holdRef(command.orderRef, command.hold);
    if (verb.kind === 'reserve') {
      this.policies.push(verb.policy);
      return this.reserve(ref, verb.lines);
    }
    if (verb.kind === 'adjust') {
      for (const { at, goodsId, quantityMilli } of verb.lines) {
        this.cell(at.place, goodsId, at.kind === 'SHARED' ? 'SHARED' : 'CERTAIN').quantity +=
          quantityMilli;
      }
      return DONE;
    }
    const hold = this.holds.get(ref);
    // As the adapter has it: there is nothing to release.
    if (!hold && verb.kind === 'release') return DONE;
    if (!hold) return { kind: 'refused', reason: 'UNKNOWN_HOLD' };
    if (verb.kind === 'route') return this.route(hold, verb.lines);
    for (const id of verb.subOrderIds) {
      const line = hold.get(id);
      if (!line) return { kind: 'refused', reason: 'INVALID' };
      if (verb.kind === 'accept') this.accept(line);
      if (verb.kind === 'refuse') this.drop(line, 'shared');
      if (verb.kind === 'release') {
        this.drop(line, 'shared');
        this.drop(line, 'certain');
      }
      if (verb.kind === 'giveBack') {
        if (!line.sold || line.shipped) return { kind: 'refused', reason: 'LINE_NOT_SOLD' };
        if (line.soldFrom) line.soldFrom.quantity += line.quantity;
        line.soldFrom = null;
      }
      if (verb.kind === 'consume') line.shipped = true;
    }
    return DONE;
  }

  private reserve(
    ref: string,
    lines: readonly { subOrderId: string; goodsId: string; quantityMilli: Milli }[],
  ): StockOutcome {
    const taken: [Cell, Milli][] = [];
    const hold = new Map<string, Line>();
    for (const { subOrderId, goodsId, quantityMilli } of lines) {
      const place = this.largest(goodsId, quantityMilli);
      if (!place) {
        for (const [cell, quantity] of taken) cell.held -= quantity;
        return { kind: 'insufficient', reason: 'NO_CERTAIN_STOCK' };
      }
      const cell = this.cell(place, goodsId, 'CERTAIN');
      cell.held += quantityMilli;
      taken.push([cell, quantityMilli]);
      hold.set(subOrderId, {
        goodsId,
        quantity: quantityMilli,
        certain: place,
        shared: null,
        sold: false,
        soldFrom: null,
        shipped: false,
      });
    }
    this.holds.set(ref, hold);
    const places = Object.fromEntries(
      [...hold].flatMap(([id, line]) => (line.certain ? [[id, line.certain]] : [])),
    );
    return { kind: 'done', places };
  }

  private route(
    hold: Map<string, Line>,
    targets: readonly { subOrderId: string; place: Place; stock: Kind }[],
  ): StockOutcome {
    const backup = new Map([...this.cells].map(([key, cell]) => [key, { ...cell }]));
    const lines = new Map([...hold].map(([key, line]) => [key, { ...line }]));
    for (const { subOrderId, place, stock } of targets) {
      const line = hold.get(subOrderId);
      if (!line || line.sold) return { kind: 'refused', reason: 'CONFLICT' };
      const same = stock === 'CERTAIN' && line.certain && samePlace(line.certain, place);
      this.drop(line, 'shared');
      const cell = this.cell(place, line.goodsId, stock);
      if (same) continue;
      if (cell.quantity - cell.held < line.quantity) {
        for (const [key, value] of backup) Object.assign(this.cells.get(key) ?? {}, value);
        for (const [key, value] of lines) Object.assign(hold.get(key) ?? {}, value);
        return { kind: 'insufficient', reason: 'INSUFFICIENT' };
      }
      if (stock === 'CERTAIN') this.drop(line, 'certain');
      cell.held += line.quantity;
      line[stock === 'CERTAIN' ? 'certain' : 'shared'] = place;
    }
    return DONE;
  }

  private accept(line: Line): void {
    if (line.sold) return;
    const place = line.shared ?? line.certain;
    if (place) {
      line.soldFrom = this.cell(place, line.goodsId, line.shared ? 'SHARED' : 'CERTAIN');
      line.soldFrom.quantity -= line.quantity;
    }
    this.drop(line, 'shared');
    this.drop(line, 'certain');
    line.sold = true;
  }

  private drop(line: Line, which: 'certain' | 'shared'): void {
    const place = line[which];
    if (!place) return;
    const kind = which === 'certain' ? 'CERTAIN' : 'SHARED';
    this.cell(place, line.goodsId, kind).held -= line.quantity;
    line[which] = null;
  }

  private largest(goodsId: string, needed: Milli): Place | null {
    let best: { place: Place; free: Milli } | null = null;
    for (const [key, cell] of this.cells) {
      const [at = '', goods, kind] = key.split('|');
      const place = placeFromKey(at);
      const free = cell.quantity - cell.held;
      if (!place || goods !== goodsId || kind !== 'CERTAIN' || free < needed) continue;
      if (!best || free > best.free) best = { place, free };
    }
    return best?.place ?? null;
  }

  private cell(place: Place, goodsId: string, kind: Kind): Cell {
    const key = `${placeKey(place)}|${goodsId}|${kind}`;
    const cell = this.cells.get(key) ?? { quantity: 0n, held: 0n };
    this.cells.set(key, cell);
    return cell;
  }
}
