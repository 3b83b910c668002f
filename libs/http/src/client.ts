import { ATTR, METRIC, currentTraceparent, histogram, withSpan } from '@astrolabe/telemetry';
import { SpanKind } from '@opentelemetry/api';
import { Agent, request } from 'undici';

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
  const dispatcher = new Agent({
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.responseTimeoutMs,
    bodyTimeout: options.responseTimeoutMs,
    connections: options.maxConnections,
    maxResponseSize: options.maxResponseBytes,
    pipelining: 1,
  });
  return {
    close: () => dispatcher.close(),
    request: async (input) => {
      const startedAt = performance.now();
      const observe = (status: string) =>
        seconds.observe({ peer: options.name, status }, (performance.now() - startedAt) / 1000);
      const settings = {
        kind: SpanKind.CLIENT,
        attributes: {
          [ATTR.httpMethod]: input.method,
          [ATTR.serverAddress]: new URL(input.url).host,
        },
      };
      return await withSpan(`http ${options.name}`, settings, async (span) => {
        try {
          const response = await send(dispatcher, input, options.responseTimeoutMs);
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

async function send(
  dispatcher: Agent,
  input: HttpRequest,
  timeoutMs: number,
): Promise<HttpResponse> {
  const traceparent = currentTraceparent();
  const { statusCode, headers, body } = await request(input.url, {
    dispatcher,
    method: input.method,
    headers: { ...input.headers, ...(traceparent ? { traceparent } : {}) },
    body: input.body ?? null,
    // The agent's time-outs are per phase; this one bounds the whole.
    signal: AbortSignal.timeout(2 * timeoutMs),
  });
  return { status: statusCode, headers, body: Buffer.from(await body.arrayBuffer()) };
}

const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function toFailure(peer: string, error: unknown): HttpFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const timedOut = TIMED_OUT.has(code) || (error instanceof Error && error.name === 'TimeoutError');
  if (timedOut) return new HttpTimeout(`${peer} did not answer in time`, 'unknown', error);
  const outcome = NOT_SENT.has(code) ? 'not-sent' : 'unknown';
  return new HttpFailure(`${peer} could not be reached (${code || 'no code'})`, outcome, error);
}
