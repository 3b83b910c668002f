import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Exit } from './words.ts';

/** A process that we started. */
export type Child = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, and ends it after `graceMs`. Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
};

export type ChildOptions = {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  logFile: string;
  /** Hold its standard input open: a process of ours ends when it closes. */
  holdInput?: boolean;
};

const STOP_GRACE_MS = 30_000;
const SETPRIV = '/usr/bin/setpriv';

/** A command line whose process the kernel ends with this one, where the system can do it. */
export const guarded = (command: string, args: readonly string[]): [string, string[]] =>
  existsSync(SETPRIV)
    ? [SETPRIV, ['--pdeathsig', 'KILL', '--', command, ...args]]
    : [command, [...args]];

/**
 * Starts a process with its output in a file. Where the system can do it, the kernel ends it when
 * this process dies, so that a crashed launcher leaves nothing behind.
 */
export function startChild(options: ChildOptions): Child {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const output = openSync(options.logFile, 'a');
  const child = spawn(...guarded(options.command, options.args), {
    env: { ...process.env, ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdio: [options.holdInput ? 'pipe' : 'ignore', output, output],
    // A group of its own: Ctrl-C in the terminal reaches the launcher only, which ends all in order.
    detached: true,
  });
  closeSync(output);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    name: options.name,
    pid: child.pid ?? -1,
    logFile: options.logFile,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: (graceMs = STOP_GRACE_MS) => stopChild(child, exited, graceMs),
  };
}

async function stopChild(child: ChildProcess, exited: Promise<Exit>, graceMs: number) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(force);
}

/** A free local port; or the wanted one, if it is free. */
export function pickPort(wanted: number | undefined, forWhat: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(new Error(`Port ${wanted ?? 0} (for ${forWhat}) is in use by another process`)),
    );
    server.listen(wanted ?? 0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
