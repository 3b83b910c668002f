/** A caller without an answer repeats within this time; later the same content is a wish of its own. */
export const REPEATS_WITHIN_MS = 120_000;

/**
 * The name of a wish to give goods back whose caller gave it none: its content, counted. The same content
 * within two minutes is a repeat of the last one that stands, and has its name.
 */
export function returnRef(
  content: string,
  earlier: readonly {
    readonly requestRef: string;
    readonly state: string;
    readonly requestedAt: Date | null;
  }[],
  now: Date,
): string {
  const same = earlier.filter(({ requestRef }) => requestRef.startsWith(`${content}.`));
  const repeated = same.find(
    ({ state, requestedAt }) =>
      state === 'REQUESTED' &&
      requestedAt !== null &&
      now.getTime() - requestedAt.getTime() <= REPEATS_WITHIN_MS,
  );
  return repeated?.requestRef ?? `${content}.${same.length + 1}`;
}
