import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Session, Sessions } from '../../application/ports.ts';

const COLLECTION = 'sessions';

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Sessions by the digest of their token; the database forgets those that are over. */
export async function createSessions(db: Db): Promise<Sessions> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [expiryIndex('expiresAt', 'expiresAt'), { key: { login: 1 }, name: 'login' }],
    },
  ]);
  const sessions = db.collection<Session & { _id: string }>(COLLECTION);
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
      return found && { login: found.login, csrf: found.csrf, expiresAt: found.expiresAt };
    },
    end: async (token) => {
      await mongoSpan('delete session', {}, () => sessions.deleteOne({ _id: digest(token) }));
    },
    endAll: async (login) => {
      await mongoSpan('delete sessions', {}, () => sessions.deleteMany({ login }));
    },
  };
}
