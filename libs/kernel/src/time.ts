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

/**
 * Parses a channel's `yyyy-MM-dd HH:mm:ss` as Asia/Shanghai (UTC+8, no daylight saving since 1991).
 * Dates that the calendar does not have are refused, not rolled over.
 */
export function parseShanghai(text: string): Result<Date, 'NOT_A_TIME'> {
  const match = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/.exec(text);
  if (!match) return err('NOT_A_TIME');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const instant = new Date(local - SHANGHAI_OFFSET_MS);
  return formatShanghai(instant) === text ? ok(instant) : err('NOT_A_TIME');
}

/** Prints an instant as the channels write it: `yyyy-MM-dd HH:mm:ss`, Asia/Shanghai. */
export function formatShanghai(instant: Date): string {
  return new Date(instant.getTime() + SHANGHAI_OFFSET_MS)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}
