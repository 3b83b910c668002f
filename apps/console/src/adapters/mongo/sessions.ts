import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type {
  LogoutSaid,
  ProviderSessions,
  Session,
  SessionNames,
  Sessions,
} from '../../application/sign-in-ports.ts';

const COLLECTION = 'sessions';

type Later = 'usedAt' | 'idToken' | 'provider';
type Stored = Omit<Session, Later> & Partial<Pick<Session, Later>> & { _id: string };

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Sessions by the digest of their token; the database forgets those that are over. */
export async function createSessions(db: Db): Promise<Sessions & ProviderSessions & SessionNames> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        expiryIndex('expiresAt', 'expiresAt'),
        { key: { login: 1 }, name: 'login' },
        { key: { 'provider.sid': 1 }, name: 'providerSid', sparse: true },
        { key: { 'provider.subject': 1 }, name: 'providerSubject', sparse: true },
      ],
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
      const { login, csrf, expiresAt, usedAt = new Date(), idToken = '', provider = null } = found;
      return { login, csrf, expiresAt, usedAt, idToken, provider };
    },
    idOf: digest,
    isOpen: async (_id) => {
      const found = await mongoSpan('find session', {}, () =>
        sessions.findOne({ _id, expiresAt: { $gt: new Date() } }, { projection: { _id: 1 } }),
      );
      return found !== null;
    },
    use: async (token, usedAt) => {
      await mongoSpan('update session', {}, () =>
        sessions.updateOne({ _id: digest(token) }, { $set: { usedAt } }),
      );
    },
    end: async (token) => {
      await mongoSpan('delete session', {}, () => sessions.deleteOne({ _id: digest(token) }));
    },
    loginsOfProvider: async (ended) =>
      await mongoSpan('distinct sessions', {}, () => sessions.distinct('login', ofProvider(ended))),
    endOfProvider: async (ended) => {
      await mongoSpan('delete sessions', {}, () => sessions.deleteMany(ofProvider(ended)));
    },
    endAll: async (login) => {
      await mongoSpan('delete sessions', {}, () => sessions.deleteMany({ login }));
    },
  };
}

const ofProvider = ({ issuer, subject, sid }: LogoutSaid) => ({
  'provider.issuer': issuer,
  ...(subject !== '' && { 'provider.subject': subject }),
  ...(sid !== '' && { 'provider.sid': sid }),
});
