import { GrpcCallError } from '@astrolabe/grpc';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';

/** The code that tells a caller to repeat the same request later. */
export const TRY_AGAIN: ChannelRefusal = {
  code: 'isp.service-unavailable',
  message: 'Service temporarily unavailable, repeat the request',
};

/** Thrown by a method that refuses a request by itself, before any peer is asked. */
export class RefusedHere extends Error {
  override readonly name = 'RefusedHere';
  readonly refusal: ChannelRefusal;

  constructor(refusal: ChannelRefusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Thrown by a method that cannot answer now: nothing is recorded for the request. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly refusal: ChannelRefusal;

  constructor(refusal: ChannelRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/**
 * A peer's answer for the channel: its refusal with the stable reason as code, or "try again" when it
 * did not decide. Anything else is a bug of ours and is thrown on.
 */
export function refusalOfPeer(error: unknown): ChannelRefusal {
  if (error instanceof RefusedHere) return error.refusal;
  if (!(error instanceof GrpcCallError)) throw error;
  if (error.outcome !== 'refused') return TRY_AGAIN;
  return { code: error.reason || 'isv.refused', message: error.details };
}

/** Whether the request should stay open, so that its repeat is tried again. */
export const isTransient = (refusal: ChannelRefusal): boolean => refusal.code === TRY_AGAIN.code;

/** The refusal to answer, unless it is transient: then the request is not to be recorded. */
export function settled(refusal: ChannelRefusal): ChannelRefusal {
  if (isTransient(refusal)) throw new NotNow(refusal);
  return refusal;
}

/** Null where a peer says that there is nothing; a peer that did not decide throws NotNow. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    settled(refusalOfPeer(error));
    if (error instanceof GrpcCallError) return null;
    throw error;
  }
}
