import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells what is being set up, one line at a time. */
export type Progress = (line: string) => void;

const LOCK_RETRY_MS = 500;
const LOCK_BEAT_MS = 5_000;
/** A lock that nobody has refreshed for this long belongs to a process that died. */
const LOCK_STALE_MS = 30_000;
/** Longer than any set-up may take: one that goes on refreshes its lock and is waited for. */
const LOCK_WAIT_MAX_MS = 60 * 60_000;
const LOCK_NEWS_MS = 5_000;

/** Where installed servers are kept: ASTROLABE_CACHE, or ~/.cache/astrolabe. */
export const cacheDir = (): string =>
  process.env['ASTROLABE_CACHE'] || join(homedir(), '.cache', 'astrolabe');

/** Where Node keeps modules compiled: a second start finds them, for a third less processor time for a whole system. */
export const compiledDir = (): string => join(cacheDir(), 'compiled');

/**
 * Runs `work` while no other process of this user runs work of the same name. What `work` tells its
 * log, the processes that wait for it tell too.
 */
export async function withCacheLock<T>(
  name: string,
  log: Progress,
  work: (log: Progress) => Promise<T>,
): Promise<T> {
  mkdirSync(cacheDir(), { recursive: true });
  const lock = join(cacheDir(), `${name}.lock`);
  await acquire(lock, name, log);
  const beat = setInterval(() => refresh(lock), LOCK_BEAT_MS);
  try {
    return await work((line) => {
      publish(lock, line);
      log(line);
    });
  } finally {
    clearInterval(beat);
    if (holderOf(lock).pid === process.pid) rmSync(lock, { force: true });
  }
}

function refresh(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody emptied the cache meanwhile. The work goes on; its last step is atomic anyway.
  }
}

/** Leaves the newest line of the set-up in its lock, for those who wait. */
function publish(lock: string, line: string): void {
  if (holderOf(lock).pid === process.pid) writeFileSync(lock, `${process.pid}\n${line}`);
}

/** Who holds a lock, and the newest line of its set-up; pid 0 when nobody does. */
function holderOf(lock: string): { pid: number; line: string } {
  try {
    const [pid = '', line = ''] = readFileSync(lock, 'utf8').split('\n');
    return { pid: Number(pid), line };
  } catch {
    // Released at this moment.
    return { pid: 0, line: '' };
  }
}

async function acquire(lock: string, name: string, log: Progress): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MAX_MS;
  const told = { line: '', at: -Infinity };
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LOCK_STALE_MS) rmSync(lock, { force: true });
    else if (Date.now() > deadline) throw new Error(`${name}: another set-up never ended: ${lock}`);
    else {
      tellHolder(lock, name, log, told);
      await delay(LOCK_RETRY_MS);
    }
  }
}

/** Tells who is waited for, once, and then its news, at most one line every five seconds. */
function tellHolder(
  lock: string,
  name: string,
  log: Progress,
  told: { line: string; at: number },
): void {
  const { pid, line } = holderOf(lock);
  if (told.at === -Infinity) log(`${name}: process ${pid} is setting it up, waiting`);
  else if (line === told.line || Date.now() - told.at < LOCK_NEWS_MS) return;
  if (line !== '') log(`  process ${pid}: ${line}`);
  told.line = line;
  told.at = Date.now();
}

/**
 * Makes the folder `target` appear at once and complete: `make` fills a folder of this process's own
 * and returns the part to keep, which then takes the target's name. What interrupted set-ups left is
 * removed. Call it with the lock held.
 */
export async function installFolder(
  target: string,
  make: (work: string) => Promise<string>,
): Promise<void> {
  const prefix = `${basename(target)}.part-`;
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
  const work = join(dirname(target), `${prefix}${process.pid}`);
  mkdirSync(work);
  try {
    const made = await make(work);
    rmSync(target, { recursive: true, force: true });
    renameSync(made, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whether a process of this id runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
