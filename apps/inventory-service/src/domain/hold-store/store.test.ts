import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Hold, LineState, NewHold } from '../holds.ts';
import type { Cell } from '../goods.ts';
import { createState, openCell, sellerOf } from '../stock.ts';
import { PAGE_BYTES, restorePage } from './blocks.ts';
import { addHold, findHold, forgetHold, isThere, saveHold } from './store.ts';

const STATES: readonly LineState[] = ['HELD', 'ROUTED', 'SOLD', 'SHIPPED', 'RELEASED', 'EXPIRED'];

/** Two sellers with three cells each. */
function world() {
  const state = createState();
  const cells = ['a', 'b'].flatMap((sellerId) =>
    ['WH-01', '1342', '123'].map((id) =>
      openCell(state, sellerOf(state, sellerId), 'SKU', { type: 'STORE', id }, 'CERTAIN'),
    ),
  );
  return { state, store: state.holds, cells };
}

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }),
  fc.constantFrom('tmall:1', '订单-1', 'ÿ', '\u0000'),
);
const milli = fc.integer({ min: 0, max: 2 ** 52 });
const step = fc.record({
  what: fc.constantFrom('add', 'add', 'save', 'forget'),
  seller: fc.nat(1),
  heldSince: fc.nat({ max: 0xffff_ffff }),
  ref: text,
  buyerRef: fc.oneof(fc.constant(''), text),
  channel: text,
  lines: fc.array(fc.record({ lineId: text, quantity: milli, at: fc.nat(2) }), {
    minLength: 1,
    maxLength: 3,
  }),
  change: fc.record({ open: milli, shipped: milli, state: fc.nat(5), at: fc.nat(2), time: milli }),
  reboundTo: fc.oneof(fc.constant(''), text),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const holdOf = (asked: Step, number: number, cells: readonly Cell[]): NewHold => ({
  ref: asked.ref,
  sellerId: asked.seller === 0 ? 'a' : 'b',
  number,
  channel: asked.channel,
  buyerRef: asked.buyerRef,
  heldSince: asked.heldSince,
  expiresAtMs: 0,
  reboundTo: '',
  lines: asked.lines.map(({ lineId, quantity, at }) => ({
    lineId,
    goodsId: 'SKU',
    quantity,
    open: quantity,
    shipped: 0,
    guarantee: cells[asked.seller * 3 + at] ?? null,
    routed: null,
    sold: null,
    state: 'HELD' as const,
  })),
});

function change(hold: Hold, { change: to, reboundTo }: Step, cells: readonly Cell[]): void {
  hold.expiresAtMs = to.time;
  hold.reboundTo = reboundTo;
  for (const line of hold.lines) {
    line.open = to.open;
    line.shipped = to.shipped;
    line.state = STATES[to.state] ?? 'HELD';
    line.guarantee = null;
    line.routed = cells[to.at] ?? null;
    line.sold = cells[to.at + 1] ?? null;
  }
}

test('it holds what a map of objects would hold, whatever is added, changed and forgotten', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, cells } = world();
      const model = new Map<string, Hold>();
      for (const [number, asked] of steps.entries()) {
        const key = `${asked.seller}|${asked.ref}`;
        const known = model.get(key);
        expect(findHold(store, asked.seller, asked.ref)).toEqual(known);
        if (asked.what === 'add' && !known) {
          model.set(key, addHold(store, asked.seller, holdOf(asked, number, cells)));
        } else if (asked.what === 'save' && known) {
          change(known, asked, cells);
          saveHold(store, known);
        } else if (asked.what === 'forget' && known) {
          expect(forgetHold(store, known.address)).toBe(known.sellerId);
          expect(isThere(store, known.address, known.number)).toBe(false);
          model.delete(key);
        }
      }
      for (const [key, hold] of model) {
        expect(findHold(store, Number(key[0]), hold.ref)).toEqual(hold);
      }
      expect(store.index.count).toBe(model.size);
    }),
    { numRuns: 1_000 },
  );
});

test('what is in the hand is a copy: unless it is saved, nothing has changed', () => {
  const { store, cells } = world();
  const [asked] = fc.sample(step, { numRuns: 1, seed: 7 });
  if (!asked) expect.fail();
  addHold(store, asked.seller, holdOf(asked, 0, cells));
  const before = findHold(store, asked.seller, asked.ref);
  const inHand = findHold(store, asked.seller, asked.ref) ?? expect.fail();
  change(inHand, asked, cells);
  expect(findHold(store, asked.seller, asked.ref)).toEqual(before);
});

test('freed memory is used again, over many pages', () => {
  const { store, cells } = world();
  const [asked] = fc.sample(step, { numRuns: 1, seed: 7 });
  if (!asked) expect.fail();
  const made: Hold[] = [];
  const add = (number: number) =>
    made.push(
      addHold(store, 0, {
        ...holdOf({ ...asked, seller: 0 }, number, cells),
        ref: `tmall:${String(number).padStart(8, '0')}`,
      }),
    );
  for (let number = 0; number < 10_000; number += 1) add(number);
  const pages = store.blocks.pages.length;
  expect(pages).toBeGreaterThan(2);
  for (const { address } of made.splice(0, 5_000)) forgetHold(store, address);
  for (let number = 10_000; number < 15_000; number += 1) add(number);
  expect(store.blocks.pages.length).toBe(pages);
  for (const hold of made) expect(findHold(store, 0, hold.ref)).toEqual(hold);
});

test('bytes that are no page of blocks are refused', () => {
  const { store } = world();
  const met = () => expect.fail('no block should be met');
  expect(() => restorePage(store.blocks, new Uint8Array(PAGE_BYTES + 16), met)).toThrow(RangeError);
  expect(() => restorePage(store.blocks, new Uint8Array(32), met)).toThrow('not a page of blocks');
});
