import type { Clock } from '@astrolabe/kernel';
import { createKeyedMutex, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import { CHAIN_START, chainedHash } from '@astrolabe/signing';
import type { Collection, Db } from 'mongodb';
import type { AuditEntry, AuditLog, Look } from '../../application/ports.ts';

type AuditDocument = Omit<AuditEntry, 'sequence'> & { _id: bigint };

/** Several replicas append to one chain; who comes second looks again. */
const RACES_MAX = 20;

/** Who looked at what, each entry chained to the one before it. Entries are only ever added. */
export function createAuditLog(db: Db, clock: Clock): AuditLog {
  const log = db.collection<AuditDocument>('audit');
  const inTurn = createKeyedMutex();
  return {
    append: (look) => inTurn('audit', () => append(log, clock, look)),
    list: async (after, limit) => {
      const found = await mongoSpan('find audit', {}, () =>
        log
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ _id: sequence, ...record }) => ({ sequence, ...record }));
    },
  };
}

async function append(
  log: Collection<AuditDocument>,
  clock: Clock,
  look: Look,
): Promise<AuditEntry> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const [last] = await log.find({}).sort({ _id: -1 }).limit(1).toArray();
    const { _id: before } = last ?? { _id: 0n };
    const record = { ...look, sequence: before + 1n, at: clock() };
    const hash = chainedHash(last?.hash ?? CHAIN_START, record);
    const { sequence: id, ...rest } = record;
    try {
      await mongoSpan('insertOne audit', {}, () => log.insertOne({ _id: id, ...rest, hash }));
      return { ...record, hash };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  throw new Error(`the audit log was appended to by others ${RACES_MAX} times in a row`);
}
