import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyReader, NO_BODY, encodeBody } from './body.ts';
import { createTables } from './pack.ts';

const EDGES = [0, 1, 63, 64, 127, 128, 8_191, 8_192, 2 ** 31 - 1, 2 ** 31, 2 ** 37, 2 ** 38];

function bodyWith(numbers: readonly number[], words: string[] = [], texts: string[] = []) {
  const tables = createTables();
  tables.words.push(...words);
  tables.texts.push(...texts);
  for (const number of numbers) tables.numbers.add(number);
  return encodeBody(tables, []);
}

function toldBy(body: Uint8Array) {
  const reader = new BodyReader(body);
  const { words, texts, cells, count } = reader;
  const numbers = Array.from({ length: count }, () => reader.number());
  return { words, texts, cells, numbers };
}

test('gives back what was put in: numbers up to the largest exact one, and any text', () => {
  const around = EDGES.flatMap((edge) => [edge, edge + 1, -edge, -edge - 1]);
  const numbers = [...around, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  expect(toldBy(bodyWith(numbers)).numbers).toEqual(numbers.map((number) => number + 0));
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeInteger()),
      fc.array(text),
      fc.array(text),
      (some, words, texts) => {
        const body = bodyWith(some, words, texts);
        expect(toldBy(body)).toEqual({ words, texts, cells: [], numbers: some });
      },
    ),
  );
});

test('a small number takes one byte', () => {
  const few = bodyWith([]).length;
  expect(bodyWith([0, 63, -63]).length).toBe(few + 3);
  expect(bodyWith([64]).length).toBe(few + 2);
  expect(bodyWith([Number.MAX_SAFE_INTEGER]).length).toBe(few + 8);
});

test('a body that is cut off anywhere is refused', () => {
  const body = bodyWith([5, -70, 1e12], ['tmall'], ['order:1', '']);
  for (let length = 1; length < body.length; length += 1) {
    expect(() => toldBy(body.subarray(0, length)), `${length} bytes`).toThrow();
  }
  expect(toldBy(NO_BODY)).toEqual({ words: [], cells: [], texts: [], numbers: [] });
});

test('goes to a number without reading those before it', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1 }), fc.nat(), (numbers, nth) => {
      const at = nth % numbers.length;
      const reader = new BodyReader(bodyWith(numbers));
      expect(reader.ahead(at)).toBe(numbers[at]);
      expect(reader.number()).toBe(numbers[0]);
      reader.skip(numbers.length - 2);
      if (numbers.length > 1) expect(reader.number()).toBe(numbers.at(-1));
    }),
  );
});

test('a body that claims more numbers than it has bytes is refused', () => {
  const body = bodyWith([1]);
  // The number of its numbers stands behind the head and the number of those of its cells.
  expect(() => new BodyReader(body.with(5, 60))).toThrow(TypeError);
  // -1, of either.
  expect(() => new BodyReader(body.with(4, 0x41))).toThrow(TypeError);
  expect(() => new BodyReader(body.with(5, 0x41))).toThrow(TypeError);
});
