import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/** Source of the current instant; a parameter wherever time matters. */
export type Clock = () => Date;

/** A day; none in Shanghai has been longer or shorter since 1991. */
export const DAY_MS = 24 * 3_600_000;

/** The instant so many days after another one. */
export const daysAfter = (instant: Date, days: number): Date =>
  new Date(instant.getTime() + days * DAY_MS);

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const SHAPE = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/**
 * Parses a channel's `yyyy-MM-dd HH:mm:ss` as Asia/Shanghai (UTC+8, no daylight saving since 1991).
 * Dates that the calendar does not have are refused, not rolled over.
 */
export function parseShanghai(text: string): Result<Date, 'NOT_A_TIME'> {
  if (!SHAPE.test(text)) return err('NOT_A_TIME');
  const number = (start: number, end: number): number => Number(text.slice(start, end));
  const [year, month, day] = [number(0, 4), number(5, 7), number(8, 10)];
  const [hour, minute, second] = [number(11, 13), number(14, 16), number(17, 19)];
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // What is not on the calendar or the clock has moved on to what is; years of two digits are read as others.
  const isThere =
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    year >= 100;
  return isThere ? ok(new Date(local.getTime() - SHANGHAI_OFFSET_MS)) : err('NOT_A_TIME');
}

/** Prints an instant as the channels write it: `yyyy-MM-dd HH:mm:ss`, Asia/Shanghai. */
export function formatShanghai(instant: Date): string {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}
