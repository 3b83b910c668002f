import type { FastifyRequest } from 'fastify';

/** The body as it came in; a request without one has an empty body. */
export const bodyOf = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** The query as it was sent, without the question mark. */
export function queryTextOf(request: FastifyRequest): string {
  const question = request.url.indexOf('?');
  return question < 0 ? '' : request.url.slice(question + 1);
}

/** The query as pairs of decoded texts; a name sent twice keeps both, so that no check is fooled. */
export const queryOf = (request: FastifyRequest): [string, string][] => [
  ...new URLSearchParams(queryTextOf(request)),
];

/** The path without the query and without a slash at its end. */
export const pathOf = (request: FastifyRequest): string =>
  request.url.split('?')[0]?.replace(/\/$/, '') ?? '';

/** The content type without the parameters that follow it; empty when there is none. */
export const typeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The headers as single texts, as a signature over them sees them. */
export const headersOf = (request: FastifyRequest): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );

/** The caller's own trace context, when it sent one. */
export function callerTrace(request: FastifyRequest): string | undefined {
  const header = request.headers['traceparent'];
  return typeof header === 'string' ? header : undefined;
}
