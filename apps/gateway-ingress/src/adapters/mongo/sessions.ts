import { createHash, randomBytes } from 'node:crypto';
import { ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Sessions } from '../../application/ports.ts';
import type { Session } from '../../domain/session.ts';
import { BRIEFLY } from './briefly.ts';

type SessionDocument = Omit<Session, 'sessionId'> & {
  _id: string;
  tokenHash: string;
  /** When nothing is left of it. */
  forgetAt: Date;
};

/** A session that has ended is listed for so long. */
const LISTED_AFTER_END_MS = 90 * 24 * 3_600_000;

/** A token is 256 random bits, so a plain hash keeps it: there is nothing to guess. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Ids in the order of their issue, so that pages need no other key. */
function newId(issuedAt: Date): string {
  const time = issuedAt.getTime().toString(16).padStart(12, '0');
  return `s${time}${randomBytes(6).toString('hex')}`;
}

/** Sessions by the hash of their token; those in use are cached for seconds. */
export async function createSessions(db: Db): Promise<Sessions> {
  await ensureIndexes(db, [
    {
      collection: 'sessions',
      indexes: [
        { key: { tokenHash: 1 }, name: 'token', unique: true },
        { key: { appKey: 1, _id: -1 }, name: 'of_key' },
        expiryIndex('forgetAt'),
      ],
    },
  ]);
  const sessions = db.collection<SessionDocument>('sessions');
  const known = createBriefAnswers<string, Session | null>({
    ...BRIEFLY,
    keyOf: (tokenHash) => tokenHash,
    read: async (tokenHash) => {
      const found = await mongoSpan('findOne sessions', {}, () => sessions.findOne({ tokenHash }));
      return found && toSession(found);
    },
  });
  return {
    add: async (token, issued) => {
      const document: SessionDocument = {
        ...issued,
        _id: newId(issued.issuedAt),
        tokenHash: hashOf(token),
        revokedAt: null,
        forgetAt: new Date(issued.expiresAt.getTime() + LISTED_AFTER_END_MS),
      };
      await mongoSpan('insertOne sessions', {}, () => sessions.insertOne(document));
      return toSession(document);
    },
    findByToken: (token) => known.of(hashOf(token)),
    revoke: async (sessionId, at) => {
      const found = await mongoSpan('findOneAndUpdate sessions', {}, () =>
        sessions.findOneAndUpdate(
          { _id: sessionId },
          [{ $set: { revokedAt: { $ifNull: ['$revokedAt', at] } } }],
          { returnDocument: 'after' },
        ),
      );
      if (found) known.forget(found.tokenHash);
      return found && toSession(found);
    },
    list: async ({ appKey, sellerId, limit, after }) => {
      const found = await mongoSpan('find sessions', {}, () =>
        sessions
          .find({
            appKey,
            ...(sellerId === '' ? {} : { sellerId }),
            ...(after === '' ? {} : { _id: { $lt: after } }),
          })
          .sort({ _id: -1 })
          .limit(limit + 1)
          .toArray(),
      );
      const items = found.slice(0, limit).map(toSession);
      return { items, next: found.length > limit ? (items.at(-1)?.sessionId ?? '') : '' };
    },
  };
}

function toSession(document: SessionDocument): Session {
  const { _id: sessionId, appKey, sellerId, issuedBy, issuedAt, expiresAt, revokedAt } = document;
  return { sessionId, appKey, sellerId, issuedBy, issuedAt, expiresAt, revokedAt };
}
