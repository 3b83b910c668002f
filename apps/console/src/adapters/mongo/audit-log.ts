import type { Clock } from '@astrolabe/kernel';
import { createChain, ensureIndexes } from '@astrolabe/mongo';
import { deedHash } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { AuditAsked, AuditLog } from '../../application/audit-ports.ts';
import type { Deed } from '../../domain/audit.ts';

const COLLECTION = 'audit';
const TOKEN = /^\d{1,18}$/;

/** What people did, each entry chained to the one before it. Entries are only ever added. */
export async function createAuditLog(db: Db, clock: Clock): Promise<AuditLog> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        { key: { login: 1, _id: -1 }, name: 'logins' },
        { key: { action: 1, _id: -1 }, name: 'actions' },
        { key: { sellerId: 1, _id: -1 }, name: 'sellers' },
        { key: { at: -1 }, name: 'at' },
      ],
    },
  ]);
  const chain = createChain<Deed>({ db, collection: COLLECTION, clock, hashOf: deedHash });
  return {
    append: (entry) => chain.append(entry),
    after: (sequence, limit) => chain.after(sequence, limit),
    page: async (asked, limit, token) => {
      if (token !== '' && !TOKEN.test(token)) return null;
      const before = token === '' ? null : BigInt(token);
      const found = await chain.newest(filterOf(asked), before, limit + 1);
      const entries = found.slice(0, limit);
      const next = found.length > limit ? (entries.at(-1)?.sequence.toString() ?? '') : '';
      return { entries, next };
    },
  };
}

function filterOf({ login, action, sellerId, from, to }: AuditAsked) {
  const at = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
  return {
    ...(login === '' ? {} : { login }),
    ...(action === '' ? {} : { action }),
    ...(sellerId === '' ? {} : { sellerId }),
    ...(from || to ? { at } : {}),
  };
}
