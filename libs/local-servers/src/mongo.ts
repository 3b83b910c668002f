import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pickPort, startChild } from './child.ts';
import type { Child } from './child.ts';
import { ensureMongo } from './mongo-program.ts';
import type { MongoKind } from './mongo-program.ts';
import { untilListening, untilReady } from './ready.ts';
import type { StartOptions } from './ready.ts';
import { REPLICA_SET, becomePrimary } from './replica-set.ts';

export type MongoServer = Child & { uri: string };

/** A mongod writes this file into its data folder; our build does not. */
const MONGOD_MARK = 'mongod.lock';

/**
 * Starts a database on a data folder: an official mongod as a replica set of one, or our build, which
 * syncs its log at every commit, unless told not to, so that an acknowledged write survives. Data of
 * an earlier start is opened by the program that wrote it.
 */
export async function startMongo(
  options: StartOptions & { dataDir: string; port?: number; syncOnCommit?: boolean },
): Promise<MongoServer> {
  const storage = join(options.dataDir, 'storage');
  const program = await ensureMongo(options.log ?? (() => {}), kindOfData(options.dataDir));
  const port = await pickPort(options.port, 'MongoDB');
  mkdirSync(storage, { recursive: true });
  const child = startChild({
    name: 'MongoDB',
    command: program.binary,
    args:
      program.kind === 'mongod'
        ? mongodArgs(storage, port)
        : secantusArgs(storage, port, options.syncOnCommit !== false),
    cwd: options.dataDir,
    logFile: join(options.dataDir, 'mongo.log'),
  });
  await untilListening(child, port, options);
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  if (program.kind === 'mongod') {
    await untilReady(child, {
      ...options,
      waitsFor: () => 'its replica set of one to have a primary',
      probe: async () => ((await becomePrimary(uri, `127.0.0.1:${port}`)) ? true : null),
    }).catch(async (error: unknown) => {
      await child.stop(0);
      throw error;
    });
  }
  return { ...child, uri };
}

/** Which program wrote a data folder; undefined when none did. */
export function kindOfData(dataDir: string): MongoKind | undefined {
  const storage = join(dataDir, 'storage');
  if (!existsSync(storage) || readdirSync(storage).length === 0) return undefined;
  return existsSync(join(storage, MONGOD_MARK)) ? 'mongod' : 'secantus';
}

const mongodArgs = (storage: string, port: number): string[] => [
  '--dbpath',
  storage,
  '--port',
  String(port),
  '--bind_ip',
  '127.0.0.1',
  '--replSet',
  REPLICA_SET,
  // An oplog of a twentieth of the disk is for members that fall behind; there is none.
  '--oplogSize',
  '1024',
  '--wiredTigerCacheSizeGB',
  '1',
];

const secantusArgs = (storage: string, port: number, syncOnCommit: boolean): string[] => [
  '--storage-path',
  storage,
  '--port',
  String(port),
  '--host',
  '127.0.0.1',
  '--cache-size',
  '1G',
  '--log-level',
  'WARNING',
  ...(syncOnCommit ? ['--sync-on-commit'] : []),
];
