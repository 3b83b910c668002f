import type { Place, StockKind } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Body, Command } from '../../domain/commands.ts';
import type { Outcome } from '../../domain/outcomes.ts';
import type { Entry } from '../../domain/ledger.ts';
import type { Cell } from '../../domain/goods.ts';
import { createState, openCell, sellerOf } from '../../domain/stock.ts';
import { NO_BODY, encodeBody } from './body.ts';
import { STATUSES, VERBS } from './codes.ts';
import { createTables, packOperation, sameContent } from './pack.ts';
import { Reader } from './reader.ts';
import type { JournalRecord } from './record.ts';
import { decidedAt, decidedIn, unpackCells, unpackEntries, unpackOperation } from './unpack.ts';

const id = fc.string({ maxLength: 6 });
const milli = fc.maxSafeNat();
const delta = fc.maxSafeInteger();
const kind = fc.constantFrom<StockKind>('CERTAIN', 'SHARED');
const placeId = fc.string({ minLength: 1, maxLength: 6 });
const place = fc.record({
  type: fc.constantFrom('STORE', 'WAREHOUSE'),
  id: placeId,
}) as fc.Arbitrary<Place>;
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const lines = <T>(of: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.array(fc.record(of), { maxLength: 3 });
const named = { lineId: id, goodsId: id, quantity: milli, kind };
const billed = { billNum: id, place, goodsId: id, kind, operationTimeMs: orNull(milli) };
const billType = fc.constantFrom('TAOBAO_INCLUDED', 'TAOBAO_EXCLUDED', 'BALANCE');
const share = fc.record({ of: fc.constant('SHARE'), tenThousandths: milli });
const limit = fc.oneof(share, fc.record({ of: fc.constant('QUANTITY'), quantity: milli }));
const rule = fc.oneof(
  fc.record({
    rule: fc.constant('SAFETY'),
    goodsId: id,
    place: orNull(place),
    quantity: orNull(milli),
  }),
  fc.record({ rule: fc.constant('QUOTA'), channel: id, goodsId: id, limit: orNull(limit) }),
  fc.record({ rule: fc.constant('CHANNEL_HOLDS'), channel: id, most: orNull(milli) }),
  fc.record({ rule: fc.constant('BUYER_HOLDS'), most: orNull(milli) }),
);
const BODIES: Record<Body['verb'], Record<string, fc.Arbitrary<unknown>>> = {
  RESERVE: {
    ref: id,
    channel: id,
    lines: lines({ ...named, place: orNull(place) }),
    ttlMs: milli,
    buyerRef: id,
  },
  ROUTE: { ref: id, lines: lines({ ...named, place }) },
  ACCEPT: { ref: id, lineIds: fc.array(id, { maxLength: 3 }) },
  REFUSE: { ref: id, lineIds: fc.array(id, { maxLength: 3 }) },
  RELEASE: { ref: id, lineIds: fc.array(id, { maxLength: 3 }), reason: id },
  GIVE_BACK: { ref: id, lineIds: fc.array(id, { maxLength: 3 }), reason: id },
  CONFIRM: { ref: id },
  EXPIRE: { ref: id },
  REBIND: { ref: id, newRef: id, lines: lines({ lineId: id, newLineId: id, quantity: milli }) },
  CONSUME: { ref: id, shipmentRef: id, lines: lines({ lineId: id, quantity: milli }) },
  INITIALISE: { billScope: id, lines: lines({ ...billed, quantity: milli }) },
  ADJUST: {
    billScope: id,
    lines: lines({ ...billed, billType: orNull(billType), delta, finalQuantity: orNull(delta) }),
  },
  PUT_POLICY: { rules: fc.array(rule, { maxLength: 3 }) },
  REPAIR_HOLD: { ref: id, reason: id },
  REPAIR_CELL: {
    place,
    goodsId: id,
    kind,
    expected: fc.record({ quantity: milli, held: milli }),
    quantity: milli,
    reason: id,
  },
};
const body = fc.oneof(
  ...VERBS.map((verb) => fc.record({ verb: fc.constant(verb), ...BODIES[verb] })),
) as unknown as fc.Arbitrary<Body>;
const command: fc.Arbitrary<Command> = fc.record({
  operationId: id,
  sellerId: id,
  actor: id,
  messageId: id,
  body,
});
const status = fc.constantFrom(...STATUSES);
const reason = fc.constantFrom('', 'OUT_OF_STOCK', 'LINE_SOLD');
const outcome = fc.record({
  status,
  reason,
  lines: lines({
    id,
    status,
    reason,
    place: orNull(place),
    kind: orNull(kind),
    quantity: milli,
    discrepancy: fc.boolean(),
  }),
}) as fc.Arbitrary<Outcome>;

const CELLS: readonly Cell[] = (() => {
  const state = createState();
  const seller = sellerOf(state, '21230');
  return ['1342', '123', '7'].map((store) =>
    openCell(state, seller, 'SKU-A', { type: 'STORE', id: store }, 'SHARED'),
  );
})();
const entry: fc.Arbitrary<Entry> = fc.record({
  cell: fc.constantFrom(...CELLS),
  quantityDelta: delta,
  heldDelta: delta,
  unreportedDelta: delta,
  quantity: milli,
  held: milli,
  unreported: delta,
  cause: id,
});
const operation = fc.record({ command, outcome, entries: fc.array(entry, { maxLength: 3 }) });
type Operation = { command: Command; outcome: Outcome; entries: readonly Entry[] };

function bodyOf(operations: readonly Operation[]): Uint8Array<ArrayBuffer> {
  const tables = createTables();
  for (const each of operations) packOperation(each.command, each.outcome, each.entries, tables);
  return encodeBody(tables, []);
}

const nameOf = ({ sellerId, place: where, goodsId, kind: of }: Cell) => ({
  sellerId,
  place: where,
  goodsId,
  kind: of,
});

describe('the packed form', () => {
  test('says all that was decided, read whole, by position, or the entries alone', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const packed = bodyOf(operations);
        const record = { body: packed } as unknown as JournalRecord;
        const decisions = operations.map(({ entries, ...decided }) => ({
          ...decided,
          entries: entries.map(({ cell, ...values }) => ({ cell: nameOf(cell), ...values })),
        }));
        const [whole, entriesOnly] = [new Reader(packed), new Reader(packed)];
        const [names, sameNames] = [unpackCells(whole), unpackCells(entriesOnly)];
        for (const each of decisions) {
          expect(whole.next() && unpackOperation(whole, names)).toEqual(each);
          expect(entriesOnly.next()).toBe(true);
          entriesOnly.toEntries();
          expect(unpackEntries(entriesOnly, sameNames)).toEqual(each.entries);
        }
        expect(whole.next() || entriesOnly.next()).toBe(false);
        const decided = operations.map((each) => ({
          command: each.command,
          outcome: each.outcome,
        }));
        expect(decidedIn(record)).toEqual(decided);
        for (const [at, each] of decided.entries()) expect(decidedAt(record, at)).toEqual(each);
        expect(decidedAt(record, decided.length)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('two commands have the same content when they say the same, and only then', () => {
    const plain = (of: Body) => JSON.stringify(of);
    fc.assert(
      fc.property(body, body, (a, b) => {
        expect(sameContent(a, structuredClone(a))).toBe(true);
        expect(sameContent(a, b)).toBe(plain(a) === plain(b));
      }),
      { numRuns: 2_000 },
    );
    const adjust = (finalQuantity: number | null): Body => {
      const line = {
        billNum: 'B',
        goodsId: 'g',
        kind: 'CERTAIN',
        delta: 1,
        billType: null,
        operationTimeMs: null,
      } as const;
      const where = { type: 'STORE', id: '1' } as const;
      return { verb: 'ADJUST', billScope: 's', lines: [{ ...line, place: where, finalQuantity }] };
    };
    expect(sameContent(adjust(null), adjust(0))).toBe(false);
    expect(sameContent(adjust(null), adjust(-1))).toBe(false);
  });

  test('what is no operation is no endless one', () => {
    const reader = (numbers: number[]) => {
      const tables = createTables();
      tables.texts.push('op', 'm');
      for (const number of numbers) tables.numbers.add(number);
      return new Reader(encodeBody(tables, []));
    };
    expect(() => reader([0, 0, 0]).next()).toThrow(TypeError);
    expect(() => reader([-5, 0, 0]).next()).toThrow(TypeError);
    const cut = reader([9, 2, 6, 0]);
    expect(cut.next()).toBe(true);
    expect(() => unpackOperation(cut, [])).toThrow(TypeError);
    const faraway = reader([4, 2, Number.MAX_SAFE_INTEGER, 0]);
    expect(faraway.next()).toBe(true);
    expect(() => faraway.toEntries()).toThrow(TypeError);
    expect(() => cut.placeAhead(1)).toThrow(TypeError);
    expect(new Reader(NO_BODY).next()).toBe(false);
  });
});
