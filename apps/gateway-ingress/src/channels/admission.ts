import { bodyOf } from '@astrolabe/door';
import { peerKey } from '@astrolabe/http';
import { topError } from '@astrolabe/schemas/top';
import type { TopError, TopErrorName } from '@astrolabe/schemas/top';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { TOP_SIGN_METHODS } from '@astrolabe/signing';
import type { FastifyRequest } from 'fastify';
import type { Cost, Refused } from '../application/admit.ts';
import type { AppKey } from '../application/ports.ts';

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

/** The verdicts of admission, as the figures name them. */
export const ADMISSION_VERDICTS: readonly string[] = Object.keys(AT_THE_DOOR);

/** A refusal at the door for channels with words as codes. */
export const refusedInWords = (refused: Refused): ChannelRefusal => ({
  code: AT_THE_DOOR[refused].code,
  message: topError(AT_THE_DOOR[refused].top).msg,
});

/** A refusal at the door for TOP. */
export const refusedAsTop = (refused: Refused): TopError => topError(AT_THE_DOOR[refused].top);

/** What a request costs its caller: who sent it, and how long it is. */
export const costOf = (request: FastifyRequest): Cost => ({
  peer: peerKey(request.ip),
  bytes: bodyOf(request).length + request.url.length,
});

/** The methods that a key may sign with: those that it names, or all where it names none. */
export const signMethodsOf = ({ signMethods }: AppKey) =>
  TOP_SIGN_METHODS.filter((method) => signMethods.length === 0 || signMethods.includes(method));
