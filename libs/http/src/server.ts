import { METRIC, histogram } from '@astrolabe/telemetry';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '@astrolabe/service';
import { answerInTime } from './answer-in-time.ts';
import { transportError } from './failures.ts';
import type { TransportError } from './failures.ts';
import { isPacked, isPackedAs, unpack } from './gzip.ts';
import { limitConnections } from './connections.ts';
import { createRouteTable } from './route-table.ts';

/** A failure before any route's own code ran, told in the channel's own form. */
export type ChannelError = { status: number; contentType: string; body: string };

export type HttpServerOptions = {
  logger: Logger;
  host: string;
  /** 0: the operating system picks. */
  port: number;
  bodyLimitBytes: number;
  /**
   * Reads bodies that were packed with gzip; `bodyLimitBytes` bounds what comes out too. Only where no
   * signature is over the bytes that were sent. Default false.
   */
  readsGzip?: boolean;
  /** How long a client may take to send its request; default 10 s. */
  requestTimeoutMs?: number;
  /**
   * Addresses or networks of proxies whose X-Forwarded-For is believed; of nobody else's, or the
   * peer's address would be what a header says. Default none.
   */
  trustedProxies?: readonly string[];
  /** Most connections of one peer that is no trusted proxy; default 512. */
  connectionsPerPeer?: number;
  /** How long a new connection may stay silent; default 5 s. */
  firstByteMs?: number;
  /**
   * Longest time from the whole request to its answer: then it is answered as unavailable, and the
   * work's own calls run out of time a little earlier. Without it a route may take as long as it needs.
   */
  answerWithinMs?: number;
  /** How to tell whatever no route has answered: an unknown path, a dependency that is away; default JSON. */
  errorResponder?: (error: TransportError, request: FastifyRequest) => ChannelError;
};

export type HttpServer = {
  app: FastifyInstance;
  component: { name: string; start(): Promise<void>; leave(): void; stop(): Promise<void> };
  port(): number;
  /** Base address, e.g. `http://127.0.0.1:8080`. */
  address(): string;
};

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 30_000;
const URL_LENGTH_MAX = 8_192;

const HEADERS_BYTES_MAX = 16_384;
const CONNECTIONS_MAX = 4_096;
const RETRY_AFTER_SECONDS = 1;
const CONNECTIONS_PER_PEER_MAX = 512;
const FIRST_BYTE_MS = 5_000;
const CHECK_MS = 1_000;
const NO_BODY = Buffer.alloc(0);

const seconds = histogram(METRIC.httpServerDuration, 'HTTP requests served', [
  'method',
  'route',
  'status',
]);

const asJson = (error: TransportError): ChannelError => ({
  status: error.status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify({ code: error.code, message: error.message }),
});

/**
 * An HTTP server whose bodies are raw bytes (a signature is over bytes, so routes verify first and
 * parse second). All limits and time-outs are explicit. Errors that no route answered are logged
 * and told without internals.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    http: {
      headersTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      // Node looks for connections that are out of time every 30 s by default.
      connectionsCheckingInterval: CHECK_MS,
    },
    onProtoPoisoning: 'error',
    exposeHeadRoutes: false,
    // Its own 503 is in no channel's form, and what comes while we stop can still be answered.
    return503OnClosing: false,
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  limitConnections(app.server, {
    perPeer: options.connectionsPerPeer ?? CONNECTIONS_PER_PEER_MAX,
    firstByteMs: options.firstByteMs ?? FIRST_BYTE_MS,
    trustedProxies: options.trustedProxies ?? [],
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isPacked(request)) return done(null, body);
    unpack(body as Buffer, options.bodyLimitBytes).then((unpacked) => done(null, unpacked), done);
  });

  answerErrors(app, options);
  if (options.answerWithinMs !== undefined) answerInTime(app, options.answerWithinMs);
  let isLeaving = false;
  // With callbacks: a hook that is a promise takes a turn of the microtasks, and every request has all of them.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isLeaving) void reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    request.body ??= NO_BODY;
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });

  let bound = options.port;
  return {
    app,
    port: () => bound,
    address: () => `http://${options.host}:${bound}`,
    component: {
      name: 'http',
      start: async () => {
        await app.listen({ host: options.host, port: options.port });
        const [address] = app.addresses();
        if (typeof address === 'object') bound = address.port;
      },
      // Callers give up their connections before we close them, so that none has just sent a request.
      leave: () => {
        isLeaving = true;
      },
      stop: async () => {
        isLeaving = true;
        await app.close();
      },
    },
  };
}

/** Everything that is told before, or instead of, a route's own answer. */
function answerErrors(app: FastifyInstance, options: HttpServerOptions): void {
  const { logger, readsGzip = false, errorResponder: respond = asJson } = options;
  const routes = createRouteTable(app);
  app.addHook('onRequest', (request, reply, done) => {
    const refused = refusedUnread(request, readsGzip);
    if (refused === null) return done();
    const told = respond(refused, request);
    void reply.code(told.status).type(told.contentType).send(told.body);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const allowed = routes.methodsOf(pathOf(request));
    // A route of this method may not have what the path names, e.g. a file.
    const isOtherMethod = allowed.length > 0 && !allowed.includes(request.method);
    if (isOtherMethod) void reply.header('allow', allowed.join(', '));
    const error = isOtherMethod
      ? { status: 405, code: 'METHOD_NOT_ALLOWED', message: 'Method not allowed' }
      : { status: 404, code: 'NOT_FOUND', message: 'Not found' };
    const told = respond(error, request);
    await reply.code(told.status).type(told.contentType).send(told.body);
  });
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const failure = transportError(error);
    const route = pathOf(request);
    if (failure.status === 500) logger.error({ err: error, route }, 'a request failed');
    if (failure.status === 503) {
      logger.warn({ err: error, route }, 'a request could not be decided');
      void reply.header('retry-after', RETRY_AFTER_SECONDS);
    }
    const told = respond(failure, request);
    await reply.code(told.status).type(told.contentType).send(told.body);
  });
}

/** Why a request is refused by its head alone; null: it is not. */
function refusedUnread(
  { url, headers }: FastifyRequest,
  readsGzip: boolean,
): TransportError | null {
  if (url.length > URL_LENGTH_MAX) {
    return { status: 414, code: 'URI_TOO_LONG', message: 'URI too long' };
  }
  // A signature is over the bytes that were sent, so a compressed body could not be verified.
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() === 'identity' || (readsGzip && isPackedAs(encoding))) return null;
  const message = 'Compressed bodies are not accepted';
  return { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message };
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '/';
