import { createReseal, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Connection, Connections, Key } from '../../application/ports.ts';

type StoredKey = { appKey: string; secret: Binary };
type ConnectionDocument = {
  _id: string;
  platformUrl: string;
  spi: StoredKey;
  qimen: StoredKey;
  top: StoredKey;
  /** Absent where the seller ships at Tmall by itself. */
  tmall?: { url: string; key: StoredKey; session: Binary } | null;
};

/** Where each role's secret lies. */
const SEALED = {
  spi: 'spi.secret',
  qimen: 'qimen.secret',
  top: 'top.secret',
  tmall: 'tmall.key.secret',
  session: 'tmall.session',
} as const;

/** Sellers' platforms and the keys of both directions; the secrets are sealed. */
export async function createConnections(
  db: Db,
  sealer: Sealer,
): Promise<Connections & { readonly reseal: Reseal }> {
  await ensureIndexes(db, [
    {
      collection: 'connections',
      indexes: [{ key: { 'spi.appKey': 1 }, name: 'spiKey', unique: true }],
    },
  ]);
  const connections = db.collection<ConnectionDocument>('connections');
  const context = (sellerId: string, role: string): string => `connection|${role}|${sellerId}`;
  const seal = (sellerId: string, role: string, { appKey, secret }: Key): StoredKey => ({
    appKey,
    secret: new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId, role))),
  });
  const open = (sellerId: string, role: string, { appKey, secret }: StoredKey): Key => ({
    appKey,
    secret: sealer.open(secret.buffer, context(sellerId, role)).toString('utf8'),
  });
  const sealText = (sellerId: string, role: string, text: string): Binary =>
    seal(sellerId, role, { appKey: '', secret: text }).secret;
  const read = (found: ConnectionDocument | null): Connection | null => {
    if (!found) return null;
    const { _id: sellerId, platformUrl } = found;
    return {
      sellerId,
      platformUrl,
      spi: open(sellerId, 'spi', found.spi),
      qimen: open(sellerId, 'qimen', found.qimen),
      top: open(sellerId, 'top', found.top),
      tmall: found.tmall
        ? {
            url: found.tmall.url,
            key: open(sellerId, 'tmall', found.tmall.key),
            session: open(sellerId, 'session', { appKey: '', secret: found.tmall.session }).secret,
          }
        : null,
    };
  };
  const fields = Object.entries(SEALED).map(([role, path]) => ({
    path,
    contextOf: (sellerId: string) => context(sellerId, role),
  }));
  return {
    reseal: createReseal(db.collection('connections'), sealer, fields),
    find: async (sellerId) =>
      read(
        await mongoSpan('findOne connections', {}, () => connections.findOne({ _id: sellerId })),
      ),
    findBySpiKey: async (appKey) =>
      read(
        await mongoSpan('findOne connections', {}, () =>
          connections.findOne({ 'spi.appKey': appKey }),
        ),
      ),
    put: async ({ sellerId, platformUrl, spi, qimen, top, tmall }) => {
      const stored = {
        platformUrl,
        spi: seal(sellerId, 'spi', spi),
        qimen: seal(sellerId, 'qimen', qimen),
        top: seal(sellerId, 'top', top),
        tmall: tmall && {
          url: tmall.url,
          key: seal(sellerId, 'tmall', tmall.key),
          session: sealText(sellerId, 'session', tmall.session),
        },
      };
      await mongoSpan('replaceOne connections', {}, () =>
        connections.replaceOne({ _id: sellerId }, stored, { upsert: true }),
      );
    },
  };
}
