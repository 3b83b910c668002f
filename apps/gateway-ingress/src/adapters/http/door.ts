import { withOrderSpan, withSpan } from '@astrolabe/telemetry';
import type { FastifyRequest } from 'fastify';
import type { makeAdmit } from '../../application/admit.ts';
import type { makeAnswerOnce } from '../../application/answer-once.ts';
import type { InboundRequest } from '../../application/ports.ts';

/** What every channel of the gateway works with. */
export type Door = {
  admit: ReturnType<typeof makeAdmit>;
  answerOnce: ReturnType<typeof makeAnswerOnce>;
};

/** The body as it came in; a request without one has an empty body. */
export const bodyOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** The query as pairs of decoded texts; a name sent twice keeps both, so that no check is fooled. */
export function queryOf(request: FastifyRequest): [string, string][] {
  const question = request.url.indexOf('?');
  return question < 0 ? [] : [...new URLSearchParams(request.url.slice(question + 1))];
}

/** Whether the content type is one of the given, whatever parameters follow it. */
export function hasType(request: FastifyRequest, ...types: readonly string[]): boolean {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return types.includes(type ?? '');
}

/** The caller's own trace context, when it sent one. */
export function callerTrace(request: FastifyRequest): string | undefined {
  const header = request.headers['traceparent'];
  return typeof header === 'string' ? header : undefined;
}

/** Answers a request inside the trace of its order, or in one of its own when it is about none. */
export async function answerTraced(
  door: Door,
  request: InboundRequest,
  about: { tradeId: string | null; startTime: number; link: string | undefined },
  run: () => Promise<string>,
): Promise<string> {
  const { startTime, link, tradeId } = about;
  const answer = () => door.answerOnce(request, run);
  if (tradeId === null) return await withSpan(request.method, { startTime }, answer);
  return await withOrderSpan(
    { sellerId: request.sellerId, tradeId },
    { name: request.method, isFirst: false, startTime, ...(link ? { link } : {}) },
    answer,
  );
}
