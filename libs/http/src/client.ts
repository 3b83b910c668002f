import { ATTR, METRIC, currentTraceparent, histogram, withSpan } from '@astrolabe/telemetry';
import { readFailuresWith } from '@astrolabe/service';
import type { Failure } from '@astrolabe/service';
import { SpanKind } from '@opentelemetry/api';
import { Agent, request } from 'undici';
import { INNER_ADDRESS } from './destinations.ts';
import type { Destinations } from './destinations.ts';

/** Whether a failed request can have had an effect on the other side. */
export type HttpOutcome = 'unknown' | 'not-sent';

/** A request that got no usable answer. */
export class HttpFailure extends Error {
  override readonly name: string = 'HttpFailure';
  readonly outcome: HttpOutcome;

  constructor(message: string, outcome: HttpOutcome, cause?: unknown) {
    super(message, { cause });
    this.outcome = outcome;
  }
}

/** A request that ran out of time. Never a failure of the other side: the effect is unknown. */
export class HttpTimeout extends HttpFailure {
  override readonly name = 'HttpTimeout';
}

export type HttpClientOptions = {
  /** Who is called; goes into metrics. */
  name: string;
  connectTimeoutMs: number;
  responseTimeoutMs: number;
  maxConnections: number;
  maxResponseBytes: number;
  /** Where it may connect to; checked at every connection, against what the name resolves to then. */
  destinations: Destinations;
};

export type HttpRequest = {
  url: string;
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export type HttpResponse = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
};

export type HttpClient = {
  request(input: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
};

const seconds = histogram(METRIC.httpClientDuration, 'HTTP requests made', ['peer', 'status']);

/**
 * A client with bounded connections, times and sizes. It follows no redirect and repeats nothing:
 * the caller knows what is safe to repeat.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  readFailuresWith(httpFailure);
  const dispatcher = new Agent({
    connect: { timeout: options.connectTimeoutMs, lookup: options.destinations.lookup },
    headersTimeout: options.responseTimeoutMs,
    bodyTimeout: options.responseTimeoutMs,
    connections: options.maxConnections,
    maxResponseSize: options.maxResponseBytes,
    pipelining: 1,
  });
  // The agent's time-outs are per phase; this one bounds the whole request.
  const totalMs = options.connectTimeoutMs + options.responseTimeoutMs;
  return {
    close: () => dispatcher.close(),
    request: async (input) => {
      const url = targetOf(options, input.url);
      const startedAt = performance.now();
      const observe = (status: string) =>
        seconds.observe({ peer: options.name, status }, (performance.now() - startedAt) / 1000);
      const settings = {
        kind: SpanKind.CLIENT,
        attributes: {
          [ATTR.httpMethod]: input.method,
          [ATTR.serverAddress]: url.host,
        },
      };
      return await withSpan(`http ${options.name}`, settings, async (span) => {
        try {
          const response = await send(dispatcher, input, totalMs);
          span.setAttribute(ATTR.httpStatus, response.status);
          observe(String(response.status));
          return response;
        } catch (error) {
          observe('none');
          throw toFailure(options.name, error);
        }
      });
    },
  };
}

/** A peer without a usable answer is away to whoever asked for it. */
const httpFailure = (error: unknown): Failure | null =>
  error instanceof HttpFailure ? { kind: 'UNAVAILABLE', code: '', message: '' } : null;

async function send(dispatcher: Agent, input: HttpRequest, totalMs: number): Promise<HttpResponse> {
  const traceparent = currentTraceparent();
  const { statusCode, headers, body } = await request(input.url, {
    dispatcher,
    method: input.method,
    headers: { ...input.headers, ...(traceparent ? { traceparent } : {}) },
    body: input.body ?? null,
    signal: AbortSignal.timeout(totalMs),
  });
  return { status: statusCode, headers, body: Buffer.from(await body.arrayBuffer()) };
}

/** An address that we may call; a malformed one is a failure like any other, told before sending. */
function targetOf({ name, destinations }: HttpClientOptions, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new HttpFailure(`${name} has no usable address`, 'not-sent');
  }
  // A connection to an IP address asks no resolver.
  if (destinations.allowsHostOf(url)) return url;
  throw new HttpFailure(`${name} has an address that leads inside`, 'not-sent');
}

/** Failures to resolve, to connect or to agree on TLS: no byte of the request has left. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function toFailure(peer: string, error: unknown): HttpFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const timedOut = TIMED_OUT.has(code) || (error instanceof Error && error.name === 'TimeoutError');
  if (timedOut) return new HttpTimeout(`${peer} did not answer in time`, 'unknown', error);
  if (code === INNER_ADDRESS) {
    return new HttpFailure(`${peer} has an address that leads inside`, 'not-sent', error);
  }
  const outcome = NOT_SENT.has(code) ? 'not-sent' : 'unknown';
  return new HttpFailure(`${peer} could not be reached (${code || 'no code'})`, outcome, error);
}
