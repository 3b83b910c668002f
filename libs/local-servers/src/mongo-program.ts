import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, installFolder, withCacheLock } from './cache.ts';
import type { Progress } from './cache.ts';
import { FetchFailure, MONGOD_VERSION, fetchMongod, mirrorOf } from './mongod-fetch.ts';
import { MissingPrerequisite, isOnPath, need } from './prerequisites.ts';
import { runLogged } from './run-logged.ts';

const CRATE = 'secantus-mdb';
const CRATE_VERSION = '0.5.3-beta.196';
const CRATE_BINARY = 'secantusd-rs';
const BUILD_TIMEOUT_MS = 40 * 60_000;

export type MongoKind = 'mongod' | 'secantus';

/** How to start the database: an official mongod, or the compatible server that we build. */
export type MongoProgram = { kind: MongoKind; binary: string };

/**
 * Finds a database's program, quickest first: a mongod on PATH, what an earlier start has left in the
 * cache, the official mongod from its download place, and last a MongoDB-compatible server that is
 * built, which takes minutes. `wrote` is the kind whose data is to be opened: neither reads the
 * other's. Throws MissingPrerequisite when there is no way to one.
 */
export async function ensureMongo(log: Progress, wrote?: MongoKind): Promise<MongoProgram> {
  const found = wrote === 'secantus' ? null : findMongod();
  if (found) return found;
  const built = { folder: builtFolder(), binary: join(builtFolder(), 'bin', CRATE_BINARY) };
  if (wrote !== 'mongod' && existsSync(built.binary)) return secantus(built.binary);
  return await withCacheLock('mongodb', log, async (tell) => {
    // Whoever held the lock before may have brought one.
    const brought = wrote === 'secantus' ? null : (findMongod() ?? (await fetchInto(tell, wrote)));
    if (brought) return brought;
    if (!existsSync(built.binary)) {
      need('cargo', 'cc', 'cmake');
      await installFolder(built.folder, (work) => build(work, tell));
    }
    return secantus(built.binary);
  });
}

const secantus = (binary: string): MongoProgram => ({ kind: 'secantus', binary });

const builtFolder = (): string => join(cacheDir(), `mongodb-secantus-${CRATE_VERSION}`);
const officialFolder = (): string => join(cacheDir(), `mongodb-official-${MONGOD_VERSION}`);

function findMongod(): MongoProgram | null {
  if (isOnPath('mongod')) return { kind: 'mongod', binary: 'mongod' };
  const binary = join(officialFolder(), 'mongod');
  return existsSync(binary) ? { kind: 'mongod', binary } : null;
}

/** The official mongod, or null when it cannot be had and the other server may take its place. */
async function fetchInto(log: Progress, wrote?: MongoKind): Promise<MongoProgram | null> {
  try {
    await installFolder(officialFolder(), (work) => fetchMongod(work, log));
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    if (wrote === 'mongod') {
      throw new MissingPrerequisite(
        'mongod',
        `it wrote the data that is to be kept, and fetching it failed: ${error.message}`,
        'put a mongod on PATH, or start without the data (npm start without --keep)',
      );
    }
    log(
      `MongoDB ${MONGOD_VERSION}: not fetched (${error.message}), so a compatible server is built; ` +
        `MONGOMS_DOWNLOAD_MIRROR names another place than ${mirrorOf()}`,
    );
    return null;
  }
  return findMongod();
}

async function build(work: string, log: Progress): Promise<string> {
  await runLogged({
    what: `${CRATE} ${CRATE_VERSION} through cargo (about 4 minutes on 2 cores)`,
    command: 'cargo',
    args: [
      'install',
      '--locked',
      '--ignore-rust-version',
      '--root',
      work,
      '--version',
      CRATE_VERSION,
      CRATE,
    ],
    cwd: cacheDir(),
    // Without link-time optimisation the build takes minutes instead of a quarter of an hour.
    env: { CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' },
    logFile: join(cacheDir(), 'mongodb-install.log'),
    timeoutMs: BUILD_TIMEOUT_MS,
    log,
  });
  return work;
}
