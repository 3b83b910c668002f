import { expect, test } from 'vitest';
import {
  addOperation,
  createOperationIndex,
  findOperation,
  generationsOf,
  packGeneration,
  rotate,
  unpackGeneration,
} from './operation-index.ts';

const SELLER = '21230';
const WINDOW = 64;

/** Operations `${from}` to `${to}`, each in a record of its own. */
function fill(index: ReturnType<typeof createOperationIndex>, from: number, to: number): void {
  for (let nth = from; nth <= to; nth += 1) {
    addOperation(index, SELLER, String(nth), { sequence: nth, index: nth % 3 });
  }
}

test('what is packed while the index grows and turns is what it was at the record', () => {
  const index = createOperationIndex(WINDOW);
  fill(index, 1, 80);
  const [old, young] = generationsOf(index);
  const packed = [packGeneration(old, 80, 1), packGeneration(young, 80, 1)];
  const first = packed.map((parts) => parts.next().value ?? expect.fail());
  fill(index, 81, 200);

  const restored = createOperationIndex(WINDOW);
  for (const [nth, parts] of packed.entries()) {
    if (nth === 1) rotate(restored);
    for (const bytes of [first[nth] ?? expect.fail(), ...parts]) unpackGeneration(restored, bytes);
  }
  for (let nth = 1; nth <= 80; nth += 1) {
    expect(findOperation(restored, SELLER, String(nth))).toEqual({ sequence: nth, index: nth % 3 });
  }
  for (let nth = 81; nth <= 200; nth += 1) {
    expect(findOperation(restored, SELLER, String(nth))).toBeNull();
  }
});
