import {
  mkdirSync,
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
const LOCK_WAIT_MAX_MS = 30 * 60_000;

/** Where installed servers are kept: ASTROLABE_CACHE, or ~/.cache/astrolabe. */
export const cacheDir = (): string =>
  process.env['ASTROLABE_CACHE'] || join(homedir(), '.cache', 'astrolabe');

/** Runs `work` while no other process of this user runs work of the same name. */
export async function withCacheLock<T>(
  name: string,
  log: Progress,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(cacheDir(), { recursive: true });
  const lock = join(cacheDir(), `${name}.lock`);
  await acquire(lock, name, log);
  const beat = setInterval(() => refresh(lock), LOCK_BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(lock, { force: true });
  }
}

function refresh(lock: string): void {
  try {
    utimesSync(lock, new Date(), new Date());
  } catch {
    // Somebody emptied the cache meanwhile. The work goes on; its last step is atomic anyway.
  }
}

async function acquire(lock: string, name: string, log: Progress): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MAX_MS;
  for (let told = false; ; told = true) {
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
      if (!told) log(`${name}: another process is setting it up, waiting`);
      await delay(LOCK_RETRY_MS);
    }
  }
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
