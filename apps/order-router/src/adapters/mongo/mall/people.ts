import type { Clock, OrderRef } from '@astrolabe/kernel';
import { daysAfter, orderKey } from '@astrolabe/kernel';
import { createReseal, ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { MallPeople, People } from '../../../application/mall/ports.ts';

const COLLECTION = 'mall_people';
/** A year of returns and invoices, and a month to spare. */
const KEPT_DAYS = 396;

type PeopleDocument = { readonly _id: string; readonly sealed: Binary; readonly expireAt: Date };

/** Receivers, bank accounts and remarks of malls' orders, sealed. */
export async function createMallPeople(
  db: Db,
  sealer: Sealer,
  clock: Clock,
): Promise<MallPeople & { readonly reseal: Reseal }> {
  await ensureIndexes(db, [{ collection: COLLECTION, indexes: [expiryIndex('expireAt')] }]);
  const people = db.collection<PeopleDocument>(COLLECTION);
  const idOf = (name: OrderRef, digest: string): string => `${orderKey(name)}|${digest}`;
  const context = (id: string): string => `mall-people|${id}`;
  return {
    reseal: createReseal(db.collection(COLLECTION), sealer, [
      { path: 'sealed', contextOf: context },
    ]),
    keep: async (name, digest, kept) => {
      const id = idOf(name, digest);
      const plain = Buffer.from(JSON.stringify(kept), 'utf8');
      const sealed = new Binary(sealer.seal(plain, context(id)));
      const expireAt = daysAfter(clock(), KEPT_DAYS);
      await mongoSpan('replaceOne mall_people', {}, () =>
        people.replaceOne({ _id: id }, { sealed, expireAt }, { upsert: true }),
      );
    },
    find: async (name, digest) => {
      const id = idOf(name, digest);
      const found = await mongoSpan('findOne mall_people', {}, () => people.findOne({ _id: id }));
      if (!found) return null;
      const plain = sealer.open(found.sealed.buffer, context(id)).toString('utf8');
      return JSON.parse(plain) as People;
    },
  };
}
