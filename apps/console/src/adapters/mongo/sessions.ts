import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Session, Sessions } from '../../application/ports.ts';

const COLLECTION = 'sessions';

type Stored = Omit<Session, 'usedAt' | 'idToken'> &
  Partial<Pick<Session, 'usedAt' | 'idToken'>> & { _id: string };

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Sessions by the digest of their token; the database forgets those that are over. */
export async function createSessions(db: Db): Promise<Sessions> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [expiryIndex('expiresAt', 'expiresAt'), { key: { login: 1 }, name: 'login' }],
    },
  ]);
  const sessions = db.collection<Stored>(COLLECTION);
  return {
    create: async (token, session) => {
      await mongoSpan('insert session', {}, () =>
        sessions.insertOne({ _id: digest(token), ...session }),
      );
    },
    find: async (token) => {
      const found = await mongoSpan('find session', {}, () =>
        sessions.findOne({ _id: digest(token) }),
      );
      if (!found) return null;
      // A session that was opened by an older build says nothing of its use.
      const { login, csrf, expiresAt, usedAt = new Date(), idToken = '' } = found;
      return { login, csrf, expiresAt, usedAt, idToken };
    },
    use: async (token, usedAt) => {
      await mongoSpan('update session', {}, () =>
        sessions.updateOne({ _id: digest(token) }, { $set: { usedAt } }),
      );
    },
    end: async (token) => {
      await mongoSpan('delete session', {}, () => sessions.deleteOne({ _id: digest(token) }));
    },
    endAll: async (login) => {
      await mongoSpan('delete sessions', {}, () => sessions.deleteMany({ login }));
    },
  };
}
