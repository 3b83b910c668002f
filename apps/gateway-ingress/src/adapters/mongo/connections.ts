import { createReseal, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { ConnectionPause } from '@astrolabe/kernel';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Collection, Db, UpdateFilter } from 'mongodb';
import type { Connections, PutConnection } from '../../application/platform/ports.ts';
import { connectionId } from '../../domain/connection.ts';
import type { Connection, TokenRefused } from '../../domain/connection.ts';
import { BRIEFLY } from './briefly.ts';

const COLLECTION = 'platform_connections';
/** Connections of one platform that messages are looked up among. */
const ENABLED_MAX = 1_000;

type Sealed = 'secret' | 'previousSecret' | 'accessToken' | 'refreshToken';

type ConnectionDocument = Omit<
  Connection,
  'secret' | 'previous' | 'tokens' | 'refused' | 'replayedUntil' | 'pause'
> & {
  _id: string;
  secret: Binary;
  previousSecret?: Binary | null;
  previousEndsAt?: Date | null;
  accessToken?: Binary | null;
  accessEndsAt?: Date | null;
  refreshToken?: Binary | null;
  refreshEndsAt?: Date | null;
  refused?: TokenRefused | null;
  pause?: ConnectionPause | null;
  /** Who asks for a token has until then. */
  leaseUntil?: Date | null;
  replayedUntil?: Date | null;
  /** Who asks for messages that wait has until then. */
  replayLeaseUntil?: Date | null;
};

const context = (what: Sealed, id: string): string => `connection|${what}|${id}`;

/** Sellers' connections; secrets and tokens are sealed for them. */
export async function createConnections(
  db: Db,
  sealer: Sealer,
): Promise<Connections & { readonly reseal: Reseal }> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [{ key: { platform: 1, enabled: 1, _id: 1 }, name: 'enabled' }],
    },
  ]);
  const documents = db.collection<ConnectionDocument>(COLLECTION);
  const read = (found: ConnectionDocument): Connection => connectionOf(found, sealer);
  const enabledOf = createBriefAnswers({
    ...BRIEFLY,
    keyOf: (platform: string) => platform,
    read: async (platform): Promise<readonly Connection[]> => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        documents.find({ platform, enabled: true }).sort({ _id: 1 }).limit(ENABLED_MAX).toArray(),
      );
      return found.map(read);
    },
  });
  const fields: readonly Sealed[] = ['secret', 'previousSecret', 'accessToken', 'refreshToken'];
  const change = async (
    filter: object,
    update: UpdateFilter<ConnectionDocument>,
  ): Promise<boolean> => {
    const { matchedCount } = await mongoSpan(`updateOne ${COLLECTION}`, {}, () =>
      documents.updateOne(filter, update),
    );
    return matchedCount > 0;
  };
  const seal = (what: Sealed, id: string, text: string): Binary =>
    new Binary(sealer.seal(Buffer.from(text, 'utf8'), context(what, id)));
  return {
    reseal: createReseal(
      db.collection(COLLECTION),
      sealer,
      fields.map((path) => ({ path, contextOf: (id: string) => context(path, id) })),
    ),
    find: async (platform, sellerId) => {
      const found = await mongoSpan(`findOne ${COLLECTION}`, {}, () =>
        documents.findOne({ _id: connectionId({ platform, sellerId }) }),
      );
      return found && read(found);
    },
    enabled: enabledOf.of,
    put: async (connection) => {
      const done = await put(documents, seal, connection);
      enabledOf.forget(connection.platform);
      return done;
    },
    rotate: async (id, secret, previousEndsAt) => {
      const done = await rotate(documents, sealer, seal, { id, secret, previousEndsAt });
      enabledOf.forget(id.slice(0, id.indexOf('/')));
      return done;
    },
    setEnabled: async (id, enabled, pause) => {
      const done = await change({ _id: id }, { $set: { enabled, pause } });
      enabledOf.forget(id.slice(0, id.indexOf('/')));
      return done;
    },
    list: async (limit, after) => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        documents
          .find(after === '' ? {} : { _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(read);
    },
    ...leasesOf(change, seal),
  };
}

type Seal = (what: Sealed, id: string, text: string) => Binary;

/** What one of several instances does for all: asking for a token, and for messages that wait. */
const leasesOf = (
  change: (filter: object, update: UpdateFilter<ConnectionDocument>) => Promise<boolean>,
  seal: Seal,
): Pick<Connections, 'lease' | 'saveTokens' | 'saveRefusal' | 'leaseReplay' | 'endReplay'> => ({
  lease: (id, tokenSerial, until, now) =>
    change(
      { _id: id, tokenSerial, $or: [{ leaseUntil: null }, { leaseUntil: { $lte: now } }] },
      { $set: { leaseUntil: until } },
    ),
  saveTokens: (id, tokenSerial, { access, refresh, accessEndsAt, refreshEndsAt }) =>
    change(
      { _id: id, tokenSerial },
      {
        $set: {
          accessToken: seal('accessToken', id, access),
          refreshToken: seal('refreshToken', id, refresh),
          accessEndsAt,
          refreshEndsAt,
          refused: null,
          leaseUntil: null,
        },
        $inc: { tokenSerial: 1 },
      },
    ),
  saveRefusal: async (id, tokenSerial, refused) => {
    await change({ _id: id, tokenSerial }, { $set: { refused, leaseUntil: null } });
  },
  leaseReplay: (id, until, now) =>
    change(
      { _id: id, $or: [{ replayLeaseUntil: null }, { replayLeaseUntil: { $lte: now } }] },
      { $set: { replayLeaseUntil: until } },
    ),
  endReplay: async (id, replayedUntil) => {
    await change(
      { _id: id },
      { $set: { replayLeaseUntil: null }, ...(replayedUntil && { $max: { replayedUntil } }) },
    );
  },
});

/** One write; an operator who changes the connection changes nothing that is not named. */
async function put(
  documents: Collection<ConnectionDocument>,
  seal: Seal,
  { secret, tokens, isNew, ...plain }: PutConnection,
): Promise<boolean> {
  const id = connectionId(plain);
  const set = {
    ...plain,
    ...(secret !== null && { secret: seal('secret', id, secret) }),
    ...(tokens && {
      accessToken: seal('accessToken', id, tokens.access),
      accessEndsAt: tokens.accessEndsAt,
      refreshToken: seal('refreshToken', id, tokens.refresh),
      refreshEndsAt: tokens.refreshEndsAt,
      refused: null,
      leaseUntil: null,
    }),
  };
  const tokenSerial = tokens ? 1 : 0;
  const update: UpdateFilter<ConnectionDocument> = isNew
    ? { $setOnInsert: { ...set, tokenSerial, enabled: true } }
    : { $set: set, $inc: { tokenSerial }, $setOnInsert: { enabled: true } };
  const { matchedCount, upsertedCount } = await mongoSpan(`updateOne ${COLLECTION}`, {}, () =>
    documents.updateOne({ _id: id }, update, { upsert: secret !== null }),
  );
  return upsertedCount > 0 || (!isNew && matchedCount > 0);
}

/** The secret that was current becomes the one before; of two rotations at once one is lost, and says so. */
async function rotate(
  documents: Collection<ConnectionDocument>,
  sealer: Sealer,
  seal: Seal,
  wanted: { readonly id: string; readonly secret: string; readonly previousEndsAt: Date },
): Promise<boolean> {
  const { id, previousEndsAt } = wanted;
  const found = await documents.findOne({ _id: id });
  if (!found) return false;
  const before = sealer.open(found.secret.buffer, context('secret', id)).toString('utf8');
  if (before === wanted.secret) return true;
  const { matchedCount } = await mongoSpan(`updateOne ${COLLECTION}`, {}, () =>
    documents.updateOne(
      { _id: id, secret: found.secret },
      {
        $set: {
          secret: seal('secret', id, wanted.secret),
          previousSecret: seal('previousSecret', id, before),
          previousEndsAt,
        },
      },
    ),
  );
  return matchedCount > 0;
}

function connectionOf(found: ConnectionDocument, sealer: Sealer): Connection {
  const { _id: id } = found;
  const open = (what: Sealed, sealed: Binary): string =>
    sealer.open(sealed.buffer, context(what, id)).toString('utf8');
  const { previousSecret, previousEndsAt, accessToken, accessEndsAt, refreshToken } = found;
  return {
    platform: found.platform,
    sellerId: found.sellerId,
    appKey: found.appKey,
    gatewayUrl: found.gatewayUrl,
    memberId: found.memberId,
    mainUserId: found.mainUserId,
    loginId: found.loginId,
    addressId: found.addressId,
    callsPerSecond: found.callsPerSecond,
    ratePerSecond: found.ratePerSecond,
    enabled: found.enabled,
    pause: found.pause ?? null,
    secret: open('secret', found.secret),
    previous:
      previousSecret && previousEndsAt
        ? { secret: open('previousSecret', previousSecret), endsAt: previousEndsAt }
        : null,
    tokens:
      accessToken && accessEndsAt && refreshToken
        ? {
            access: open('accessToken', accessToken),
            accessEndsAt,
            refresh: open('refreshToken', refreshToken),
            refreshEndsAt: found.refreshEndsAt ?? null,
          }
        : null,
    tokenSerial: found.tokenSerial,
    refused: found.refused ?? null,
    replayedUntil: found.replayedUntil ?? null,
  };
}
