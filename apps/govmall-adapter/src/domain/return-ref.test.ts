import { expect, test } from 'vitest';
import { REPEATS_WITHIN_MS, returnRef } from './return-ref.ts';

const NOW = new Date('2026-11-29T02:00:00Z');
const earlier = (requestRef: string, state: string, agoMs: number) => ({
  requestRef,
  state,
  requestedAt: new Date(NOW.getTime() - agoMs),
});

test('a repeat has the name of the wish that stands, anything later a new one', () => {
  expect(returnRef('c', [], NOW)).toBe('c.1');
  expect(returnRef('c', [earlier('c.1', 'REQUESTED', 15_000)], NOW)).toBe('c.1');
  expect(returnRef('c', [earlier('c.1', 'REQUESTED', REPEATS_WITHIN_MS + 1)], NOW)).toBe('c.2');
  expect(returnRef('c', [earlier('c.1', 'DENIED', 15_000)], NOW)).toBe('c.2');
  expect(returnRef('c', [earlier('other.1', 'REQUESTED', 0)], NOW)).toBe('c.1');
});
