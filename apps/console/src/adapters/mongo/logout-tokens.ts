import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { LogoutTokens } from '../../application/sign-in-ports.ts';

const COLLECTION = 'logout_tokens';

/** A provider may make its numbers as long as it likes. */
const idOf = (issuer: string, jti: string): string =>
  createHash('sha256')
    .update(JSON.stringify([issuer, jti]))
    .digest('base64url');

/** Numbers of logout tokens that were taken; the database forgets those that could be taken no more. */
export async function createLogoutTokens(db: Db): Promise<LogoutTokens> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [expiryIndex('expiresAt', 'expiresAt')] },
  ]);
  const taken = db.collection<{ _id: string; expiresAt: Date }>(COLLECTION);
  return {
    take: async (issuer, jti, until) => {
      try {
        await mongoSpan('insert logout token', {}, () =>
          taken.insertOne({ _id: idOf(issuer, jti), expiresAt: until }),
        );
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    giveBack: async (issuer, jti) => {
      await mongoSpan('delete logout token', {}, () => taken.deleteOne({ _id: idOf(issuer, jti) }));
    },
  };
}
