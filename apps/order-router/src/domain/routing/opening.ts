const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MINUTES = 24 * 60;

/**
 * Whether a store is open at an instant by its HH:MM times in Asia/Shanghai. Hours over midnight
 * (20:00 to 02:00) are understood; a store whose times are missing or unreadable counts as open.
 */
export function isOpen(startTime: string, endTime: string, atMs: number): boolean {
  const start = minutes(startTime);
  const end = minutes(endTime);
  if (start === null || end === null || start === end) return true;
  const now = Math.floor((atMs + SHANGHAI_OFFSET_MS) / 60_000) % DAY_MINUTES;
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** Minutes after midnight of HH:MM or HH:MM:SS; null for anything else. */
export function minutes(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(text.trim());
  if (!match) return null;
  const value = Number(match[1]) * 60 + Number(match[2]);
  return value <= DAY_MINUTES ? value : null;
}

/** The calendar day of an instant in Asia/Shanghai, e.g. 2016-09-22; daily caps count by it. */
export const shanghaiDay = (atMs: number): string =>
  new Date(atMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
