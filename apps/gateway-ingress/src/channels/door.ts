import { peerKey } from '@astrolabe/http';
import { tmallOrder } from '@astrolabe/kernel';
import { METRIC, counter, withOrderSpan, withSpan } from '@astrolabe/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission, Cost, Refused } from '../application/admit.ts';
import type { Answered, makeAnswerOnce } from '../application/answer-once.ts';
import type { InboundRequest } from '../application/ports.ts';

/** What every channel of the gateway works with. */
export type Door = Admission & {
  answerOnce: ReturnType<typeof makeAnswerOnce>;
  /** Monotonic milliseconds. */
  ticks: () => number;
};

/** What became of a request. */
export type Verdict =
  Refused | 'WRONG_CONTENT_TYPE' | 'MALFORMED' | 'UNKNOWN_METHOD' | 'NOT_NOW' | 'ANSWERED';

/** An answer in the channel's own form. */
export type Told = { verdict: Verdict; type: string; body: string };

/**
 * The channels tell everything in the body with HTTP 200: their SDKs drop the body of any other
 * status. A wrong content type is for what stands between us and a client.
 */
const STATUS: Partial<Record<Verdict, number>> = { WRONG_CONTENT_TYPE: 415 };

const CHANNELS = ['qimen', 'top', 'tmall'] as const;
export type Channel = (typeof CHANNELS)[number];

const VERDICTS: Readonly<Record<Verdict, true>> = {
  UNKNOWN_APP_KEY: true,
  RATE_EXCEEDED: true,
  STALE_TIMESTAMP: true,
  BAD_SIGNATURE: true,
  MISSING_SESSION: true,
  INVALID_SESSION: true,
  SELLER_NOT_ALLOWED: true,
  WRONG_CONTENT_TYPE: true,
  MALFORMED: true,
  UNKNOWN_METHOD: true,
  NOT_NOW: true,
  ANSWERED: true,
};

const verdicts = counter(
  METRIC.inboundVerdicts,
  'Requests by what became of them',
  ['channel', 'verdict'],
  CHANNELS.flatMap((channel) => Object.keys(VERDICTS).map((verdict) => ({ channel, verdict }))),
);

/** Counts what became of a request. */
export const countVerdict = (channel: Channel, verdict: Verdict): void =>
  verdicts.inc({ channel, verdict });

/** Sends an answer and counts it. */
export async function tell(
  reply: FastifyReply,
  channel: Channel,
  { verdict, type, body }: Told,
): Promise<FastifyReply> {
  countVerdict(channel, verdict);
  return await reply
    .code(STATUS[verdict] ?? 200)
    .type(type)
    .send(body);
}

/** What is left of a caller's time, as the options of a call to a peer. */
export type TimeLeft = () => { deadlineMs: number };

/** A caller waits three seconds; the last part of them is for recording the answer. */
const PEERS_MS = 2_800;

/** All calls of one request share its time, however many they are. */
export function timeLeft(ticks: () => number): TimeLeft {
  const endsAt = ticks() + PEERS_MS;
  return () => ({ deadlineMs: Math.max(1, Math.floor(endsAt - ticks())) });
}

/** The body as it came in; a request without one has an empty body. */
export const bodyOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** What a request costs its caller: who sent it, and how long it is. */
export const costOf = (request: FastifyRequest): Cost => ({
  peer: peerKey(request.ip),
  bytes: bodyOf(request).length + request.url.length,
});

/** The query as pairs of decoded texts; a name sent twice keeps both, so that no check is fooled. */
export function queryOf(request: FastifyRequest): [string, string][] {
  const question = request.url.indexOf('?');
  return question < 0 ? [] : [...new URLSearchParams(request.url.slice(question + 1))];
}

/** A path with and without a slash at its end: some clients are configured with one. */
export const bothForms = (path: string): readonly string[] => [path, `${path}/`];

/** The content type without the parameters that follow it; empty when there is none. */
export const typeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The caller's own trace context, when it sent one. */
export function callerTrace(request: FastifyRequest): string | undefined {
  const header = request.headers['traceparent'];
  return typeof header === 'string' ? header : undefined;
}

/**
 * Answers a request inside the trace of its order, or in one of its own when it is about none. Every
 * channel of this door serves Tmall's orders.
 */
export async function answerTraced(
  door: Door,
  request: InboundRequest,
  about: { tradeId: string | null; startTime: number; link: string | undefined },
  run: () => Promise<Answered>,
): Promise<string> {
  const { startTime, link, tradeId } = about;
  const answer = () => door.answerOnce(request, run);
  if (tradeId === null) return await withSpan(request.method, { startTime }, answer);
  return await withOrderSpan(
    tmallOrder(request.sellerId, tradeId),
    { name: request.method, isFirst: false, startTime, ...(link ? { link } : {}) },
    answer,
  );
}
