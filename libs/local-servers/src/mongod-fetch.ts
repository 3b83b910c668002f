import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Progress } from './cache.ts';
import { guarded } from './child.ts';

/** The version that deploy/compose runs. */
export const MONGOD_VERSION = '8.2.6';

const DEFAULT_MIRROR = 'https://fastdl.mongodb.org';
/** How long each phase may go without a sign of life. */
const QUIET_MS = {
  /** The helper process begins. */
  beginning: 30_000,
  /** Nothing has come from the mirror yet: a place that cannot be reached costs no more than this. */
  connecting: 5_000,
  downloading: 15_000,
  /** Unpacking says nothing until it is done. */
  unpacking: 5 * 60_000,
};
/** Beyond this, building is quicker. */
const FETCH_MAX_MS = 10 * 60_000;
const NEWS_EVERY_MS = 5_000;
const PROBE_TIMEOUT_MS = 60_000;

type Phase = keyof typeof QUIET_MS;

/** The official mongod cannot be had; the message says why in words. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
}

/** Where the official mongod comes from. */
export const mirrorOf = (): string => process.env['MONGOMS_DOWNLOAD_MIRROR'] || DEFAULT_MIRROR;

/**
 * Fetches the official mongod into `work` and returns the folder that holds it. The archive is
 * checked against its checksum, and the program against this machine: it must at least tell its
 * version. Throws FetchFailure.
 */
export async function fetchMongod(work: string, log: Progress): Promise<string> {
  log(`MongoDB ${MONGOD_VERSION}: fetching from ${mirrorOf()}`);
  const startedAt = Date.now();
  const archive = join(work, 'archive');
  const kept = join(work, 'kept');
  mkdirSync(archive);
  mkdirSync(kept);
  const fetched = await runHelper(archive, log);
  const binary = join(kept, 'mongod');
  renameSync(fetched, binary);
  const probe = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  if (probe.error || probe.status !== 0) {
    const why = probe.error?.message ?? probe.stderr.trim().split('\n')[0] ?? '';
    throw new FetchFailure(`it does not run on this machine: ${why || `signal ${probe.signal}`}`);
  }
  log(`MongoDB ${MONGOD_VERSION}: fetched in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return kept;
}

/**
 * Runs the download in a process of its own: the package cannot be broken off, a process can. Returns
 * the path of the program.
 */
async function runHelper(folder: string, log: Progress): Promise<string> {
  const helper = join(import.meta.dirname, 'mongod-fetch-main.ts');
  const child = spawn(...guarded(process.execPath, [helper, MONGOD_VERSION, folder]), {
    env: { ...process.env, ...downloadSettings(mirrorOf()) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  const state: { phase: Phase; path: string; failure: string } = {
    phase: 'beginning',
    path: '',
    failure: '',
  };
  const giveUp = (why: string) => {
    state.failure ||= why;
    child.kill('SIGKILL');
  };
  let quiet: NodeJS.Timeout | undefined;
  const stillThere = () => {
    clearTimeout(quiet);
    const ms = QUIET_MS[state.phase];
    quiet = setTimeout(() => giveUp(`${silenceOf(state.phase)} for ${ms / 1000} s`), ms);
  };
  const limit = setTimeout(
    () => giveUp(`the download took more than ${FETCH_MAX_MS / 60_000} minutes`),
    FETCH_MAX_MS,
  );
  stillThere();
  let newsAt = Date.now();
  for await (const line of createInterface({ input: child.stdout })) {
    const news = readNews(line);
    if (news.phase) state.phase = news.phase;
    if (news.path) state.path = news.path;
    if (news.failure) state.failure ||= news.failure;
    if (state.phase === 'downloading' && Date.now() - newsAt >= NEWS_EVERY_MS) {
      newsAt = Date.now();
      log(`MongoDB ${MONGOD_VERSION}: ${news.amount ?? 'downloading'}`);
    }
    stillThere();
  }
  await closed;
  clearTimeout(quiet);
  clearTimeout(limit);
  if (state.path === '') throw new FetchFailure(state.failure || 'the download ended early');
  return state.path;
}

const silenceOf = (phase: Phase): string => {
  if (phase === 'connecting') return `${mirrorOf()} has not answered`;
  if (phase === 'downloading') return `nothing has come from ${mirrorOf()}`;
  return 'nothing has happened';
};

type News = { phase?: Phase; path?: string; failure?: string; amount?: string };

/** What the helper says, a word in front (see mongod-fetch-main.ts); other lines are the package's progress. */
function readNews(line: string): News {
  const [word, ...rest] = line.trim().split(' ');
  const text = rest.join(' ');
  if (word === 'connecting' || word === 'unpacking') return { phase: word };
  if (word === 'done') return { path: text };
  if (word === 'failed') return { failure: text };
  return { phase: 'downloading', amount: /[\d.]+% \(.*\)/.exec(line)?.[0] ?? line.trim() };
}

/** Settings of the package, by its own variables. */
export function downloadSettings(mirror: string): Record<string, string> {
  return {
    MONGOMS_DOWNLOAD_MIRROR: mirror,
    MONGOMS_USE_HTTP: String(mirror.startsWith('http:')),
    // One try: the build of the compatible server is the second one.
    MONGOMS_MAX_RETRIES: '1',
    // A mirror may send its files in chunks; the checksum tells whether they are complete.
    MONGOMS_DOWNLOAD_IGNORE_MISSING_HEADER: 'true',
    // The package verifies certificates only when npm says so. We run what we fetch.
    npm_config_strict_ssl: 'true',
  };
}
