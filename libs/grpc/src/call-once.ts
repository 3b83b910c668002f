import { METRIC, histogram } from '@astrolabe/telemetry';
import { status } from '@grpc/grpc-js';
import type {
  CallOptions,
  Client,
  Metadata,
  MethodDefinition,
  ServiceDefinition,
  ServiceError,
} from '@grpc/grpc-js';
import { failureIn, metadataOf } from './call-metadata.ts';
import type { CallMetadata } from './call-metadata.ts';
import { createCarrier } from './carrier/carrier.ts';
import type { Carrier } from './carrier/carrier.ts';
import { detach } from './detach.ts';
import { GrpcCallError } from './status.ts';

/** The generated unary methods: request, metadata, options, callback. */
type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Names of the unary methods of a client, with their request and response. */
export type UnaryOf<C, M extends keyof C> = C[M] extends {
  (
    request: infer Request,
    metadata: Metadata,
    options: Partial<CallOptions>,
    callback: (error: ServiceError | null, response: infer Response) => void,
  ): unknown;
}
  ? { request: Request; response: Response }
  : never;

/** What goes with a call. */
export type Sending = {
  readonly metadata: CallMetadata;
  readonly deadline: Date;
  /** Where the call goes, as the client was given it. */
  readonly address: string;
};

const clientSeconds = histogram(METRIC.grpcClientDuration, 'gRPC calls made', ['method', 'code']);

/** The carriers of the connections of one contract, and its methods. */
export class Carriers<C extends Client> {
  private readonly service: ServiceDefinition;
  private readonly carriers = new WeakMap<C, Carrier>();

  constructor(service: ServiceDefinition) {
    this.service = service;
  }

  add(client: C): void {
    this.carriers.set(client, createCarrier(client));
  }

  of(client: C): Carrier {
    const found = this.carriers.get(client);
    if (!found) throw new TypeError('the client was not made here');
    return found;
  }

  method(name: string): MethodDefinition<unknown, unknown> {
    const found = this.service[name];
    if (!found) throw new TypeError(`the contract has no method ${name}`);
    return found;
  }

  /** Lets running calls finish. */
  close(client: C): void {
    this.of(client).close();
    client.close();
  }
}

/**
 * Makes a call, once: with others of its turn where the server takes them together, else by itself.
 *
 * @throws GrpcCallError
 */
export async function callOnce<C extends Client, M extends keyof C & string>(
  carriers: Carriers<C>,
  client: C,
  method: M,
  request: UnaryOf<C, M>['request'],
  sending: Sending,
): Promise<UnaryOf<C, M>['response']> {
  const { metadata, deadline, address } = sending;
  const startedAt = performance.now();
  const { path, requestSerialize, responseDeserialize } = carriers.method(method);
  const answer = await carriers.of(client).ask({
    ...metadata,
    path,
    request: requestSerialize(request),
    deadline,
  });
  if (answer.kind === 'plain') return await callPlain(client, method, request, sending);
  observe(method, answer.kind === 'answered' ? status.OK : answer.failure.code, startedAt);
  if (answer.kind === 'failed') throw new GrpcCallError(method, { ...answer.failure, address });
  return responseDeserialize(answer.response as Buffer);
}

const observe = (method: string, code: number, startedAt: number): void =>
  clientSeconds.observe(
    { method, code: status[code] ?? String(code) },
    (performance.now() - startedAt) / 1000,
  );

/** A call in a stream of its own: one that is too large for company, or to a server that carries none. */
function callPlain<C extends Client, M extends keyof C & string>(
  client: C,
  method: M,
  request: UnaryOf<C, M>['request'],
  { metadata, deadline, address }: Sending,
): Promise<UnaryOf<C, M>['response']> {
  const startedAt = performance.now();
  // The library keeps both messages and the callback for long: nothing is to be reached through them.
  const sent = { ...(request as UnaryOf<C, M>['request'] & object) };
  let waiting: PromiseWithResolvers<UnaryOf<C, M>['response']> | null = Promise.withResolvers();
  const { promise } = waiting;
  const done = (error: ServiceError | null, response: UnaryOf<C, M>['response']) => {
    observe(method, error?.code ?? status.OK, startedAt);
    const told = waiting;
    waiting = null;
    detach(sent);
    if (error) told?.reject(new GrpcCallError(method, { ...failureIn(error), address }));
    else told?.resolve(detach(response as typeof response & object));
  };
  const invoke = client[method] as UnaryMethod<UnaryOf<C, M>['request'], UnaryOf<C, M>['response']>;
  withoutStack(() => invoke.call(client, sent, metadataOf(metadata), { deadline }, done));
  return promise;
}

/**
 * The library takes a stack trace at every call, in case it fails; `GrpcCallError` brings its own, and
 * a trace costs more than everything else that the call does in this process before it is sent.
 */
function withoutStack(invoke: () => void): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    invoke();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
