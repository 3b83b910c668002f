import { connectMongo } from '@astrolabe/mongo';
import { createArchive } from '../../src/adapters/mongo/archive.ts';
import { createJournal, hashRecord } from '../../src/adapters/mongo/journal.ts';
import { createProjections } from '../../src/adapters/mongo/projections.ts';
import { processTiming } from '../../src/adapters/process/timing.ts';
import { archiveNext } from '../../src/application/hosting/archive.ts';
import { createReplica } from '../../src/application/partition/replica.ts';
import { catchUp } from '../../src/application/hosting/recover.ts';
import { PARTITION, bodyBytes, round, timed } from './replay.ts';

export type Archived = {
  readonly records: number;
  readonly secondsPerMillion: number;
  readonly journalBytesPerOperation: number;
  readonly archiveBytesPerOperation: number;
  /** A replay of the journal when its records lie in the archive. */
  readonly replaySecondsPerMillion: number;
};

/** Moves a journal into the archive as its owner would, and reads it from there. */
export async function measureArchive(uri: string, database: string): Promise<Archived> {
  const connection = await connectMongo({ uri, database, appName: 'bench' });
  const { db } = connection;
  const journal = createJournal(db);
  const before = await bodyBytes(db, 'journal');
  const records = await db.collection('journal').countDocuments();
  let archived = 0;
  const deps = {
    partition: PARTITION,
    journal,
    archive: createArchive(db),
    projections: createProjections(db),
    hashOf: hashRecord,
    timing: processTiming,
    meters: { archived: (_: string, moved: number) => void (archived += moved) },
    keepMs: 0,
    now: Date.now,
    doneUpTo: () => Promise.resolve(records),
  };
  const archiveMs = await timed(async () => {
    while (await archiveNext(deps));
  });
  const replica = createReplica(PARTITION, 1_024);
  const replayMs = await timed(() => catchUp(replica, deps));
  const after = await bodyBytes(db, 'journal_archive');
  await connection.component.stop();
  const { operations } = replica;
  return {
    records: archived,
    secondsPerMillion: round((archiveMs * 1_000) / operations),
    journalBytesPerOperation: round(before / operations),
    archiveBytesPerOperation: round(after / operations),
    replaySecondsPerMillion: round((replayMs * 1_000) / operations),
  };
}
