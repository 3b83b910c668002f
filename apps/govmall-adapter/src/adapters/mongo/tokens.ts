import { createHash } from 'node:crypto';
import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Tokens } from '../../application/ports.ts';

type TokenDocument = { _id: string; username: string; expiresAt: Date };

/** An ended token is kept for a day, so that its last callers are told "expired". */
const KEPT_AFTER_END_S = 24 * 3_600;

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Issued tokens by their digest; the database drops them a day after their end. */
export async function createTokens(db: Db): Promise<Tokens> {
  await ensureIndexes(db, [
    {
      collection: 'tokens',
      indexes: [{ key: { expiresAt: 1 }, name: 'end', expireAfterSeconds: KEPT_AFTER_END_S }],
    },
  ]);
  const tokens = db.collection<TokenDocument>('tokens');
  return {
    add: async (token, grant) => {
      await mongoSpan('tokens insert', {}, () =>
        tokens.insertOne({ _id: digest(token), ...grant }),
      );
    },
    find: (token) => mongoSpan('tokens find', {}, () => tokens.findOne({ _id: digest(token) })),
  };
}
