import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apply } from './apply.ts';
import type { Body } from './commands.ts';
import { cellAt } from './goods.ts';
import { safetyOf } from './policy.ts';
import type { Cell } from './goods.ts';
import { createState, findCell } from './stock.ts';
import { available } from './ledger.ts';

const SELLER = '21230';
const GOODS = 'g-1';
/** More than are looked at one by one; ids of all sorts, so that ties are told apart by each rule. */
const PLACES = [
  ...Array.from({ length: 30 }, (_, n) => ({ type: 'STORE' as const, id: String(n * 7 + 1) })),
  ...['9', '10', '1x', 'WH-01', 'WH-1'].map((id) => ({ type: 'WAREHOUSE' as const, id })),
];

/** A partition in which the commands of one seller are decided one after the other. */
function partition() {
  const state = createState();
  let operations = 0;
  const decide = (body: Body) => {
    operations += 1;
    const operationId = `op-${operations}`;
    return apply(state, { operationId, sellerId: SELLER, actor: 't', messageId: '', body }, 1);
  };
  let bills = 0;
  const initialise = (place: (typeof PLACES)[number], kind: Cell['kind'], pieces: number) => {
    bills += 1;
    const bill = { billNum: `b-${bills}`, operationTimeMs: null };
    const line = { ...bill, place, goodsId: GOODS, kind, quantity: pieces * 1_000 };
    return decide({ verb: 'INITIALISE', billScope: 's', lines: [line] });
  };
  return { state, decide, initialise };
}

/** The rule of spec 3.4, written as it is read. */
function expected(cells: readonly Cell[], free: (cell: Cell) => number): Cell | undefined {
  const rank = (id: string): [number, number, string] =>
    /^\d+$/.test(id) ? [0, Number(id), ''] : [1, 0, id];
  return cells.toSorted((a, b) => {
    if (free(a) !== free(b)) return free(b) - free(a);
    if (a.place.type !== b.place.type) return a.place.type === 'WAREHOUSE' ? -1 : 1;
    const [left, right] = [rank(a.place.id), rank(b.place.id)];
    if (left[0] !== right[0]) return left[0] - right[0];
    if (left[1] !== right[1]) return left[1] - right[1];
    return left[2] < right[2] ? -1 : 1;
  })[0];
}

const reserve = (ref: string, quantities: readonly number[]) => ({
  verb: 'RESERVE' as const,
  ref,
  channel: 'tmall',
  ttlMs: 0,
  buyerRef: '',
  lines: quantities.map((quantity, at) => ({
    lineId: `${ref}-${at}`,
    goodsId: GOODS,
    quantity: quantity * 1_000,
    place: null,
    kind: 'CERTAIN' as const,
  })),
});

const step = fc.oneof(
  fc.record({ what: fc.constant('reserve' as const), pieces: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    what: fc.constant('adjust' as const),
    place: fc.constantFrom(...PLACES),
    pieces: fc.integer({ min: -3, max: 5 }),
  }),
  fc.record({ what: fc.constant('safety' as const), pieces: fc.integer({ min: 0, max: 3 }) }),
);

test('among many places the default location is the one that the rule names, whatever happened before', () => {
  const stocks = fc.array(fc.integer({ min: 0, max: 6 }), {
    minLength: PLACES.length,
    maxLength: PLACES.length,
  });
  fc.assert(
    fc.property(stocks, fc.array(step, { maxLength: 40 }), (pieces, steps) => {
      const { state, decide, initialise } = partition();
      PLACES.forEach((place, at) => initialise(place, 'CERTAIN', pieces[at] ?? 0));
      PLACES.forEach((place) => initialise(place, 'SHARED', 99));
      steps.forEach((each, nth) => {
        if (each.what === 'adjust') {
          const line = {
            billNum: `a-${nth}`,
            place: each.place,
            goodsId: GOODS,
            kind: 'CERTAIN' as const,
            delta: each.pieces * 1_000,
            billType: 'BALANCE' as const,
            finalQuantity: null,
            operationTimeMs: null,
          };
          return void decide({ verb: 'ADJUST', billScope: 's', lines: [line] });
        }
        if (each.what === 'safety') {
          const place = PLACES[nth % PLACES.length] ?? null;
          const quantity = each.pieces * 1_000;
          const rule = { rule: 'SAFETY' as const, goodsId: GOODS, place, quantity };
          return void decide({ verb: 'PUT_POLICY', rules: [rule] });
        }
        const seller = state.sellers.get(SELLER);
        const cells = state.cells.filter(({ kind }) => kind === 'CERTAIN');
        if (!seller) throw new Error('no seller');
        const best = expected(cells, (cell) => available(cell) - safetyOf(seller, cell));
        const free = best ? available(best) - safetyOf(seller, best) : 0;
        const { outcome } = decide(reserve(`h-${nth}`, [each.pieces]));
        const isEnough = free >= each.pieces * 1_000;
        expect(outcome.status).toBe(isEnough ? 'APPLIED' : 'INSUFFICIENT');
        if (isEnough) expect(outcome.lines[0]?.place).toEqual(best?.place);
      });
    }),
  );
});

test('lines of one order on the same goods lie together, where there is enough for both', () => {
  const { decide, initialise } = partition();
  for (const place of PLACES) initialise(place, 'CERTAIN', 3);
  initialise({ type: 'STORE', id: '8' }, 'CERTAIN', 0);
  const both = decide(reserve('h-1', [2, 1])).outcome;
  expect(both.lines.map(({ place }) => place?.id)).toEqual(['9', '9']);
  expect(decide(reserve('h-2', [3])).outcome.lines[0]?.place?.id).toBe('10');
  expect(decide(reserve('h-3', [3, 1])).outcome.status).toBe('INSUFFICIENT');
});

test('what a line takes at the place it names is gone for the line that names none', () => {
  const { decide, initialise } = partition();
  for (const place of PLACES) initialise(place, 'CERTAIN', 3);
  const order = reserve('h-1', [2, 2]);
  const at9 = { type: 'WAREHOUSE' as const, id: '9' };
  const lines = order.lines.map((line, nth) => (nth === 0 ? { ...line, place: at9 } : line));
  const { outcome } = decide({ ...order, lines });
  expect(outcome.lines.map(({ place }) => place?.id)).toEqual(['9', '10']);
});

test('every cell of many is found, and none that is not there', () => {
  const { state, initialise } = partition();
  for (const place of PLACES) initialise(place, 'CERTAIN', 1);
  for (const place of PLACES.slice(0, 10)) initialise(place, 'SHARED', 2);
  const seller = state.sellers.get(SELLER);
  const goods = seller?.goods.get(GOODS);
  if (!goods) throw new Error('no goods');
  for (const [at, place] of PLACES.entries()) {
    expect(findCell(seller, GOODS, place, 'CERTAIN')).toBe(state.cells[at]);
    expect(cellAt(goods, place, 'SHARED')).toBe(at < 10 ? state.cells[PLACES.length + at] : null);
  }
  expect(cellAt(goods, { type: 'STORE', id: 'WH-01' }, 'CERTAIN')).toBeNull();
});
