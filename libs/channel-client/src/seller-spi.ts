import { HttpFailure, HttpTimeout } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import { signTopSpi } from '@astrolabe/signing';
import { METRIC, counter, withSpan } from '@astrolabe/telemetry';

/** Where a seller serves its SPIs, and the key that calls to it are signed with. */
export type SpiConnection = {
  readonly spiUrl: string;
  readonly appKey: string;
  readonly secret: string;
};

/** How a call ended. After `unknown` nobody knows whether the seller took it. */
export type SpiAnswer =
  | { kind: 'answered'; body: Buffer }
  | { kind: 'failed'; error: string }
  | { kind: 'unknown'; error: string };

export type SpiClient = {
  /** POSTs a JSON body to `method` of a seller. Never throws for what the network does. */
  call(connection: SpiConnection, method: string, json: string): Promise<SpiAnswer>;
};

/** A call without an answer, as an attempt of a durable call. */
export const failedBy = ({ kind, error }: Exclude<SpiAnswer, { kind: 'answered' }>): Failed => ({
  kind: kind === 'unknown' ? 'unknown' : 'unanswered',
  problem: { code: '', message: error },
});

/** All stand at 0 before the first call of a method has ended. */
const OUTCOMES = ['answered', 'failed', 'unknown'] as const;

const calls = counter(METRIC.outboundCalls, 'Calls to sellers, by how they ended', [
  'method',
  'outcome',
]);

/**
 * Calls sellers' SPIs, signed as TOP signs its calls (catalogue 6.3). Times and sizes are those of the
 * HTTP client; nothing is repeated here: the caller knows what is safe to repeat.
 */
export function createSpiClient(http: HttpClient, clock: Clock): SpiClient {
  return {
    call: async (connection, method, json) => {
      for (const outcome of OUTCOMES) calls.inc({ method, outcome }, 0);
      const answer = await withSpan(method, {}, () => send(http, clock, connection, method, json));
      calls.inc({ method, outcome: answer.kind });
      return answer;
    },
  };
}

async function send(
  http: HttpClient,
  clock: Clock,
  { spiUrl, appKey, secret }: SpiConnection,
  method: string,
  json: string,
): Promise<SpiAnswer> {
  const body = Buffer.from(json, 'utf8');
  const query: Record<string, string> = {
    method,
    app_key: appKey,
    timestamp: formatShanghai(clock()),
    sign_method: 'md5',
  };
  query['sign'] = signTopSpi({ query, payload: { kind: 'body', body }, secret });
  try {
    const { status, body: answer } = await http.request({
      url: `${spiUrl}?${new URLSearchParams(query).toString()}`,
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body,
    });
    if (status !== 200) return { kind: 'unknown', error: `HTTP ${status}` };
    return { kind: 'answered', body: answer };
  } catch (error) {
    if (error instanceof HttpTimeout) return { kind: 'unknown', error: 'no answer in time' };
    if (!(error instanceof HttpFailure)) throw error;
    return { kind: error.outcome === 'unknown' ? 'unknown' : 'failed', error: error.message };
  }
}
