import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

type Item = { readonly sellerId: string; readonly nth: number; left: number };

const pushes = fc.array(
  fc.record({ sellerId: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 1, max: 200 }) }),
  { maxLength: 60 },
);

test('nothing is lost, a seller keeps its order, the bounds hold and turns go round', () => {
  fc.assert(
    fc.property(pushes, (all) => {
      const queue = new FairQueue<Item>(2_000, 1_000);
      const queued = new Map<string, number>();
      const accepted: Item[] = [];
      all.forEach(({ sellerId, count }, nth) => {
        const own = queued.get(sellerId) ?? 0;
        const sum = [...queued.values()].reduce((one, other) => one + other, 0);
        expect(queue.hasRoom(count)).toBe(sum + count <= 2_000);
        expect(queue.hasShare(sellerId, count)).toBe(own + count <= 1_000);
        if (!queue.hasRoom(count) || !queue.hasShare(sellerId, count)) return;
        const item = { sellerId, nth, left: count };
        queue.push(sellerId, item, count);
        queued.set(sellerId, own + count);
        accepted.push(item);
      });
      const finished: Item[] = [];
      const since = new Map<string, number>();
      for (let next = queue.turn(); next; next = queue.turn()) {
        const { item, most } = next;
        const taken = Math.min(item.left, most);
        expect(taken).toBeGreaterThan(0);
        item.left -= taken;
        queue.took(taken, item.left === 0);
        queued.set(item.sellerId, (queued.get(item.sellerId) ?? 0) - taken);
        since.set(item.sellerId, 0);
        for (const [other, waits] of queued) {
          if (other === item.sellerId || waits === 0) continue;
          since.set(other, (since.get(other) ?? 0) + taken);
          expect(since.get(other)).toBeLessThanOrEqual(2 * 64);
        }
        if (item.left === 0) finished.push(item);
      }
      expect(queue.isEmpty).toBe(true);
      expect(finished).toHaveLength(accepted.length);
      for (const seller of ['a', 'b', 'c']) {
        const of = (items: Item[]) => items.filter(({ sellerId }) => sellerId === seller);
        expect(of(finished)).toEqual(of(accepted));
      }
    }),
  );
});

test('what is set aside counts in both bounds until it is finished, and has no turn', () => {
  const queue = new FairQueue<string>(3, 2);
  queue.push('a', 'both', 2);
  queue.turn();
  queue.took(2, true);
  queue.setAside('a');
  queue.setAside('a');
  expect([queue.isEmpty, queue.turn()]).toEqual([true, null]);
  expect([queue.hasShare('a', 1), queue.hasShare('b', 2)]).toEqual([false, true]);
  expect([queue.hasRoom(1), queue.hasRoom(2)]).toEqual([true, false]);
  queue.finish('a');
  expect([queue.hasShare('a', 1), queue.hasRoom(2)]).toEqual([true, true]);
});
