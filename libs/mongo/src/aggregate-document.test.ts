import { expect, test } from 'vitest';
import { inboxKey } from './aggregate-document.ts';

test('a source becomes a field name without path or operator characters', () => {
  expect(inboxKey('order-router/s.1/t$2')).toBe('order-router/s%2E1/t%242');
});

test('different sources stay different field names', () => {
  const sources = ['a.b', 'a%2Eb', 'a%252Eb', '$a', '%24a', 'a\0b', 'a%00b'];
  expect(new Set(sources.map(inboxKey)).size).toBe(sources.length);
});

test('an empty source is refused', () => {
  expect(() => inboxKey('')).toThrow(RangeError);
});
