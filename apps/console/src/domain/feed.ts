import type { OrderRef } from '@astrolabe/kernel';
import { sameOrder } from '@astrolabe/kernel';

export type NewsKind =
  | 'NOTIFIED'
  | 'ACCEPTED'
  | 'REFUSED'
  | 'CONSIGNED'
  | 'HANDED_OVER'
  | 'REFUND_ASKED'
  | 'REFUND_WITHDRAWN';

/** Something that happened to an order at the store. */
export type News = {
  /** Of the event, so that one that is delivered twice counts once. */
  eventId: string;
  kind: NewsKind;
  orderRef: OrderRef;
  allocation: number;
  at: Date;
  operator: string;
};

export type Entry = News & { number: number };

/** One day's figures of a store; counts are of orders, by allocation. */
export type Day = {
  /** Day in Shanghai, e.g. 2016-09-22. */
  day: string;
  accepted: number;
  refused: number;
  shipped: number;
  /** Handed over to buyers who came for their goods. */
  collected: number;
  /** Answered five minutes after the order came, or later. */
  late: number;
  /** Milliseconds from the order's coming to its acceptance, of all whose coming is known. */
  acceptMs: number;
  acceptTimed: number;
};

type Open = { orderRef: OrderRef; allocation: number; at: Date };

/** What a store's clerks are told, oldest first, and what it did lately. One document. */
export type Feed = {
  /** Counts the entries since the beginning. */
  last: number;
  entries: readonly Entry[];
  days: readonly Day[];
  /** Orders that wait for an answer. */
  open: readonly Open[];
};

export const ANSWER_WITHIN_MS = 5 * 60_000;
export const ENTRIES_MAX = 60;
const DAYS_MAX = 8;
const OPEN_MAX = 1_000;

export const EMPTY_FEED: Feed = { last: 0, entries: [], days: [], open: [] };

export const emptyDay = (day: string): Day => ({
  day,
  accepted: 0,
  refused: 0,
  shipped: 0,
  collected: 0,
  late: 0,
  acceptMs: 0,
  acceptTimed: 0,
});

/** A refund is no answer to the order, and leaves it as open as it was. */
const isOfRefund = ({ kind }: News): boolean =>
  kind === 'REFUND_ASKED' || kind === 'REFUND_WITHDRAWN';

const isAnswer = (news: News): boolean => news.kind !== 'NOTIFIED' && !isOfRefund(news);

const openAfter = (others: readonly Open[], { kind, orderRef, allocation, at }: News): Open[] =>
  kind === 'NOTIFIED' ? [...others, { orderRef, allocation, at }].slice(-OPEN_MAX) : [...others];

/** Adds news of `day` (a day in Shanghai); news that is known gives the same feed back. */
export function addNews(feed: Feed, news: News, day: string): Feed {
  if (feed.entries.some(({ eventId }) => eventId === news.eventId)) return feed;
  const number = feed.last + 1;
  const isIts = (open: Open): boolean =>
    sameOrder(open.orderRef, news.orderRef) && open.allocation === news.allocation;
  const told = feed.open.find(isIts);
  const others = feed.open.filter((open) => !isIts(open));
  return {
    last: number,
    entries: [...feed.entries, { ...news, number }].slice(-ENTRIES_MAX),
    open: isOfRefund(news) ? feed.open : openAfter(others, news),
    days: isAnswer(news) ? counted(feed.days, day, news, told?.at ?? null) : feed.days,
  };
}

function counted(days: readonly Day[], day: string, news: News, toldAt: Date | null): Day[] {
  // A day that was begun before a figure came in has nothing of it.
  const known = { ...emptyDay(day), ...days.find((one) => one.day === day) };
  const others = days.filter((one) => one.day !== day);
  return [...others, after(known, news, toldAt)]
    .toSorted((a, b) => a.day.localeCompare(b.day))
    .slice(-DAYS_MAX);
}

function after(day: Day, news: News, toldAt: Date | null): Day {
  if (news.kind === 'HANDED_OVER') return { ...day, collected: day.collected + 1 };
  if (news.kind === 'CONSIGNED') return { ...day, shipped: day.shipped + 1 };
  // The teller's clock may be behind ours.
  const waited = toldAt ? Math.max(0, news.at.getTime() - toldAt.getTime()) : null;
  const late = day.late + (waited !== null && waited >= ANSWER_WITHIN_MS ? 1 : 0);
  if (news.kind === 'REFUSED') return { ...day, late, refused: day.refused + 1 };
  return {
    ...day,
    late,
    accepted: day.accepted + 1,
    acceptMs: day.acceptMs + (waited ?? 0),
    acceptTimed: day.acceptTimed + (waited === null ? 0 : 1),
  };
}

/** The entries after `number`; null when some of them are no longer kept, or were never there. */
export function entriesAfter(feed: Feed, number: number): readonly Entry[] | null {
  const first = feed.entries[0]?.number ?? feed.last + 1;
  if (number < first - 1 || number > feed.last) return null;
  return feed.entries.filter((entry) => entry.number > number);
}
