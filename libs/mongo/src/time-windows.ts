import type { Document } from 'mongodb';

/** Part of the axis of a time: `from` belongs to it and `to` does not; null is without an end. */
export type Window = { readonly from: Date | null; readonly to: Date | null };

/** What a filter says itself of the time that rows are sorted by, e.g. `{ $gte: monday, $lt: tuesday }`. */
export type TimeRange = {
  readonly $gt?: Date;
  readonly $gte?: Date;
  readonly $lt?: Date;
  readonly $lte?: Date;
};

export type WindowsAsked = {
  readonly direction: 1 | -1;
  /** Rows are read from here; rows on the other side of it are read with the first window. */
  readonly anchor: Date;
  /** Size of the first window, ms; Infinity for all at once. */
  readonly first: number;
  readonly now: Date;
  readonly range: TimeRange;
};

/** How much further each boundary is from the anchor than the one before. */
const GROWTH = 4;
const FURTHEST_MS = 731 * 86_400_000;
/** The smallest first window: with it there are `WINDOWS_MAX` windows at the most. */
export const SMALLEST_MS = 1_000;
export const WINDOWS_MAX = 14;
/** No document is of so long ago. */
const NO_DOCUMENT_BEFORE = new Date('2000-01-01T00:00:00Z');

/**
 * Windows in the order in which rows are read: each further one is larger, none shares a moment with another,
 * and together they are the whole axis. So the rows of the first windows that have enough are the first rows.
 */
export function* windowsOf({
  direction,
  anchor,
  first,
  now,
  range,
}: WindowsAsked): Generator<Window> {
  let edge: Date | null = null;
  for (let size = Math.max(first, SMALLEST_MS); size <= FURTHEST_MS; size *= GROWTH) {
    const next = new Date(anchor.getTime() + direction * size);
    if (isLast(next, direction, range, now)) break;
    yield between(edge, next, direction);
    edge = next;
  }
  yield between(edge, null, direction);
}

/** Whether nothing lies behind a boundary, so that the window before it may as well have no end. */
function isLast(boundary: Date, direction: 1 | -1, range: TimeRange, now: Date): boolean {
  const end =
    direction === 1
      ? (range.$lte ?? range.$lt ?? now)
      : (range.$gte ?? range.$gt ?? NO_DOCUMENT_BEFORE);
  return direction === 1 ? boundary >= end : boundary <= end;
}

const between = (near: Date | null, far: Date | null, direction: 1 | -1): Window =>
  direction === 1 ? { from: near, to: far } : { from: far, to: near };

/** What is asked of the time within a window: the narrower of the window and the filter's own range. */
export function within(range: TimeRange, { from, to }: Window): Document {
  const lower = range.$gte ?? range.$gt ?? null;
  const upper = range.$lte ?? range.$lt ?? null;
  return {
    ...(from && (!lower || from > lower)
      ? { $gte: from }
      : { ...(range.$gte && { $gte: range.$gte }), ...(range.$gt && { $gt: range.$gt }) }),
    ...(to && (!upper || to <= upper)
      ? { $lt: to }
      : { ...(range.$lte && { $lte: range.$lte }), ...(range.$lt && { $lt: range.$lt }) }),
  };
}
