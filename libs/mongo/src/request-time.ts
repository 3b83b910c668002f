import { timeLeftMs } from '@astrolabe/service';
import type { Collection, Db, Document } from 'mongodb';

/** The operations of a collection, and where each takes its options. */
const OPTIONS_AT: Readonly<Record<string, number>> = {
  find: 1,
  findOne: 1,
  aggregate: 1,
  distinct: 2,
  countDocuments: 1,
  insertOne: 1,
  insertMany: 1,
  updateOne: 2,
  updateMany: 2,
  replaceOne: 2,
  deleteOne: 1,
  deleteMany: 1,
  bulkWrite: 1,
  findOneAndUpdate: 2,
  findOneAndReplace: 2,
  findOneAndDelete: 1,
};

type Operation = (...args: unknown[]) => unknown;

/**
 * `db`, whose collections give every operation of a request what is left of the request's time: while
 * the database hangs, callers are answered and no connection is held for them. What no request waits
 * for keeps the driver's own limits.
 */
export function withinRequests(db: Db): Db {
  const collection = (name: string): Collection => bounded(db.collection(name));
  return new Proxy(db, {
    get: (target, key) => (key === 'collection' ? collection : memberOf(target, key)),
  });
}

function bounded<T extends Document>(collection: Collection<T>): Collection<T> {
  return new Proxy(collection, {
    get: (target, key) => {
      const member = memberOf(target, key);
      const at = typeof key === 'string' ? OPTIONS_AT[key] : undefined;
      if (at === undefined || typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const left = timeLeftMs();
        if (left === null) return (member as Operation)(...args);
        const given = Array.from({ length: Math.max(at, args.length) }, (_, index) => args[index]);
        given[at] = { ...(args[at] as object | undefined), timeoutMS: left };
        return (member as Operation)(...given);
      };
    },
  });
}

/** A member as its object has it; methods run on the object itself, which has private parts. */
function memberOf(target: object, key: string | symbol): unknown {
  const member: unknown = Reflect.get(target, key, target);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}
