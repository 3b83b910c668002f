import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_FEED, ENTRIES_MAX, addNews, entriesAfter } from './feed.ts';
import type { Feed, News, NewsKind } from './feed.ts';

const DAY = '2016-09-22';
const at = (minutes: number): Date => new Date(Date.UTC(2016, 8, 22, 2, minutes));
const news = (kind: NewsKind, tradeId: string, minutes: number): News => ({
  eventId: `${kind}/${tradeId}`,
  kind,
  orderRef: tmallOrder('21230', tradeId),
  allocation: 1,
  at: at(minutes),
  operator: '小王',
});
const feedOf = (...all: News[]): Feed =>
  all.reduce((feed, one) => addNews(feed, one, DAY), EMPTY_FEED);

test('figures of a day: accepted, refused, shipped, late from five minutes on, mean time', () => {
  const feed = feedOf(
    news('NOTIFIED', '1', 0),
    news('NOTIFIED', '2', 0),
    news('NOTIFIED', '3', 0),
    news('ACCEPTED', '1', 2),
    news('ACCEPTED', '2', 4),
    news('REFUSED', '3', 5),
    news('CONSIGNED', '1', 30),
    news('HANDED_OVER', '2', 40),
  );
  expect(feed.days).toEqual([
    {
      day: DAY,
      accepted: 2,
      refused: 1,
      shipped: 1,
      collected: 1,
      late: 1,
      acceptMs: 6 * 60_000,
      acceptTimed: 2,
    },
  ]);
  expect(feed.open).toEqual([]);
});

test('news that comes twice counts once', () => {
  const feed = feedOf(news('NOTIFIED', '1', 0), news('ACCEPTED', '1', 1));
  expect(addNews(feed, news('ACCEPTED', '1', 1), DAY)).toBe(feed);
});

test('resuming gives exactly what came after, or says that it cannot', () => {
  fc.assert(
    fc.property(fc.nat(ENTRIES_MAX * 2), fc.integer({ min: -2, max: 700 }), (count, from) => {
      let feed = EMPTY_FEED;
      for (let n = 1; n <= count; n += 1) feed = addNews(feed, news('NOTIFIED', String(n), 0), DAY);
      const after = entriesAfter(feed, from);
      const kept = from >= Math.max(0, count - ENTRIES_MAX) && from <= count;
      expect(after !== null).toBe(kept);
      if (after) expect(after.map(({ number }) => number)).toEqual(range(from + 1, count));
    }),
    { numRuns: 50 },
  );
});

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
