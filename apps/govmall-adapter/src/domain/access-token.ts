/** Document 004 section 2.1: "请设置 token 失效时间 36 个小时". */
export const TOKEN_LIFETIME_MS = 36 * 3_600_000;

/** A user has at most so many tokens that have not ended; one more ends the oldest. */
export const LIVE_TOKENS_MAX = 20;

/** When a token that is issued now ends. */
export const expiryOf = (issuedAt: Date): Date => new Date(issuedAt.getTime() + TOKEN_LIFETIME_MS);

/** A token of exactly 36 hours has ended. */
export const hasExpired = (expiresAt: Date, now: Date): boolean =>
  now.getTime() >= expiresAt.getTime();
