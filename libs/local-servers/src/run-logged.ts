import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Progress } from './cache.ts';
import { guarded } from './child.ts';
import { logInWords } from './words.ts';

const PROGRESS_EVERY_MS = 15_000;

/** A set-up command failed; the message names it and ends with the end of its log. */
export class SetupFailure extends Error {
  override readonly name = 'SetupFailure';
}

type LoggedRun = {
  what: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  logFile: string;
  timeoutMs: number;
  log: Progress;
};

/** Runs a set-up command with its output in a file; tells every 15 s that it still runs. */
export async function runLogged(run: LoggedRun): Promise<void> {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  run.log(`${run.what}: started`);
  const output = createWriteStream(run.logFile);
  const child = spawn(...guarded(run.command, run.args), {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: run.timeoutMs,
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const ticking = setInterval(
    () => run.log(`${run.what}: ${elapsed()}, ${logInWords(run.logFile, 1).trim().slice(0, 80)}`),
    PROGRESS_EVERY_MS,
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await new Promise<void>((done) => output.end(done));
    if (code !== 0) {
      throw new SetupFailure(
        `${run.what} failed after ${elapsed()}; log ${run.logFile} ends with:\n${logInWords(run.logFile, 15)}`,
      );
    }
    run.log(`${run.what}: done in ${elapsed()}`);
  } finally {
    clearInterval(ticking);
  }
}
