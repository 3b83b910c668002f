import { expect, test } from 'vitest';
import { createKept } from './kept.ts';

test('what was told first is what is kept, and the oldest name goes', () => {
  const kept = createKept<number>(2);
  kept.add('a', 1);
  kept.add('a', 2);
  kept.add('b', 3);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([1, 3, undefined]);
  kept.add('c', 4);
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual([undefined, 3, 4]);
});
