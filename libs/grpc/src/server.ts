import { isAdministration } from '@astrolabe/contracts/callers';
import { isUnavailable } from '@astrolabe/service';
import { ATTR, METRIC, contextFromTraceparent, histogram, withSpan } from '@astrolabe/telemetry';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { HealthImplementation } from 'grpc-health-check';
import { awaitedRequests } from './awaited-request.ts';
import { ENVELOPE_BYTES } from './carrier/ask.ts';
import { createCarrierServer } from './carrier/serve.ts';
import type { Served } from './carrier/serve.ts';
import { letClosedStreamsGo } from './closed-streams.ts';
import { contractOf } from './identity.ts';
import { ACTOR_KEY, GrpcRefusal, OWNER_KEY, PUSHBACK_KEY, REASON_KEY } from './status.ts';
import { callerOf, loggerOf, tiedTo } from './tied.ts';
import type { LoggerLike } from './tied.ts';
import { detach } from './detach.ts';

export { loggerOf };
export type { LoggerLike };

export type GrpcServerOptions = {
  logger: LoggerLike;
  host: string;
  /** Of what other services call; 0: the operating system picks. Absent where there is no such contract. */
  port?: number;
  /** Of administration, the contracts for operators alone; absent where there is none. */
  adminPort?: number;
  services: Served;
  /** Largest message either way; default 4 MiB. */
  maxMessageBytes?: number;
};

const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const STREAMS_MAX = 1_000;
const KEEPALIVE_MS = 20_000;
const SHUTDOWN_MS = 10_000;

const serverSeconds = histogram(METRIC.grpcServerDuration, 'gRPC calls served', ['method', 'code']);

export type GrpcServer = {
  component: { name: string; start(): Promise<void>; stop(): Promise<void> };
  /** The port of what other services call; throws where there is none. */
  port(): number;
  /** The port of administration; throws where there is none. */
  adminPort(): number;
  /** Both, under the names that a service reports when it is ready. */
  ports(): { grpcPort?: number; adminPort?: number };
};

/**
 * A gRPC server with the standard health service, and another for administration: a contract whose
 * only callers are operators is served on `adminPort` alone, so that network policies keep it apart.
 * Stopping refuses new calls, lets running ones finish for ten seconds and then ends them.
 */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  const { data = [], admin = [] } = Object.groupBy(options.services, ([definition]) =>
    isAdministration(contractOf(Object.values(definition)[0]?.path ?? '')) ? 'admin' : 'data',
  );
  const listeners = [
    listenerOf('port', data, options),
    listenerOf('adminPort', admin, options),
  ] as const;
  const [dataServer, adminServer] = listeners;
  const portOf = (listener: Listener | null, name: string): number => {
    if (!listener) throw new TypeError(`this server has no ${name}`);
    return listener.port();
  };
  const all = async (work: (listener: Listener) => Promise<void>): Promise<void> => {
    await Promise.all(listeners.filter((listener) => listener !== null).map(work));
  };
  return {
    port: () => portOf(dataServer, 'port'),
    adminPort: () => portOf(adminServer, 'adminPort'),
    ports: () => ({
      ...(dataServer && { grpcPort: dataServer.port() }),
      ...(adminServer && { adminPort: adminServer.port() }),
    }),
    component: {
      name: 'grpc',
      start: () => all((listener) => listener.start()),
      stop: () => all((listener) => listener.stop()),
    },
  };
}

const pathsOf = ([definition]: Served[number]): string[] =>
  Object.values(definition).map(({ path }) => path);

type Listener = { port(): number; start(): Promise<void>; stop(): Promise<void> };

/** What listens at one port; null where nothing is served there. */
function listenerOf(
  name: 'port' | 'adminPort',
  services: Served,
  options: GrpcServerOptions,
): Listener | null {
  const { logger, host, [name]: port } = options;
  if (port === undefined && services.length === 0) return null;
  if (port === undefined) throw new TypeError(`what is served needs ${name}`);
  if (services.length === 0) throw new TypeError(`nothing is served on ${name}`);
  letClosedStreamsGo();
  const maxBytes = options.maxMessageBytes ?? MESSAGE_BYTES_MAX;
  const server = new Server({
    'grpc.max_receive_message_length': maxBytes + ENVELOPE_BYTES,
    'grpc.max_send_message_length': maxBytes + ENVELOPE_BYTES,
    'grpc.max_concurrent_streams': STREAMS_MAX,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    // Nobody reads its counters, and every call pays for them.
    'grpc.enable_channelz': 0,
    interceptors: [awaitedRequests(new Set(services.flatMap(pathsOf)))],
  });
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  health.addToServer(server);
  const tied = services.map(
    ([definition, implementation]) =>
      [definition, tiedTo(logger, definition, implementation)] as const,
  );
  const carrier = createCarrierServer(tied, maxBytes);
  for (const [definition, implementation] of [...tied, carrier.service]) {
    server.addService(definition, implementation);
  }
  let bound = port;
  return {
    port: () => bound,
    start: async () => {
      bound = await new Promise<number>((resolve, reject) => {
        server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
          error ? reject(error) : resolve(taken),
        );
      });
      health.setStatus('', 'SERVING');
    },
    stop: async () => {
      health.setStatus('', 'NOT_SERVING');
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, SHUTDOWN_MS);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
        // Behind it, so that who opens another stream finds another server.
        carrier.leave();
      });
    },
  };
}

const UNEXPECTED = 'a call failed unexpectedly';
const FAILED: Partial<Record<number, string>> = {
  [status.UNAVAILABLE]: 'a call could not be decided',
};

/** `caller`: the service that calls, proved. `actor`: for whom it acts, by its word. */
export type UnaryContext = { deadline: Date; caller: string; actor?: string };

/**
 * Serves one unary method: inside the caller's trace, with a mandatory deadline. A GrpcRefusal becomes its status and reason; a dependency that is away becomes
 * UNAVAILABLE without a reason, since it may be unknown what was done; any other error is logged and
 * answered INTERNAL without details.
 */
export function unary<Request, Response>(
  name: string,
  handler: (request: Request, context: UnaryContext) => Promise<Response>,
  logger?: LoggerLike,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const deadline = new Date(call.getDeadline());
    if (!Number.isFinite(deadline.getTime())) {
      callback({ code: status.INVALID_ARGUMENT, details: 'A deadline is required' });
      return;
    }
    const startedAt = performance.now();
    const settle = (code: number) =>
      serverSeconds.observe(
        { method: name, code: status[code] ?? String(code) },
        (performance.now() - startedAt) / 1000,
      );
    const settings = {
      kind: SpanKind.SERVER,
      parent: contextFromTraceparent(call.metadata.get('traceparent')[0]?.toString()),
      attributes: { [ATTR.rpcSystem]: 'grpc', [ATTR.rpcMethod]: name },
    };
    void withSpan(`grpc ${name}`, settings, async (span) => {
      try {
        const actor = call.metadata.get(ACTOR_KEY)[0]?.toString();
        const caller = callerOf(call);
        const context = { deadline, caller, ...(actor !== undefined && { actor }) };
        const response = await handler(detach(call.request as object) as Request, context);
        settle(status.OK);
        callback(null, response);
      } catch (error) {
        const failure = toStatus(error);
        if (!(error instanceof GrpcRefusal)) {
          const log = logger ?? loggerOf(call);
          log?.error({ err: error, method: name }, FAILED[failure.code] ?? UNEXPECTED);
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.setAttribute(ATTR.rpcStatus, failure.code);
        settle(failure.code);
        callback(failure);
      }
      forgetCall(call);
    });
  };
}

/** It is answered and nobody asks it any more, but the library's stream has it until the next full collection. */
const forgetCall = (call: object): unknown =>
  Object.assign(call, { call: undefined, metadata: undefined, trailingMetadata: undefined });

export function toStatus(error: unknown): { code: number; details: string; metadata?: Metadata } {
  if (!(error instanceof GrpcRefusal)) {
    return isUnavailable(error)
      ? { code: status.UNAVAILABLE, details: 'A dependency is away' }
      : { code: status.INTERNAL, details: 'Internal error' };
  }
  const metadata = new Metadata();
  metadata.set(REASON_KEY, error.reason);
  if (error.owner) metadata.set(OWNER_KEY, error.owner);
  if (error.retryAfterMs > 0) metadata.set(PUSHBACK_KEY, String(error.retryAfterMs));
  return { code: error.code, details: error.details, metadata };
}
