const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MINUTES = 24 * 60;

export type TimeRange = { readonly startTime: string; readonly endTime: string };

/**
 * Whether a store is open at an instant by its HH:MM times in Asia/Shanghai. Hours over midnight
 * (20:00 to 02:00) are understood; a store whose times are missing or unreadable counts as open.
 */
export function isOpen(startTime: string, endTime: string, atMs: number): boolean {
  const start = minutesOfDay(startTime);
  const end = minutesOfDay(endTime);
  if (start === null || end === null || start === end) return true;
  const now = Math.floor((atMs + SHANGHAI_OFFSET_MS) / 60_000) % DAY_MINUTES;
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** Minutes after midnight of HH:MM or HH:MM:SS; null for anything else. */
export function minutesOfDay(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(text.trim());
  if (!match) return null;
  const value = Number(match[1]) * 60 + Number(match[2]);
  return value <= DAY_MINUTES ? value : null;
}

export const isTimeRange = ({ startTime, endTime }: TimeRange): boolean =>
  minutesOfDay(startTime) !== null && minutesOfDay(endTime) !== null;

/** "09:00-12:00" as a range; null when it is none. */
export function timeRange(workingTime: string): TimeRange | null {
  const [startTime, endTime, more] = workingTime.split('-').map((part) => part.trim());
  if (startTime === undefined || endTime === undefined || more !== undefined) return null;
  return isTimeRange({ startTime, endTime }) ? { startTime, endTime } : null;
}
