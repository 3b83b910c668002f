import type { ConnectionPause } from '@astrolabe/kernel';

/** What a platform has authorised us with for a seller. */
export type Tokens = {
  readonly access: string;
  readonly accessEndsAt: Date;
  /** Empty: none was given. */
  readonly refresh: string;
  /** Null: not known. */
  readonly refreshEndsAt: Date | null;
};

/** A seller's connection to a platform that it supplies. */
export type Connection = {
  /** The channel of its orders. */
  readonly platform: string;
  readonly sellerId: string;
  readonly appKey: string;
  readonly gatewayUrl: string;
  readonly memberId: string;
  readonly mainUserId: string;
  readonly loginId: string;
  /** Names the seller in an address, where a call does not say whom it is for. */
  readonly addressId: string;
  /** Calls that a process may make, and that we take, in a second; 0: not bounded, and the default. */
  readonly callsPerSecond: number;
  readonly ratePerSecond: number;
  readonly enabled: boolean;
  /** Who has disabled it, and why; null where nobody has said. */
  readonly pause: ConnectionPause | null;
  readonly secret: string;
  /** The secret before it, good until its end. */
  readonly previous: { readonly secret: string; readonly endsAt: Date } | null;
  readonly tokens: Tokens | null;
  /** Counts the changes of the tokens. */
  readonly tokenSerial: number;
  /** Why no token was given the last time. */
  readonly refused: TokenRefused | null;
  /** Messages of before this were asked for; null: none has been asked for. */
  readonly replayedUntil: Date | null;
};

export type TokenRefused = {
  readonly code: string;
  readonly message: string;
  /** Whether a person has to authorise the application anew; else it is asked again. */
  readonly isFinal: boolean;
  /** Failures in a row. */
  readonly failures: number;
  /** Nobody asks the platform before. */
  readonly until: Date;
};

/** After a refusal nobody asks for so long, whoever wants a token (field K5). */
const FINAL_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

export const connectionId = ({
  platform,
  sellerId,
}: Pick<Connection, 'platform' | 'sellerId'>): string => `${platform}/${sellerId}`;

/** The secrets that a message may be signed with now: the current one first (catalogue X-SIG-6). */
export const secretsAt = ({ secret, previous }: Connection, now: Date): readonly string[] =>
  previous && now < previous.endsAt ? [secret, previous.secret] : [secret];

/**
 * What is to be done for an access token: `GOOD` is used, `DUE` is refreshed by one of all who ask, `WAIT` is not
 * asked for now, `REAUTH` needs a person. A token that ends within `spareMs` is due; one that the platform has
 * refused is no longer good.
 */
export function tokenStanding(
  { tokens, refused }: Pick<Connection, 'tokens' | 'refused'>,
  asked: { readonly now: Date; readonly spareMs: number; readonly refusedToken: string },
): 'GOOD' | 'DUE' | 'WAIT' | 'REAUTH' {
  const { now, spareMs, refusedToken } = asked;
  if (!tokens) return 'REAUTH';
  const leftMs = tokens.accessEndsAt.getTime() - now.getTime();
  if (leftMs > spareMs && tokens.access !== '' && tokens.access !== refusedToken) return 'GOOD';
  if (tokens.refresh === '') return 'REAUTH';
  if (!refused || refused.until <= now) return 'DUE';
  return refused.isFinal ? 'REAUTH' : 'WAIT';
}

/** The tokens after an answer; one without a refresh token keeps the one that was sent (catalogue A.2.3). */
export const renewed = (
  before: Tokens,
  granted: {
    readonly accessToken: string;
    readonly endsAt: Date;
    readonly refreshToken: string | null;
    readonly refreshEndsAt: Date | null;
  },
): Tokens => ({
  access: granted.accessToken,
  accessEndsAt: granted.endsAt,
  refresh: granted.refreshToken ?? before.refresh,
  refreshEndsAt:
    granted.refreshEndsAt ?? (granted.refreshToken === null ? before.refreshEndsAt : null),
});

/** What is remembered of an answer that gave no token. */
export function tokenRefused(
  before: TokenRefused | null,
  said: { readonly code: string; readonly message: string; readonly isFinal: boolean },
  now: Date,
): TokenRefused {
  const failures = (before?.failures ?? 0) + 1;
  const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20));
  const waitMs = said.isFinal ? FINAL_WAIT_MS : backOffMs;
  return { ...said, failures, until: new Date(now.getTime() + waitMs) };
}

/** Days before the end of a refresh token at which people are told (field K2). */
const TOLD_AT_DAYS: readonly number[] = [1, 7, 14];
const DAY_MS = 24 * 3_600_000;

/** The nearest of the days that is reached; null while none is. An end that has passed is day 0. */
export function reauthDays(refreshEndsAt: Date, now: Date): number | null {
  const leftMs = refreshEndsAt.getTime() - now.getTime();
  if (leftMs <= 0) return 0;
  return TOLD_AT_DAYS.find((days) => leftMs <= days * DAY_MS) ?? null;
}
