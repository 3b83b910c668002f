import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { NewId } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import type { Devices } from '../../application/sign-in-ports.ts';

const COLLECTION = 'devices';
export const DEVICE_SECONDS = 180 * 24 * 3_600;
/** Clerks of one till; a device with more begins anew. */
const LOGINS_MAX = 50;

type Device = { _id: string; logins: string[]; expiresAt: Date };

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Devices by the digest of their token: who reads the database cannot pass for one. */
export async function createDevices(db: Db, newToken: NewId): Promise<Devices> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [expiryIndex('expiresAt', 'expiresAt'), { key: { logins: 1 }, name: 'logins' }],
    },
  ]);
  const devices = db.collection<Device>(COLLECTION);
  const find = (token: string) =>
    mongoSpan('find device', {}, () => devices.findOne({ _id: digest(token) }));
  return {
    knows: async (token, login) => (await find(token))?.logins.includes(login) ?? false,
    remember: async (token, login, now) => {
      const known = token === '' ? null : await find(token);
      const before = known && known.logins.length < LOGINS_MAX ? known.logins : null;
      const device = before ? token : newToken();
      const logins = [...new Set([...(before ?? []), login])];
      const expiresAt = new Date(now.getTime() + DEVICE_SECONDS * 1_000);
      await mongoSpan('replace device', {}, () =>
        devices.replaceOne({ _id: digest(device) }, { logins, expiresAt }, { upsert: true }),
      );
      return device;
    },
    forgetAll: async (login) => {
      await mongoSpan('update devices', {}, () =>
        devices.updateMany({ logins: login }, { $pull: { logins: login } }),
      );
    },
  };
}
