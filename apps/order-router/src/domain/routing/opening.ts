const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** The calendar day of an instant in Asia/Shanghai, e.g. 2016-09-22; daily caps count by it. */
export const shanghaiDay = (atMs: number): string =>
  new Date(atMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
