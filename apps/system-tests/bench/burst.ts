import { Agent, request } from 'node:http';
import type { SignedRequest } from '../src/wire.ts';

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
 * answered. `isGood` tells an answer from a refusal, which counts as dropped.
 */
export async function burst(
  requests: readonly SignedRequest[],
  connections: number,
  isGood: (text: string) => boolean,
): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let refused: string | undefined;
  const calls = requests.map((one) => async () => {
    const text = await send(agent, one).catch(() => '');
    const good = isGood(text);
    if (!good) refused ??= text;
    return good;
  });
  const came = await together(calls, connections);
  agent.destroy();
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

const send = (agent: Agent, { url, contentType, body }: SignedRequest): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': contentType, 'content-length': body.length };
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
