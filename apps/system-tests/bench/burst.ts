import type { SignedRequest } from '../src/wire.ts';
import { bytesOf, openConnection } from './connection.ts';

/** What a burst came to: requests a second, milliseconds, and what was not answered as it should be. */
export type Burst = {
  readonly offered: number;
  readonly achieved: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/**
 * Sends all requests as fast as `connections` take them: each sends its next one when the last is
 * answered. `isGood` tells an answer from a refusal, which counts as dropped. `begun` is called when all is ready to be sent.
 */
export async function burst(
  requests: readonly SignedRequest[],
  connections: number,
  isGood: (text: string) => boolean,
  begun: () => void = () => undefined,
): Promise<Burst> {
  const all = requests.map(bytesOf);
  const [first] = all;
  if (!first) throw new RangeError('no requests');
  const free = await Promise.all(
    Array.from({ length: connections }, async () => await openConnection(first)),
  );
  let refused: string | undefined;
  const calls = all.map(({ bytes }) => async () => {
    const connection = free.pop() ?? (await openConnection(first));
    const text = await connection.send(bytes).catch(() => '');
    if (text === '') connection.end();
    else free.push(connection);
    const good = isGood(text);
    if (!good) refused ??= text;
    return good;
  });
  begun();
  const came = await together(calls, connections);
  for (const connection of free) connection.end();
  if (refused !== undefined) console.error(`not as it should be: ${refused.slice(0, 500)}`);
  return came;
}

/** Makes all calls, so many at once; each says whether its answer was as it should be. */
export async function together(
  calls: readonly (() => Promise<boolean>)[],
  connections: number,
): Promise<Burst> {
  const took: number[] = [];
  const waiting = calls.values();
  const work = async (): Promise<void> => {
    for (const call of waiting) {
      const before = performance.now();
      if (await call()) took.push(performance.now() - before);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startedAt) / 1_000;
  const sorted = took.toSorted((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    offered: calls.length / seconds,
    achieved: took.length / seconds,
    dropped: calls.length - took.length,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}
