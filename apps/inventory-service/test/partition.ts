import type { Place, StockKind } from '@astrolabe/kernel';
import { apply } from '../src/domain/apply.ts';
import type { BillType, Body, Command } from '../src/domain/commands.ts';
import type { PolicyRule } from '../src/domain/policy-rules.ts';
import { auditHolds } from '../src/domain/invariants.ts';
import type { Decision, Outcome } from '../src/domain/outcomes.ts';
import { sellable } from '../src/domain/read.ts';
import type { State } from '../src/domain/stock.ts';
import { createState, findCell } from '../src/domain/stock.ts';
import type { Milli } from '../src/domain/quantity.ts';

export const SELLER = '21230';
export const GOODS = 'SKU-A';
export const WH: Place = { type: 'WAREHOUSE', id: 'WH-01' };
export const S1342: Place = { type: 'STORE', id: '1342' };
export const S123: Place = { type: 'STORE', id: '123' };
export const TID = 'tmall:2004574256073903';
export const SUB = '2004574256073904';

/** Pieces to thousandths. */
export const pcs = (pieces: number): Milli => pieces * 1000;

/** What is sellable of the goods on a channel, in thousandths. */
export const sellableIn = ({ state }: { readonly state: State }, channel: string): Milli =>
  sellable(state, { sellerId: SELLER, goodsIds: [GOODS], places: [], channel })[0] ?? 0;

/** A partition in memory, with verbs as short as the tables that use them. */
export class TestPartition {
  readonly state: State = createState();
  nowMs = 1_000;
  last: Decision | null = null;
  private operations = 0;

  run(body: Body, operationId?: string): Outcome {
    this.operations += 1;
    const command: Command = {
      operationId: operationId ?? `op-${this.operations}`,
      sellerId: SELLER,
      actor: 'test',
      messageId: '',
      body,
    };
    this.last = apply(this.state, command, this.nowMs);
    const wrong = auditHolds(this.state);
    if (wrong.length > 0) throw new Error(`holds do not add up: ${wrong[0]?.key}`);
    return this.last.outcome;
  }

  initialise(
    place: Place,
    kind: StockKind,
    pieces: number,
    bill?: string,
    more: { goodsId?: string; at?: number | null } = {},
  ) {
    const billNum = bill ?? `B-${this.operations}`;
    const { goodsId = GOODS, at: operationTimeMs = null } = more;
    const line = { billNum, place, goodsId, kind, operationTimeMs, quantity: pcs(pieces) };
    return this.run({ verb: 'INITIALISE', billScope: 'item.initial', lines: [line] });
  }

  adjust(
    place: Place,
    kind: StockKind,
    billType: BillType,
    pieces: number,
    options: { bill?: string; final?: number; at?: number | null } = {},
  ) {
    const line = {
      billNum: options.bill ?? `U-${this.operations}`,
      billType,
      place,
      goodsId: GOODS,
      kind,
      delta: pcs(pieces),
      finalQuantity: options.final === undefined ? null : pcs(options.final),
      operationTimeMs: options.at ?? null,
    };
    return this.run({ verb: 'ADJUST', billScope: 'item.update', lines: [line] });
  }

  pay(pieces: number, ref = TID, more: { place?: Place; kind?: StockKind; ttlMs?: number } = {}) {
    const line = {
      lineId: SUB,
      goodsId: GOODS,
      quantity: pcs(pieces),
      place: more.place ?? null,
      kind: more.kind ?? ('CERTAIN' as const),
    };
    const ttlMs = more.ttlMs ?? 0;
    return this.run({ verb: 'RESERVE', ref, channel: 'tmall', lines: [line], ttlMs, buyerRef: '' });
  }

  policy = (...rules: PolicyRule[]) => this.run({ verb: 'PUT_POLICY', rules });

  route(place: Place, kind: StockKind, ref = TID) {
    const line = { lineId: SUB, place, kind, quantity: 0, goodsId: '' };
    return this.run({ verb: 'ROUTE', ref, lines: [line] });
  }

  accept = (ref = TID) => this.run({ verb: 'ACCEPT', ref, lineIds: [SUB] });
  refuse = (ref = TID) => this.run({ verb: 'REFUSE', ref, lineIds: [SUB] });
  release = (ref = TID) => this.run({ verb: 'RELEASE', ref, lineIds: [], reason: '' });
  giveBack = (ref = TID) => this.run({ verb: 'GIVE_BACK', ref, lineIds: [], reason: '' });
  confirm = (ref = TID) => this.run({ verb: 'CONFIRM', ref });
  expire = (ref = TID) => this.run({ verb: 'EXPIRE', ref });

  ship(pieces = 0, ref = TID) {
    const lines = [{ lineId: SUB, quantity: pcs(pieces) }];
    return this.run({ verb: 'CONSUME', ref, lines, shipmentRef: 'SF-2323232' });
  }

  /** "quantity/held" of a cell in pieces. */
  cell(place: Place, kind: StockKind): string {
    const cell = findCell(this.state.sellers.get(SELLER), GOODS, place, kind);
    return cell ? `${cell.quantity / 1000}/${cell.held / 1000}` : 'none';
  }

  unreported(place: Place, kind: StockKind): number {
    const cell = findCell(this.state.sellers.get(SELLER), GOODS, place, kind);
    return (cell?.unreported ?? 0) / 1000;
  }

  sellable = (): number => sellableIn(this, '') / 1000;

  /** The row of the table in spec 3.7. */
  row(): string {
    return [
      this.cell(WH, 'CERTAIN'),
      this.cell(S1342, 'SHARED'),
      this.cell(S123, 'CERTAIN'),
      this.cell(S123, 'SHARED'),
      this.sellable(),
    ].join(' ');
  }
}

/** The start of spec 3.7. */
export function workedExample(): TestPartition {
  const partition = new TestPartition();
  partition.initialise(WH, 'CERTAIN', 10);
  partition.initialise(S1342, 'SHARED', 4);
  partition.initialise(S123, 'CERTAIN', 3);
  partition.initialise(S123, 'SHARED', 2);
  return partition;
}
