import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';

/** What a key needs to act for one seller at TOP. The token itself is kept nowhere. */
export type Session = {
  /** Names it to administrators. */
  readonly sessionId: string;
  readonly appKey: string;
  readonly sellerId: string;
  readonly issuedBy: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
};

/** The part of an application key that says for whom it acts. */
export type SellersOfKey = {
  readonly appKey: string;
  readonly sellerIds: readonly string[];
  /** Sellers whose sessions the key has used: their number does not name them any more. */
  readonly sessionSellerIds: readonly string[];
};

export type SellerRefused = 'MISSING_SESSION' | 'INVALID_SESSION' | 'SELLER_NOT_ALLOWED';

const isLive = ({ expiresAt, revokedAt }: Session, now: Date): boolean =>
  revokedAt === null && now.getTime() < expiresAt.getTime();

/**
 * The seller that a TOP call is for (docs/adr/0042). A session names it, if it is the key's own and
 * neither revoked nor expired. Where the key has never used a session of a seller, the seller's
 * number names it too, and a key with one seller need not name it.
 *
 * @param text the parameter `session`, empty when it was not sent
 * @param found the session whose token the text is
 */
export function sellerOfCall(
  key: SellersOfKey,
  { text, found }: { text: string; found: Session | null },
  now: Date,
): Result<string, SellerRefused> {
  if (found) {
    if (found.appKey !== key.appKey || !isLive(found, now)) return err('INVALID_SESSION');
    return key.sellerIds.includes(found.sellerId) ? ok(found.sellerId) : err('SELLER_NOT_ALLOWED');
  }
  const only = key.sellerIds.length === 1 ? key.sellerIds[0] : undefined;
  const named = key.sellerIds.includes(text) ? text : only;
  if (named !== undefined && !key.sessionSellerIds.includes(named)) return ok(named);
  return err(text === '' ? 'MISSING_SESSION' : 'INVALID_SESSION');
}
