import { isDuplicateKey } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Holder, Lease, Leases } from '../../application/ports.ts';

type LeaseDocument = {
  _id: string;
  owner: string;
  /** Where the owner serves gRPC, so that callers can be sent there. */
  address: string;
  epoch: number;
  expiresAt: Date;
};

const COLLECTION = 'leases';

/** Leases as compare-and-set on one document per partition; the time is the database's. */
export function createLeases(db: Db, address: () => string): Leases {
  const leases = db.collection<LeaseDocument>(COLLECTION);
  const databaseTime = async (): Promise<number> => {
    const hello = await db.admin().command({ hello: 1 });
    return (hello['localTime'] as Date).getTime();
  };
  return {
    databaseTime,
    acquire: async (partition, owner, ttlMs) => {
      const now = await databaseTime();
      const current = await leases.findOne({ _id: partition });
      if (current && current.expiresAt.getTime() > now && current.owner !== owner) {
        return { holder: toHolder(current, now) };
      }
      const epoch = (current?.epoch ?? 0) + 1;
      const next = { owner, address: address(), epoch, expiresAt: new Date(now + ttlMs) };
      const won = current
        ? await replaced(leases, partition, current.epoch, next)
        : await inserted(leases, { _id: partition, ...next });
      if (won) return { lease: { partition, owner, epoch } };
      const winner = await leases.findOne({ _id: partition });
      const holder = winner ? toHolder(winner, now) : { owner: '', address: '', leftMs: ttlMs };
      return { holder };
    },
    renew: async ({ partition, owner, epoch }: Lease, ttlMs) => {
      const expiresAt = new Date((await databaseTime()) + ttlMs);
      const { matchedCount } = await leases.updateOne(
        { _id: partition, owner, epoch },
        { $set: { expiresAt } },
      );
      return matchedCount === 1;
    },
    release: async ({ partition, owner, epoch }) => {
      await leases.updateOne(
        { _id: partition, owner, epoch },
        { $set: { expiresAt: new Date(0) } },
      );
    },
  };
}

type Leased = ReturnType<typeof collectionOf>;
const collectionOf = (db: Db) => db.collection<LeaseDocument>(COLLECTION);

async function replaced(
  leases: Leased,
  partition: string,
  epoch: number,
  next: Omit<LeaseDocument, '_id'>,
): Promise<boolean> {
  const { matchedCount } = await leases.updateOne({ _id: partition, epoch }, { $set: next });
  return matchedCount === 1;
}

async function inserted(leases: Leased, lease: LeaseDocument): Promise<boolean> {
  try {
    await leases.insertOne(lease);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

const toHolder = (lease: LeaseDocument, now: number): Holder => ({
  owner: lease.owner,
  address: lease.address,
  leftMs: Math.max(0, lease.expiresAt.getTime() - now),
});
