import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OperationIndex } from './operation-index.ts';
import {
  addOperation,
  createOperationIndex,
  findOperation,
  packGeneration,
  unpackGeneration,
} from './operation-index.ts';

const SELLER = '21230';
const WINDOW = 64;
const PIECE = 8;

/** Operations `${from}` to `${to}`, each in a record of its own. */
function fill(index: OperationIndex, from: number, to: number): void {
  for (let nth = from; nth <= to; nth += 1) {
    addOperation(index, SELLER, String(nth), { sequence: nth, index: nth % 3 });
  }
}

const restored = (pieces: Iterable<Uint8Array>): OperationIndex => {
  const index = createOperationIndex(WINDOW);
  for (const bytes of pieces) unpackGeneration(index, bytes);
  return index;
};

const known = (index: OperationIndex, upTo: number): number[] =>
  Array.from({ length: upTo }, (_, nth) => nth + 1).filter((nth) => {
    const found = findOperation(index, SELLER, String(nth));
    if (found) expect(found).toEqual({ sequence: nth, index: nth % 3 });
    return found !== null;
  });

test('what is packed while the index grows and turns is what it was at the record', () => {
  const index = createOperationIndex(WINDOW);
  fill(index, 1, 80);
  const { old, young } = index;
  const packed = [packGeneration(old, 80, PIECE), packGeneration(young, 80, PIECE)];
  const first = packed.map((pieces) => pieces.next().value ?? expect.fail());
  fill(index, 81, 200);
  const pieces = packed.flatMap((rest, nth) => [first[nth] ?? expect.fail(), ...rest]);
  expect(known(restored(pieces), 200)).toEqual(Array.from({ length: 80 }, (_, nth) => nth + 1));
});

test('what was packed before is packed the same later, but for the end that has grown', () => {
  const pieces = (index: OperationIndex, upTo: number): string[] =>
    [index.old, index.young].flatMap((generation) =>
      [...packGeneration(generation, upTo, PIECE)].map((bytes) =>
        Buffer.from(bytes).toString('hex'),
      ),
    );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 60 }),
      (first, more) => {
        const index = createOperationIndex(WINDOW);
        fill(index, 1, first);
        const before = pieces(index, first);
        const { number } = index.old;
        fill(index, first + 1, first + more);
        const after = new Set(pieces(index, first + more));
        const changed = before.filter((piece) => !after.has(piece));
        // A generation that was forgotten, and in each of the others the piece that was not full.
        const forgotten = index.old.number > number ? WINDOW / PIECE : 0;
        expect(changed.length).toBeLessThanOrEqual(forgotten + 1);
        const again = restored(
          [index.old, index.young].flatMap((generation) => [
            ...packGeneration(generation, first + more, PIECE),
          ]),
        );
        expect(known(again, first + more)).toEqual(known(index, first + more));
      },
    ),
  );
});
