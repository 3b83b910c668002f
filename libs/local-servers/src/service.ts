import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { compiledDir } from './cache.ts';
import { startChild } from './child.ts';
import type { Child } from './child.ts';
import { untilReady } from './ready.ts';
import type { StartOptions } from './ready.ts';

/** The line by which a service tells that it is ready. */
export type ReadyLine = {
  msg: 'ready';
  grpcPort?: number;
  adminPort?: number;
  httpPort?: number;
  healthPort?: number;
};

export type RunningProcess = Child & { ready: ReadyLine };

/** One of our services as a process. */
export type ServiceOptions = StartOptions & {
  entry: string;
  env: Record<string, string>;
  name: string;
  logFile: string;
};

/**
 * Starts a TypeScript entry as a process of its own and waits for its ready line. The process ends by
 * itself when this one is gone. Throws StartFailure when it does not get ready.
 */
export async function spawnService(options: ServiceOptions): Promise<RunningProcess> {
  const from = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
  const child = startChild({
    name: options.name,
    command: process.execPath,
    args: ['--disable-proto=throw', '--enable-source-maps', options.entry],
    env: {
      NODE_COMPILE_CACHE: compiledDir(),
      ...options.env,
      ASTROLABE_EXIT_WITH_PARENT: '1',
    },
    logFile: options.logFile,
    holdInput: true,
  });
  const ready = await untilReady(child, {
    ...options,
    waitsFor: () => componentOf(grownBy(options.logFile, from)),
    probe: () => findReady(grownBy(options.logFile, from)),
  });
  return { ...child, ready };
}

/** What a log has grown by since it had `from` bytes. */
function grownBy(logFile: string, from: number): string {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= from) return '';
  const text = Buffer.alloc(size - from);
  const file = openSync(logFile, 'r');
  readSync(file, text, 0, text.length, from);
  closeSync(file);
  return text.toString('utf8');
}

function findReady(log: string): ReadyLine | null {
  return linesWith<ReadyLine>(log, '"msg":"ready"').at(0) ?? null;
}

/** The component that a service was starting last (libs/service tells each), in words. */
function componentOf(log: string): string {
  const last = linesWith<{ component?: string }>(log, '"msg":"starting"').at(-1)?.component;
  return last === undefined ? 'its first sign of life' : `its component ${last}`;
}

/** The JSON lines of a log that hold a text; the last one may still be in the writing. */
function linesWith<T>(log: string, text: string): T[] {
  return log
    .split('\n')
    .filter((line) => line.includes(text))
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}
