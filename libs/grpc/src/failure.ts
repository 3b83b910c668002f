import { status } from '@grpc/grpc-js';
import type { Failure, FailureKind } from '@astrolabe/service';
import { GrpcCallError } from './status.ts';

const REFUSED: Partial<Record<number, FailureKind>> = {
  [status.INVALID_ARGUMENT]: 'INVALID',
  [status.OUT_OF_RANGE]: 'INVALID',
  [status.NOT_FOUND]: 'NOT_FOUND',
  [status.PERMISSION_DENIED]: 'FORBIDDEN',
  [status.UNAUTHENTICATED]: 'FORBIDDEN',
  [status.ALREADY_EXISTS]: 'CONFLICT',
  [status.FAILED_PRECONDITION]: 'CONFLICT',
};

/**
 * What a failed call means to whoever asked for it: the peer's refusal with its reason, or that the
 * peer is away. A method that the peer does not have (a rolling upgrade) is away too.
 */
export function grpcFailure(error: unknown): Failure | null {
  if (!(error instanceof GrpcCallError)) return null;
  const kind = REFUSED[error.code];
  const { reason: code, details: message } = error;
  if (kind) return { kind, code, message };
  // A peer that is asked for too much says so; of one that is away the words are the library's.
  const isTooMuch = error.code === status.RESOURCE_EXHAUSTED && code !== '';
  return { kind: 'UNAVAILABLE', code: isTooMuch ? code : '', message: isTooMuch ? message : '' };
}
