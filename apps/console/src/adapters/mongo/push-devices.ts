import { createHash } from 'node:crypto';
import type { Due } from '@astrolabe/kernel';
import {
  ConcurrencyExhausted,
  dueIndex,
  ensureIndexes,
  expiryIndex,
  isDuplicateKey,
  mongoSpan,
} from '@astrolabe/mongo';
import type { CollectionIndexes } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Collection, Db } from 'mongodb';
import type { StoreName } from '../../application/store-ports.ts';
import type { PushDevices } from '../../application/push-ports.ts';
import { DEVICES_OF_STORE_MAX } from '../../domain/push.ts';
import type { PushDevice } from '../../domain/push.ts';

const COLLECTION = 'push_devices';
const TRIES_MAX = 20;
/** Two that are added at the same moment may be one more than there should be. */
const READ_MAX = 2 * DEVICES_OF_STORE_MAX;

/** How long another process may go on telling the devices of before. */
const TOLD_MS = 1_000;
const STORES_MAX = 10_000;

type Stored = Omit<PushDevice, 'id'> & { _id: string; version: number; expiresAt: Date };

const deviceOf = (stored: Stored): PushDevice => {
  const { _id: id, login, sellerId, storeId, sessionId, language, since } = stored;
  const { endpoint, p256dh, auth, calls, heard, dueAt } = stored;
  const whose = { id, login, sellerId, storeId, sessionId, language, since };
  return { ...whose, endpoint, p256dh, auth, calls, heard, dueAt };
};

const INDEXES: CollectionIndexes = {
  collection: COLLECTION,
  indexes: [
    expiryIndex('expiresAt', 'expiresAt'),
    dueIndex('dueAt', 'dueAt'),
    { key: { sellerId: 1, storeId: 1 }, name: 'store' },
    { key: { sessionId: 1 }, name: 'session' },
  ],
};

/** Browsers by the digest of their address; the database forgets those whose session is over. */
export async function createPushDevices(db: Db): Promise<PushDevices> {
  await ensureIndexes(db, [INDEXES]);
  const devices = db.collection<Stored>(COLLECTION);
  const find = (_id: string) => mongoSpan('find push device', {}, () => devices.findOne({ _id }));

  /** One compare-and-set; false when somebody else was faster. */
  const write = async (
    { id, ...device }: PushDevice,
    before: Stored | null,
    expiresAt: Date,
  ): Promise<boolean> => {
    const next = { ...device, version: (before?.version ?? 0) + 1, expiresAt };
    if (before) {
      const done = await mongoSpan('replace push device', {}, () =>
        devices.replaceOne({ _id: id, version: before.version }, next),
      );
      return done.matchedCount === 1;
    }
    try {
      await mongoSpan('insert push device', {}, () => devices.insertOne({ _id: id, ...next }));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  const repeated = async (id: string, once: (before: Stored | null) => Promise<boolean>) => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) if (await once(await find(id))) return;
    throw new ConcurrencyExhausted(COLLECTION, id, TRIES_MAX);
  };

  const atStore = ({ sellerId, storeId }: StoreName) =>
    mongoSpan('find push devices', {}, () =>
      devices.find({ sellerId, storeId }).limit(READ_MAX).toArray(),
    );
  // Orders that come to a store one after the other look for its devices once.
  const told = createBriefAnswers({
    keyOf: ({ sellerId, storeId }: StoreName) => `${sellerId}/${storeId}`,
    freshMs: TOLD_MS,
    most: STORES_MAX,
    read: async (store) => (await atStore(store)).map(({ _id }) => _id),
  });

  return {
    idOf: (endpoint) => createHash('sha256').update(endpoint).digest('base64url'),
    find: async (id) => {
      const found = await find(id);
      return found && deviceOf(found);
    },
    atStore: async (store) => (await atStore(store)).map(deviceOf),
    toTell: (store) => told.of(store),
    put: (id, expiresAt, next) =>
      repeated(id, async (before) => {
        const device = next(before && deviceOf(before));
        const isWritten = await write(device, before, expiresAt);
        told.forget(device);
        return isWritten;
      }),
    change: (id, next) =>
      repeated(id, async (before) => {
        if (!before) return true;
        const known = deviceOf(before);
        const changed = next(known);
        return changed === known || (await write(changed, before, before.expiresAt));
      }),
    remove: async (_id) => {
      await mongoSpan('delete push device', {}, () => devices.deleteOne({ _id }));
    },
    removeOf: async (sessionId) => {
      await mongoSpan('delete push devices', {}, () => devices.deleteMany({ sessionId }));
    },
    due: (now, limit) => dueDevices(devices, now, limit),
  };
}

async function dueDevices(
  devices: Collection<Stored>,
  now: Date,
  limit: number,
): Promise<Due<string>> {
  const found = await mongoSpan('find due push devices', {}, () =>
    devices
      .find({ dueAt: { $gt: new Date(0), $lte: now } })
      .project<{ _id: string; dueAt: Date }>({ dueAt: 1 })
      .sort({ dueAt: 1 })
      .limit(limit)
      .toArray(),
  );
  return { names: found.map(({ _id }) => _id), oldestAt: found[0]?.dueAt ?? null };
}
