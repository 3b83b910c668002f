import { METRIC, counter } from '@astrolabe/telemetry';

const verdicts = counter(METRIC.inboundVerdicts, 'Requests by what became of them', [
  'channel',
  'verdict',
]);

/** What every channel may come to. */
const EVERYWHERE = ['ANSWERED', 'NOT_NOW', 'WRONG_CONTENT_TYPE', 'MALFORMED'] as const;

/**
 * The channels tell everything in the body with HTTP 200: their SDKs drop the body of any other
 * status; one whose callers act at once on what they read says so (`notNowStatus`). A wrong content type is for what stands between us and a client.
 */
export const STATUS: Readonly<Partial<Record<string, number>>> = { WRONG_CONTENT_TYPE: 415 };

/** Exports the series of a channel as zero: Prometheus sees no increase in one that begins at 1. */
export function startVerdicts(channel: string, own: readonly string[]): void {
  for (const verdict of new Set([...EVERYWHERE, ...own])) verdicts.inc({ channel, verdict }, 0);
}

/** Counts what became of a request. */
export const countVerdict = (channel: string, verdict: string): void =>
  verdicts.inc({ channel, verdict });
