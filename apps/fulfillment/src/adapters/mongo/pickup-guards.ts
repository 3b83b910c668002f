import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { PickupGuards } from '../../application/ports.ts';
import { NO_FAILURES } from '../../domain/pickup.ts';
import type { Failures } from '../../domain/fulfilment.ts';

const COLLECTION = 'pickup_guards';
/** What is not renewed is forgotten: longer than any lock. */
const KEPT_SECONDS = 24 * 3_600;

type GuardDocument = Failures & { _id: string; at: Date };

const keyOf = (sellerId: string, caller: string): string => `${sellerId}/${caller}`;

/** Wrong pick-up codes by caller; two at the same moment may count as one. */
export async function createPickupGuards(db: Db, clock: () => Date): Promise<PickupGuards> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [{ key: { at: 1 }, name: 'at', expireAfterSeconds: KEPT_SECONDS }],
    },
  ]);
  const guards = db.collection<GuardDocument>(COLLECTION);
  return {
    failures: async (sellerId, caller) => {
      const found = await mongoSpan('findOne pickup_guards', {}, () =>
        guards.findOne({ _id: keyOf(sellerId, caller) }),
      );
      return found ? { count: found.count, lockedUntil: found.lockedUntil } : NO_FAILURES;
    },
    put: async (sellerId, caller, { count, lockedUntil }) => {
      const document = { count, lockedUntil, at: clock() };
      await mongoSpan('replaceOne pickup_guards', {}, () =>
        guards.replaceOne({ _id: keyOf(sellerId, caller) }, document, { upsert: true }),
      );
    },
  };
}
