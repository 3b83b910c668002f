import { failureOf } from '@astrolabe/service';
import type { Failure, FailureKind } from '@astrolabe/service';

/** A failure that no route has answered, before it takes the form of a channel. */
export type TransportError = { status: number; code: string; message: string };

const AS_HTTP: Readonly<Record<FailureKind, TransportError>> = {
  INVALID: { status: 400, code: 'BAD_REQUEST', message: 'Bad request' },
  FORBIDDEN: { status: 403, code: 'FORBIDDEN', message: 'Forbidden' },
  NOT_FOUND: { status: 404, code: 'NOT_FOUND', message: 'Not found' },
  CONFLICT: { status: 409, code: 'CONFLICT', message: 'Conflict' },
  UNAVAILABLE: {
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    message: 'Service temporarily unavailable, repeat the request',
  },
};

const INTERNAL: TransportError = { status: 500, code: 'INTERNAL', message: 'Internal error' };

const CODES: Record<number, string> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
};

/** The time of a request is over before it was decided. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/** A failure as HTTP tells it: the peer's own code and text where it has refused. */
function fromFailure({ kind, code, message }: Failure): TransportError {
  const known = AS_HTTP[kind];
  return { ...known, code: code || known.code, message: message || known.message };
}

/**
 * The one place that says what an error means over HTTP: what the server itself refuses (4xx), what a
 * peer has refused (400, 403, 404, 409), what is away or too slow (503), and faults of ours (500, without details).
 */
export function transportError(error: Error & { statusCode?: number }): TransportError {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return { status, code: CODES[status] ?? 'BAD_REQUEST', message: error.message };
  }
  if (error instanceof TimeIsUp) return AS_HTTP.UNAVAILABLE;
  const failure = failureOf(error);
  return failure ? fromFailure(failure) : INTERNAL;
}
