import { status } from '@grpc/grpc-js';

/** The gRPC codes that our services answer with. */
export const GRPC = {
  invalidArgument: status.INVALID_ARGUMENT,
  notFound: status.NOT_FOUND,
  alreadyExists: status.ALREADY_EXISTS,
  permissionDenied: status.PERMISSION_DENIED,
  resourceExhausted: status.RESOURCE_EXHAUSTED,
  failedPrecondition: status.FAILED_PRECONDITION,
  unimplemented: status.UNIMPLEMENTED,
  unavailable: status.UNAVAILABLE,
} as const;

export type GrpcCode = (typeof GRPC)[keyof typeof GRPC];

/** Metadata key that carries a refusal's stable code. */
export const REASON_KEY = 'astrolabe-reason';

/** Metadata key that tells who acts: the calling service, or the person it acts for. */
export const ACTOR_KEY = 'astrolabe-actor';

/** Metadata key that tells, with the reason NOT_OWNER, where what was asked for is served. */
export const OWNER_KEY = 'astrolabe-owner';

/** Metadata key of gRPC that tells after how many milliseconds the call may be sent again. */
export const PUSHBACK_KEY = 'grpc-retry-pushback-ms';

/** The reason of a refusal by a process that does not own what was asked for: nothing was decided. */
export const NOT_OWNER = 'NOT_OWNER';

/** A refusal on its way to the caller: a gRPC code, a stable reason word and a text for people. */
export class GrpcRefusal extends Error {
  override readonly name = 'GrpcRefusal';
  readonly code: GrpcCode;
  readonly details: string;
  readonly reason: string;
  /** host:port of the process that serves what was asked for; empty when nobody is known to. */
  readonly owner: string;
  /** Nothing was decided, and after so many milliseconds it may be; 0: nothing is said about it. */
  readonly retryAfterMs: number;

  constructor(refusal: {
    code: GrpcCode;
    reason: string;
    details?: string;
    owner?: string;
    retryAfterMs?: number;
  }) {
    super(refusal.details ?? refusal.reason);
    this.retryAfterMs = refusal.retryAfterMs ?? 0;
    this.owner = refusal.owner ?? '';
    this.code = refusal.code;
    this.reason = refusal.reason;
    this.details = refusal.details ?? refusal.reason;
  }
}

/**
 * What a failed call means to its caller: `refused` (it was decided, nothing was done),
 * `unavailable` (it was not decided; safe to repeat) or `unknown` (it may have been done).
 */
export type CallOutcome = 'refused' | 'unavailable' | 'unknown';

/** A call that did not succeed. */
export class GrpcCallError extends Error {
  override readonly name = 'GrpcCallError';
  readonly code: number;
  readonly reason: string;
  readonly details: string;
  readonly outcome: CallOutcome;
  /** host:port of the process to ask instead, when the refusal named one. */
  readonly owner: string;
  /** Milliseconds after which the call may be sent again, when the refusal said so; else 0. */
  readonly retryAfterMs: number;
  /** Where the call went, as the client was given it. */
  readonly address: string;

  constructor(
    call: string,
    failure: {
      address?: string;
      code: number;
      reason: string;
      details: string;
      owner?: string;
      retryAfterMs?: number;
    },
  ) {
    super(`${call}: ${failure.reason || status[failure.code]} ${failure.details}`);
    this.code = failure.code;
    this.reason = failure.reason;
    this.details = failure.details;
    this.owner = failure.owner ?? '';
    this.address = failure.address ?? '';
    this.retryAfterMs = failure.retryAfterMs ?? 0;
    this.outcome = outcomeOf(failure);
  }
}

/**
 * Details by which grpc-js tells that no handler can have seen the call: the channel had no
 * connection, the name did not resolve, or the server refused the stream (HTTP/2 REFUSED_STREAM,
 * RFC 9113 section 8.7). Any other UNAVAILABLE, "Connection dropped" for one, may follow the effect.
 */
const NOT_HANDLED = [
  /^No connection established/,
  /^Name resolution failed/,
  /^Stream refused by server/,
  /^Channel closed before call started/,
];

/** True when repeating the call cannot do anything twice. */
export function wasNotHandled(failure: { code: number; details: string }): boolean {
  return (
    failure.code === status.UNAVAILABLE &&
    NOT_HANDLED.some((pattern) => pattern.test(failure.details))
  );
}

/** Codes by which grpc-js tells that a call ended without the server's status. */
const ENDED: readonly number[] = [status.UNAVAILABLE, status.CANCELLED];

/**
 * True when the connection, or the server in a forced stop, went away under the call: it may have been
 * done, and nobody will tell. Our callers cancel no call, so CANCELLED is always the server's end. A
 * server that is forced to stop resets its streams with NO_ERROR, which grpc-js tells as INTERNAL.
 */
export function wasLost({ code, reason, details }: Failure): boolean {
  if (reason !== '') return false;
  const isReset = code === status.INTERNAL && details.startsWith('Received RST_STREAM');
  return isReset || ENDED.includes(code);
}

type Failure = { code: number; reason: string; details: string };

function outcomeOf(failure: Failure): CallOutcome {
  switch (failure.code) {
    case status.INVALID_ARGUMENT:
    case status.NOT_FOUND:
    case status.ALREADY_EXISTS:
    case status.PERMISSION_DENIED:
    case status.FAILED_PRECONDITION:
    case status.OUT_OF_RANGE:
    case status.UNIMPLEMENTED:
    case status.UNAUTHENTICATED:
      return 'refused';
    case status.UNAVAILABLE:
    case status.RESOURCE_EXHAUSTED:
    case status.ABORTED:
      // With a reason it is the handler's own word; without, it may be the transport's.
      return failure.reason !== '' || wasNotHandled(failure) ? 'unavailable' : 'unknown';
    default:
      return 'unknown';
  }
}

/** The name of a gRPC peer among the dependencies of a process. */
export const peerName = (address: string): string => `grpc ${address}`;

/** Codes of a peer that is not there, not yet or not any more, or does not answer in time. */
const AWAY = new Set<number>([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED]);

/** The peer that did not answer a call, when that is what the error means. */
export function peerFault(error: unknown): string | undefined {
  if (!(error instanceof GrpcCallError) || !AWAY.has(error.code)) return undefined;
  return peerName(error.address);
}
