import { setTimeout as delay } from 'node:timers/promises';
import {
  ATTR,
  METRIC,
  counter,
  currentTraceparent,
  histogram,
  withSpan,
} from '@astrolabe/telemetry';
import { Metadata, credentials, status } from '@grpc/grpc-js';
import type {
  CallOptions,
  ChannelCredentials,
  Client,
  ClientOptions,
  ServiceError,
} from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { ACTOR_KEY, GrpcCallError, REASON_KEY, wasNotHandled } from './status.ts';

/** The client classes that the generated code exports. */
type ClientConstructor<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

/** The generated unary methods: request, metadata, options, callback. */
type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Names of the unary methods of a client, with their request and response. */
type UnaryOf<C, M extends keyof C> = C[M] extends {
  (
    request: infer Request,
    metadata: Metadata,
    options: Partial<CallOptions>,
    callback: (error: ServiceError | null, response: infer Response) => void,
  ): unknown;
}
  ? { request: Request; response: Response }
  : never;

export type GrpcClientOptions = {
  /** host:port, or any address that gRPC resolves. */
  address: string;
  /** Who calls; told to the server as the actor unless a call names another. */
  name: string;
  defaultDeadlineMs: number;
};

export type GrpcCallOptions = {
  /** Time for the whole call, repeats included. */
  deadlineMs?: number;
  /** For whom the caller acts, when it is not for itself. */
  actor?: string;
};

/** A client whose calls are promises with a deadline, inside the active trace. */
export type GrpcClient<C extends Client> = {
  call<M extends keyof C & string>(
    method: M,
    request: UnaryOf<C, M>['request'],
    options?: GrpcCallOptions,
  ): Promise<UnaryOf<C, M>['response']>;
  /** Metadata with the active trace and the actor, for streams that are opened on `raw`. */
  metadata(actor?: string): Metadata;
  /** The generated client itself, for streams. */
  raw: C;
  close(): void;
};

const ATTEMPTS_MAX = 4;
const RETRY_BASE_MS = 50;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const KEEPALIVE_MS = 20_000;
const RECONNECT_MAX_MS = 1_000;

const clientRetries = counter(METRIC.grpcClientRetries, 'gRPC calls repeated', ['method']);
const clientSeconds = histogram(METRIC.grpcClientDuration, 'gRPC calls made', ['method', 'code']);

/**
 * Makes a client. A call that found no server is repeated a few times within its deadline: nothing
 * was sent. A call that ran out of time is never repeated: it may have been done.
 */
export function createGrpcClient<C extends Client>(
  Constructor: ClientConstructor<C>,
  options: GrpcClientOptions,
): GrpcClient<C> {
  const raw = new Constructor(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.initial_reconnect_backoff_ms': RETRY_BASE_MS,
    'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
    // `callWithRetries` knows what is safe to repeat.
    'grpc.enable_retries': 0,
    // Calls between our services pass no proxy, whatever the environment says.
    'grpc.enable_http_proxy': 0,
    'grpc.service_config_disable_resolution': 1,
  });
  const metadata = (actor?: string): Metadata => {
    const carried = new Metadata();
    carried.set(ACTOR_KEY, actor ?? options.name);
    const traceparent = currentTraceparent();
    if (traceparent) carried.set('traceparent', traceparent);
    return carried;
  };
  return {
    raw,
    metadata,
    close: () => raw.close(),
    call: async (method, request, callOptions = {}) => {
      const deadline = new Date(Date.now() + (callOptions.deadlineMs ?? options.defaultDeadlineMs));
      const settings = {
        kind: SpanKind.CLIENT,
        attributes: { [ATTR.rpcSystem]: 'grpc', [ATTR.rpcMethod]: method },
      };
      return await withSpan(`grpc ${method}`, settings, () =>
        callWithRetries(raw, method, request, { metadata: metadata(callOptions.actor), deadline }),
      );
    },
  };
}

type Envelope = { metadata: Metadata; deadline: Date };

async function callWithRetries<C extends Client, M extends keyof C & string>(
  client: C,
  method: M,
  request: UnaryOf<C, M>['request'],
  envelope: Envelope,
): Promise<UnaryOf<C, M>['response']> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(client, method, request, envelope);
    } catch (error) {
      const wait = RETRY_BASE_MS * 2 ** attempt * (0.5 + Math.random());
      const repeatable = error instanceof GrpcCallError && wasNotHandled(error);
      const timeLeft = envelope.deadline.getTime() - Date.now() > wait;
      if (!repeatable || attempt >= ATTEMPTS_MAX || !timeLeft) throw error;
      clientRetries.inc({ method });
      await delay(wait);
    }
  }
}

function callOnce<C extends Client, M extends keyof C & string>(
  client: C,
  method: M,
  request: UnaryOf<C, M>['request'],
  { metadata, deadline }: Envelope,
): Promise<UnaryOf<C, M>['response']> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, response: UnaryOf<C, M>['response']) => {
      const code = error?.code ?? status.OK;
      clientSeconds.observe({ method, code: status[code] }, (performance.now() - startedAt) / 1000);
      if (!error) return resolve(response);
      const reason = error.metadata?.get(REASON_KEY)[0]?.toString() ?? '';
      return reject(new GrpcCallError(method, { code, reason, details: error.details }));
    };
    const invoke = client[method] as UnaryMethod<
      UnaryOf<C, M>['request'],
      UnaryOf<C, M>['response']
    >;
    invoke.call(client, request, metadata, { deadline }, done);
  });
}
