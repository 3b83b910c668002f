import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addAddress, createHashIndex, findAddress, removeAddress } from './index.ts';

/** Few hashes, so that they meet, some of them at the end of a table. */
const hash = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(-1, -2, 0x7fff_ffff));
const step = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'remove'),
  hash,
  nth: fc.nat(),
});

test('every address that was added is found under its hash, in whatever table it lies', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const index = createHashIndex();
      const there = new Map<number, number>();
      for (const [address, { what, hash: of, nth }] of steps.entries()) {
        const known = [...there.keys()];
        const gone = known[nth % Math.max(1, known.length)];
        if (what === 'add') {
          addAddress(index, of, address);
          there.set(address, of);
        } else if (gone !== undefined) {
          removeAddress(index, there.get(gone) ?? 0, gone);
          there.delete(gone);
          expect(findAddress(index, of, (at) => at === gone)).toBe(-1);
        }
        expect(index.count).toBe(there.size);
      }
      for (const [address, of] of there) {
        expect(findAddress(index, of, (at) => at === address)).toBe(address);
        expect(findAddress(index, of ^ 0x100, (at) => at === address)).toBe(-1);
      }
    }),
  );
});

test('no addition moves more than a few, and the old table is empty long before the next', () => {
  const index = createHashIndex();
  let most = 0;
  for (let address = 0; address < 110_000; address += 1) {
    const before = index.old?.moved ?? 0;
    addAddress(index, Math.imul(address, 0x9e37_79b1), address);
    most = Math.max(most, (index.old?.moved ?? before) - before);
    if (index.old) expect(index.count).toBeLessThan(index.table.addresses.length * 0.45);
  }
  expect(most).toBeLessThanOrEqual(16);
  expect(index.old).toBeNull();
});
