import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { UnaryContext } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { Refusal } from '../../application/inventory.ts';

/** About what a full queue takes to be decided. */
const COME_BACK_MS = 200;

const REASONS: readonly Refusal['why'][] = ['OVERLOADED', 'TOO_LATE', 'NOT_OWNER', 'BEHIND'];

const refusedCalls = counter(
  METRIC.inventoryRefused,
  'Calls of which nothing was decided',
  ['reason'],
  REASONS.map((reason) => ({ reason })),
);

/** Milliseconds until the caller's deadline. */
export const left = ({ deadline }: UnaryContext): number =>
  Math.max(0, deadline.getTime() - Date.now());

/** Every refusal here means that nothing was decided, so the same call may be sent again. */
export function valueOf<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  const { why, address } = result.error;
  refusedCalls.inc({ reason: why });
  const overloaded = why === 'OVERLOADED' || why === 'TOO_LATE';
  throw new GrpcRefusal({
    code: overloaded ? GRPC.resourceExhausted : GRPC.unavailable,
    reason: why,
    details: address ? `served at ${address}` : why,
    owner: why === 'NOT_OWNER' ? address : '',
    retryAfterMs: why === 'OVERLOADED' ? COME_BACK_MS : 0,
  });
}

export const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
