import type { Clock } from '@astrolabe/kernel';
import { createChain } from '@astrolabe/mongo';
import { chainedHash } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { AuditLog, Look } from '../../application/ports.ts';

/** Who looked at what, each entry chained to the one before it. Entries are only ever added. */
export function createAuditLog(db: Db, clock: Clock): AuditLog {
  const chain = createChain<Look>({ db, collection: 'audit', clock, hashOf: chainedHash });
  return {
    append: (look) => chain.append(look),
    list: (after, limit) => chain.after(after, limit),
  };
}
