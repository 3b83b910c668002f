import { expect, test } from 'vitest';
import { added, fenOf, noteShare, percent } from './money.ts';

test('amounts are added to the fen, beyond what a float holds', () => {
  const rows = [
    { count: 1, amountFen: '9007199254740993', differenceFen: '-1' },
    { count: 2, amountFen: '1' },
    {},
  ];
  expect(added(rows)).toEqual({ count: 3, amountFen: 9_007_199_254_740_994n, differenceFen: -1n });
});

test('a share of nothing is not known, and what is not all is never 100 %', () => {
  expect(percent(0, 0)).toBeNull();
  expect(percent(0, 3)).toBe('0.0 %');
  expect(percent(9_999, 10_000)).toBe('99.9 %');
  expect(percent(3n, 3n)).toBe('100.0 %');
});

test('drafts and void notes are not to be matched', () => {
  const counts = [
    { state: 'RECORDED', count: 2 },
    { state: 'ACCEPTED', count: 1 },
    { state: 'MISMATCHED', count: 1 },
    { state: 'UNREAD' },
    { state: 'VOIDED', count: 7 },
    { state: 'DORMANT', count: 5 },
    { state: 'READING', count: 3 },
  ];
  expect(noteShare(counts)).toEqual({ matched: 3, all: 4 });
});

test('yuan are read to the fen, and nothing else is', () => {
  expect(['3000', '12.5', ' 0.01 ', '900719925474.99'].map(fenOf)).toEqual([
    '300000',
    '1250',
    '1',
    '90071992547499',
  ]);
  expect(['', '-1', '1.234', '1e3', '1,000', '.5', '12 yuan'].map(fenOf)).toEqual(
    Array.from({ length: 7 }, () => null),
  );
});
