import { GrpcCallError } from '@astrolabe/grpc';
import { topError } from '@astrolabe/schemas';
import type { ChannelRefusal, TopError, TopErrorName } from '@astrolabe/schemas';
import type { Refused } from '../application/admit.ts';

/** Each refusal at the door as TOP names it; Qimen and the SPI use the words, TOP the numbers. */
const AT_THE_DOOR: Record<Refused, { top: TopErrorName; code: string }> = {
  UNKNOWN_APP_KEY: { top: 'invalidAppKey', code: 'isv.invalid-app-key' },
  RATE_EXCEEDED: { top: 'appCallLimited', code: 'isv.app-call-limited' },
  STALE_TIMESTAMP: { top: 'invalidTimestamp', code: 'isv.invalid-timestamp' },
  BAD_SIGNATURE: { top: 'invalidSignature', code: 'isv.invalid-signature' },
  MISSING_SESSION: { top: 'missingSession', code: 'isv.missing-session' },
  INVALID_SESSION: { top: 'invalidSession', code: 'isv.invalid-session' },
  SELLER_NOT_ALLOWED: { top: 'insufficientIsvPermissions', code: 'isv.permission-denied' },
};

/** A refusal at the door for channels with words as codes. */
export const refusedInWords = (refused: Refused): ChannelRefusal => ({
  code: AT_THE_DOOR[refused].code,
  message: topError(AT_THE_DOOR[refused].top).msg,
});

/** A refusal at the door for TOP. */
export const refusedAsTop = (refused: Refused): TopError => topError(AT_THE_DOOR[refused].top);

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

/** Thrown by a method that cannot answer now: nothing is recorded for the request. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly refusal: ChannelRefusal;

  constructor(refusal: ChannelRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** The refusal to answer, unless it is transient: then the request is not to be recorded. */
export function settled(refusal: ChannelRefusal): ChannelRefusal {
  if (isTransient(refusal)) throw new NotNow(refusal);
  return refusal;
}
