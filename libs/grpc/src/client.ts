import { setTimeout as delay } from 'node:timers/promises';
import { serviceIdentity } from '@astrolabe/service/identity';
import {
  ATTR,
  METRIC,
  counter,
  currentTraceparent,
  dependencyAnswered,
  nextMoment,
  recogniseDependencyFault,
  withSpan,
} from '@astrolabe/telemetry';
import { credentials, status } from '@grpc/grpc-js';
import type {
  ChannelCredentials,
  Client,
  ClientOptions,
  Metadata,
  ServiceDefinition,
} from '@grpc/grpc-js';
import type { ServiceIdentity } from '@astrolabe/signing';
import { SpanKind } from '@opentelemetry/api';
import { readFailuresWith } from '@astrolabe/service';
import { grpcFailure } from './failure.ts';
import { ENVELOPE_BYTES } from './carrier/ask.ts';
import { metadataOf } from './call-metadata.ts';
import type { CallMetadata } from './call-metadata.ts';
import { Carriers, callOnce } from './call-once.ts';
import type { Sending, UnaryOf } from './call-once.ts';
import { letClosedStreamsGo } from './closed-streams.ts';
import { Owners, isReachable, ownerKey } from './owners.ts';
import type { Target } from './owners.ts';
import { GrpcCallError, peerFault, peerName, wasLost } from './status.ts';

/** Clients as the generated code makes them. */
export type { Client as GeneratedClient } from '@grpc/grpc-js';

/** The client classes that the generated code exports. */
export type ClientConstructor<C extends Client> = (new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C) & {
  /** Full name of the contract. */
  readonly serviceName: string;
  readonly service: ServiceDefinition;
};

export type GrpcClientOptions = {
  /** host:port, or any address that gRPC resolves. */
  address: string;
  /** Who calls; told to the server as the actor unless a call names another. */
  name: string;
  defaultDeadlineMs: number;
  /** Who calls, where it is not this process itself: for tests. */
  identity?: ServiceIdentity;
  /**
   * True when every call may be made twice without an effect of its own (an operation id, a read):
   * then a call whose connection was lost, or that a forced stop ended, is sent again within its deadline.
   */
  repeatLost?: boolean;
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
/** Attempts of a call that looks for the owner of what it asks for, while that moves. */
const SEARCH_MAX = 64;
const SEARCH_WAIT_MS = 100;
const RETRY_BASE_MS = 50;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const KEEPALIVE_MS = 20_000;
const RECONNECT_MAX_MS = 1_000;

const clientRetries = counter(METRIC.grpcClientRetries, 'gRPC calls repeated', ['method']);
const clientLost = counter(
  METRIC.grpcClientLost,
  'gRPC calls of which it is unknown what they did',
  ['method'],
);

/**
 * Makes a client. A call that found no server is repeated a few times within its deadline: nothing
 * was sent. A call that ran out of time is never repeated: it may have been done. A call refused with
 * NOT_OWNER goes at once to the owner that the refusal names, and so do later ones about the same
 * seller; where no owner is known it asks again until its deadline. A refusal that says when to come
 * back is repeated then, within the deadline. Streams opened on `raw` follow
 * nobody.
 */
export function createGrpcClient<C extends Client>(
  Constructor: ClientConstructor<C>,
  options: GrpcClientOptions,
): GrpcClient<C> {
  const carriers = new Carriers<C>(Constructor.service);
  const connect = (address: string): C => {
    const client = new Constructor(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX + ENVELOPE_BYTES,
      'grpc.max_send_message_length': MESSAGE_BYTES_MAX + ENVELOPE_BYTES,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.initial_reconnect_backoff_ms': RETRY_BASE_MS,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
      // `callWithRetries` knows what is safe to repeat.
      'grpc.enable_retries': 0,
      // Nobody reads its counters, and every call pays for them.
      'grpc.enable_channelz': 0,
      // Calls between our services pass no proxy, whatever the environment says.
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
    });
    carriers.add(client);
    return client;
  };
  letClosedStreamsGo();
  readFailuresWith(grpcFailure);
  recogniseDependencyFault(peerFault);
  const peer = peerName(options.address);
  const raw = connect(options.address);
  const owners = new Owners(raw, connect, (client) => carriers.close(client));
  const identity = options.identity ?? serviceIdentity();
  const metadata = (actor?: string): CallMetadata => ({
    actor: actor ?? options.name,
    identity: identity.tokenFor(Constructor.serviceName, Date.now()),
    traceparent: currentTraceparent() ?? '',
  });
  return {
    raw,
    metadata: (actor) => metadataOf(metadata(actor)),
    close: () => owners.close(),
    call: async (method, request, callOptions = {}) => {
      const deadline = new Date(Date.now() + (callOptions.deadlineMs ?? options.defaultDeadlineMs));
      const settings = {
        kind: SpanKind.CLIENT,
        attributes: { [ATTR.rpcSystem]: 'grpc', [ATTR.rpcMethod]: method },
      };
      const begunAt = nextMoment();
      const answered = await withSpan(`grpc ${method}`, settings, () =>
        callWithRetries({ owners, carriers }, method, request, {
          metadata: metadata(callOptions.actor),
          deadline,
          repeatLost: options.repeatLost ?? false,
          address: options.address,
        }),
      ).catch((error: unknown) => {
        // A refusal is an answer too.
        if (peerFault(error) === undefined) dependencyAnswered(peer, begunAt);
        throw error;
      });
      dependencyAnswered(peer, begunAt);
      return answered;
    },
  };
}

type Envelope = Sending & { readonly repeatLost: boolean };

async function callWithRetries<C extends Client, M extends keyof C & string>(
  { owners, carriers }: { readonly owners: Owners<C>; readonly carriers: Carriers<C> },
  method: M,
  request: UnaryOf<C, M>['request'],
  envelope: Envelope,
): Promise<UnaryOf<C, M>['response']> {
  const key = ownerKey(request);
  let isSearching = false;
  let hops = 0;
  for (let attempt = 1; ; attempt += 1) {
    const target = owners.of(key);
    try {
      return await callTarget(carriers, target, method, request, envelope);
    } catch (error) {
      if (!(error instanceof GrpcCallError)) throw error;
      if (error.outcome === 'unknown' && wasLost(error)) clientLost.inc({ method });
      const repeat = owners.learn(key, target, error, envelope.repeatLost);
      isSearching ||= target.address !== '' || error.reason !== '' || error.outcome === 'unknown';
      hops = repeat === 'at once' ? hops + 1 : 0;
      const wait =
        hops === 1 ? 0 : Math.max(jittered(error.retryAfterMs), waitBefore(attempt, isSearching));
      const timeLeft = envelope.deadline.getTime() - Date.now() > wait;
      const most = isSearching ? SEARCH_MAX : ATTEMPTS_MAX;
      if (repeat === 'no' || attempt >= most || !timeLeft) throw error;
      clientRetries.inc({ method });
      if (wait > 0) await delay(wait);
    }
  }
}

/** So that callers who were sent away together do not come back all at once. */
const jittered = (ms: number): number => ms * (0.5 + Math.random());

const waitBefore = (attempt: number, isSearching: boolean): number =>
  jittered(isSearching ? SEARCH_WAIT_MS : RETRY_BASE_MS * 2 ** attempt);

/** An owner that cannot be reached soon is given up; the address that the caller gave is waited for. */
async function callTarget<C extends Client, M extends keyof C & string>(
  carriers: Carriers<C>,
  { client, address }: Target<C>,
  method: M,
  request: UnaryOf<C, M>['request'],
  envelope: Envelope,
): Promise<UnaryOf<C, M>['response']> {
  if (address !== '' && !(await isReachable(client, envelope.deadline))) {
    const details = `No connection established to ${address}`;
    const code = status.UNAVAILABLE;
    throw new GrpcCallError(method, { code, reason: '', details, address: envelope.address });
  }
  return await callOnce(carriers, client, method, request, envelope);
}
