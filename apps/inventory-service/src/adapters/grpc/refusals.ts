import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { UnaryContext } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import type { Refusal } from '../../application/inventory.ts';

/** Milliseconds until the caller's deadline. */
export const left = ({ deadline }: UnaryContext): number =>
  Math.max(0, deadline.getTime() - Date.now());

/** Every refusal here means that nothing was decided, so the same call may be sent again. */
export function valueOf<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  const { why, address } = result.error;
  const overloaded = why === 'OVERLOADED' || why === 'TOO_LATE';
  throw new GrpcRefusal({
    code: overloaded ? GRPC.resourceExhausted : GRPC.unavailable,
    reason: why,
    details: address ? `served at ${address}` : why,
    owner: why === 'NOT_OWNER' ? address : '',
  });
}

export const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
