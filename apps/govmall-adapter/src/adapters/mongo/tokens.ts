import { createHash } from 'node:crypto';
import { ensureIndexes, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { Tokens } from '../../application/ports.ts';
import { LIVE_TOKENS_MAX, hasExpired } from '../../domain/access-token.ts';

type TokenDocument = { _id: string; username: string; expiresAt: Date };

/** An ended token is kept for a day, so that its last callers are told "expired". */
const KEPT_AFTER_END_S = 24 * 3_600;

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

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
    find: (token) => mongoSpan('tokens find', {}, () => tokens.findOne({ _id: digest(token) })),
    grant: async (token, { username, expiresAt, now }) => {
      const key = digest(token);
      return await mongoSpan('tokens grant', {}, async () => {
        if (await insertNew(tokens, { _id: key, username, expiresAt })) {
          await endOldest(tokens, { key, username }, now);
          return expiresAt;
        }
        const before = await tokens.findOne({ _id: key });
        if (before && !hasExpired(before.expiresAt, now)) return before.expiresAt;
        await tokens.replaceOne({ _id: key }, { username, expiresAt }, { upsert: true });
        await endOldest(tokens, { key, username }, now);
        return expiresAt;
      });
    },
  };
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
