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

/** A refusal on its way to the caller: a gRPC code, a stable reason word and a text for people. */
export class GrpcRefusal extends Error {
  override readonly name = 'GrpcRefusal';
  readonly code: GrpcCode;
  readonly details: string;
  readonly reason: string;

  constructor(refusal: { code: GrpcCode; reason: string; details?: string }) {
    super(refusal.details ?? refusal.reason);
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

  constructor(call: string, failure: { code: number; reason: string; details: string }) {
    super(`${call}: ${failure.reason || status[failure.code]} ${failure.details}`);
    this.code = failure.code;
    this.reason = failure.reason;
    this.details = failure.details;
    this.outcome = outcomeOf(failure.code);
  }
}

function outcomeOf(code: number): CallOutcome {
  switch (code) {
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
      return 'unavailable';
    default:
      return 'unknown';
  }
}
