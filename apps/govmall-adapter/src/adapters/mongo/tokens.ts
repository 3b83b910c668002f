import { ensureIndexes, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { TokenGrant, Tokens } from '../../application/ports.ts';
import { digest } from './token-digest.ts';
import { LIVE_TOKENS_MAX, hasExpired } from '../../domain/access-token.ts';

export type TokenDocument = {
  _id: string;
  username: string;
  expiresAt: Date;
  generation?: number;
  /** The same request does not make it live again. */
  revoked?: true;
};

/** An ended token is kept for a day, so that its last callers are told "expired". */
const KEPT_AFTER_END_S = 24 * 3_600;

/** Issued tokens by their digest; the database drops them a day after their end. */
export async function createTokens(db: Db): Promise<Tokens> {
  await ensureIndexes(db, [
    {
      collection: 'tokens',
      indexes: [
        { key: { expiresAt: 1 }, name: 'end', expireAfterSeconds: KEPT_AFTER_END_S },
        { key: { username: 1, expiresAt: -1 }, name: 'user' },
      ],
    },
  ]);
  const tokens = db.collection<TokenDocument>('tokens');
  return {
    grant: async (token, granted) =>
      await mongoSpan('tokens grant', {}, () => grant(tokens, digest(token), granted)),
    live: async (username, now) => {
      const found = await mongoSpan('tokens live', {}, () =>
        tokens
          .find({ username, expiresAt: { $gt: now } })
          .sort({ expiresAt: -1, _id: 1 })
          .limit(LIVE_TOKENS_MAX)
          .toArray(),
      );
      return found.map(({ _id, expiresAt }) => ({ tokenId: _id, expiresAt }));
    },
    revoke: async (username, tokenId, now) => {
      const asked = { username, expiresAt: { $gt: now }, ...(tokenId !== '' && { _id: tokenId }) };
      const { modifiedCount } = await mongoSpan('tokens revoke', {}, () =>
        tokens.updateMany(asked, { $set: { expiresAt: now, revoked: true } }),
      );
      return modifiedCount;
    },
  };
}

async function grant(
  tokens: Collection<TokenDocument>,
  key: string,
  { now, ...granted }: TokenGrant,
): Promise<Date | null> {
  const { username, expiresAt } = granted;
  if (await insertNew(tokens, { _id: key, ...granted })) {
    await endOldest(tokens, { key, username }, now);
    return expiresAt;
  }
  const before = await tokens.findOne({ _id: key });
  if (before?.revoked) return null;
  if (before && !hasExpired(before.expiresAt, now)) return before.expiresAt;
  // One that was revoked meanwhile is not matched, and cannot be inserted beside itself.
  const unrevoked = { _id: key, revoked: { $exists: false } };
  try {
    await tokens.replaceOne(unrevoked, granted, { upsert: true });
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
  await endOldest(tokens, { key, username }, now);
  return expiresAt;
}

async function insertNew(
  tokens: Collection<TokenDocument>,
  document: TokenDocument,
): Promise<boolean> {
  try {
    await tokens.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/**
 * Ends a user's oldest live tokens beside `newest`, down to the limit. All live equally long, so that
 * the one that ends first is the oldest.
 */
async function endOldest(
  tokens: Collection<TokenDocument>,
  newest: { key: string; username: string },
  now: Date,
): Promise<void> {
  const beyond = await tokens
    .find(
      { _id: { $ne: newest.key }, username: newest.username, expiresAt: { $gt: now } },
      { projection: { _id: 1 } },
    )
    .sort({ expiresAt: -1, _id: 1 })
    .skip(LIVE_TOKENS_MAX - 1)
    .limit(LIVE_TOKENS_MAX)
    .toArray();
  if (beyond.length === 0) return;
  await tokens.updateMany(
    { _id: { $in: beyond.map(({ _id }) => _id) } },
    { $set: { expiresAt: now } },
  );
}
