import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Inbox } from './inbox.ts';
import { receive, wasReceived } from './inbox.ts';

test('each event is applied once, in any order and with any duplicates', () => {
  const order = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 120 });
  fc.assert(
    fc.property(order, (sequences) => {
      let inbox: Inbox = {};
      const applied = new Set<number>();
      for (const n of sequences) {
        const origin = { source: 's', sequence: BigInt(n) };
        expect(wasReceived(inbox, origin)).toBe(applied.has(n));
        if (!applied.has(n)) inbox = receive(inbox, origin);
        applied.add(n);
      }
    }),
  );
});

test('sources are apart, and the list of gaps is bounded', () => {
  const inbox = receive({}, { source: 'a', sequence: 1_000_000n });
  expect(wasReceived(inbox, { source: 'b', sequence: 1n })).toBe(false);
  expect(inbox['a']?.missing).toHaveLength(64);
  expect(wasReceived(inbox, { source: 'a', sequence: 999_999n })).toBe(false);
  expect(wasReceived(inbox, { source: 'a', sequence: 5n })).toBe(true);
});
