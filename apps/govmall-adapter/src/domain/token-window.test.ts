import { expect, test } from 'vitest';
import { timestampRefusal } from './token-window.ts';

const at = (instant: string) => new Date(instant);

test('a time passes at ten minutes either way and not a millisecond further', () => {
  const sent = '2026-11-22 10:00:00';
  expect(timestampRefusal(sent, at('2026-11-22T01:50:00.000Z'))).toBeNull();
  expect(timestampRefusal(sent, at('2026-11-22T02:10:00.000Z'))).toBeNull();
  expect(timestampRefusal(sent, at('2026-11-22T02:10:00.001Z'))).toEqual({
    kind: 'OUTSIDE',
    due: '2026-11-22 10:10:00',
  });
  expect(timestampRefusal(sent, at('2026-11-22T01:49:59.999Z'))?.kind).toBe('OUTSIDE');
});

test('[field K1] a date passes on its day in Beijing and ten minutes around it', () => {
  expect(timestampRefusal('20261129', at('2026-11-28T15:50:00Z'))).toBeNull();
  expect(timestampRefusal('20261129', at('2026-11-29T16:10:00Z'))).toBeNull();
  expect(timestampRefusal('20261129', at('2026-11-29T16:10:01Z'))).toEqual({
    kind: 'OUTSIDE',
    due: '20261130',
  });
  expect(timestampRefusal('20261129', at('2026-11-28T15:49:59Z'))?.kind).toBe('OUTSIDE');
});

test('what the calendar does not have is no time', () => {
  for (const text of [
    '',
    '20261301',
    '2026-02-30 10:00:00',
    '1763776800',
    '1763776800000',
    '2026-11-22T10:00:00Z',
  ]) {
    expect(timestampRefusal(text, at('2026-11-22T02:00:00Z'))).toEqual({ kind: 'NOT_A_TIME' });
  }
});
