import type { Clock, Result } from '@astrolabe/kernel';
import { daysAfter, err, ok } from '@astrolabe/kernel';
import { sellerOfCall } from '../domain/session.ts';
import type { SellerRefused, Session } from '../domain/session.ts';
import type { AppKey, AppKeys, Sessions } from './ports.ts';

export const SESSION_DAYS_MAX = 400;
const DAYS_DEFAULT = 365;
/** Tells a token from the number of a seller, so that numbers are never looked up. */
const TOKEN = /^as[\w-]{43}$/;

export type IssueRefused =
  'UNKNOWN_APP_KEY' | 'SELLER_NOT_OF_KEY' | 'INVALID_VALID_DAYS' | 'KEY_CALLS_NO_TOP';

export type SessionOrder = {
  readonly appKey: string;
  readonly sellerId: string;
  /** 0: a year. */
  readonly validDays: number;
  readonly actor: string;
};

export type IssueDeps = {
  appKeys: AppKeys;
  sessions: Sessions;
  clock: Clock;
  /** 32 random bytes as 43 letters of base64url. */
  secret: () => string;
};

/** Issues a session; the token is in the answer and kept nowhere. */
export const makeIssueSession =
  (deps: IssueDeps) =>
  async (
    order: SessionOrder,
  ): Promise<Result<{ token: string; session: Session }, IssueRefused>> => {
    const days = order.validDays || DAYS_DEFAULT;
    if (days < 0 || days > SESSION_DAYS_MAX) return err('INVALID_VALID_DAYS');
    const key = await deps.appKeys.find(order.appKey);
    if (!key) return err('UNKNOWN_APP_KEY');
    if (key.role === 'tmall') return err('KEY_CALLS_NO_TOP');
    if (!key.sellerIds.includes(order.sellerId)) return err('SELLER_NOT_OF_KEY');
    const issuedAt = deps.clock();
    const token = `as${deps.secret()}`;
    const issued = await deps.sessions.add(token, {
      appKey: order.appKey,
      sellerId: order.sellerId,
      issuedBy: order.actor,
      issuedAt,
      expiresAt: daysAfter(issuedAt, days),
    });
    return ok({ token, session: issued });
  };

/**
 * Whom a TOP call is for. The first call with a session ends the old way for its key and seller: from
 * then on the seller's number is no session, so that a revoked one cannot be gone round.
 */
export const makeSellerOf =
  (deps: { appKeys: AppKeys; sessions: Pick<Sessions, 'findByToken'>; clock: Clock }) =>
  async (key: AppKey, text: string): Promise<Result<string, SellerRefused>> => {
    const found = TOKEN.test(text) ? await deps.sessions.findByToken(text) : null;
    const seller = sellerOfCall(key, { text, found }, deps.clock());
    if (seller.ok && found && !key.sessionSellerIds.includes(seller.value)) {
      await deps.appKeys.requireSession(key.appKey, seller.value);
    }
    return seller;
  };
