import { readFileSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './cache.ts';
import type { Child } from './child.ts';
import { START_PATIENCE, watchStart } from './patience.ts';
import type { Activity, Patience } from './patience.ts';
import { waitingInWords } from './waiting.ts';
import type { Waiting } from './waiting.ts';
import { exitInWords, logInWords, overloadInWords } from './words.ts';
import type { Exit } from './words.ts';

/** A process did not get ready; the message says which, why, and how its log ends. */
export class StartFailure extends Error {
  override readonly name: string = 'StartFailure';
}

/** A start that its caller broke off. */
export class StartAbandoned extends StartFailure {
  override readonly name = 'StartAbandoned';
}

/** What the caller of a start may want: news of one that takes long, and a way to break it off. */
export type StartOptions = {
  log?: Progress;
  /** Told of a start that takes long, instead of `log`. */
  onWaiting?: (waiting: Waiting) => void;
  signal?: AbortSignal;
  patience?: Patience;
};

export type Readiness<T> = StartOptions & {
  /** What the probe waits for, in words: "its port 9092", "its component mongodb". */
  waitsFor: () => string;
  /** Answers null as long as the process is not ready. */
  probe: () => Promise<T | null> | T | null;
};

const PROBE_EVERY_MS = 25;
const LOOK_EVERY_MS = 250;
const LOG_LINES = 20;
/** Ticks of /proc are hundredths of a second. */
const TICK_MS = 10;

/**
 * Waits until `probe` answers something: as long as the process makes progress, because on a busy
 * machine a fixed time is wrong. Tells `log` what it waits for. Ends the process and throws
 * StartFailure when it stands still, StartAbandoned when `signal` says so; a process that ended by
 * itself is a StartFailure at once.
 */
export async function untilReady<T>(child: Child, readiness: Readiness<T>): Promise<T> {
  const { waitsFor, probe, log = () => {}, signal, patience = START_PATIENCE } = readiness;
  const { onWaiting = (waiting) => log(whatWaits([waiting])) } = readiness;
  const ending: { exit: Exit | null } = { exit: null };
  void child.exited.then((how) => {
    ending.exit = how;
  });
  const startedAt = performance.now();
  const watch = watchStart(patience, startedAt);
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  let lookedAt = startedAt;
  for (;;) {
    const answer = await probe();
    if (answer !== null) return answer;
    if (ending.exit !== null) throw failure(child, `${exitInWords(ending.exit)} while starting`);
    if (signal?.aborted) {
      await child.stop(0);
      throw new StartAbandoned(`${child.name}: the start was broken off`);
    }
    if (performance.now() - lookedAt < LOOK_EVERY_MS) {
      await delay(PROBE_EVERY_MS);
      continue;
    }
    lookedAt = performance.now();
    const verdict = watch.look(lookedAt, activityOf(child));
    if (verdict === 'notice') {
      const elapsedMs = lookedAt - startedAt;
      onWaiting({ name: child.name, elapsedMs, waitsFor: waitsFor() });
    } else if (verdict !== 'wait') {
      const waited = `was not ready after ${elapsed()}: it waited for ${waitsFor()}`;
      const quiet = `and has done nothing for ${patience.quietMs / 1000} s`;
      const reason = overloadInWords();
      const why = [waited, verdict === 'quiet' ? quiet : ''].filter(Boolean).join(' ');
      await child.stop(0);
      throw failure(child, reason ? `${why}; ${reason}` : why);
    }
    await delay(PROBE_EVERY_MS);
  }
}

/** What is not ready yet, in one line with the reason. */
export const whatWaits = (all: readonly Waiting[]): string =>
  waitingInWords(all, overloadInWords() ?? 'it is given more time while it works');

function failure(child: Child, why: string): StartFailure {
  const end = logInWords(child.logFile, LOG_LINES);
  const tail = end === '' ? 'is empty' : `ends with:\n${end.replaceAll(/^/gm, '    ')}`;
  return new StartFailure(`${child.name} ${why}.\n  Its log ${child.logFile} ${tail}`);
}

function activityOf(child: Child): Activity {
  return {
    logBytes: statSync(child.logFile, { throwIfNoEntry: false })?.size ?? 0,
    cpuMs: processorTimeOf(child.pid),
  };
}

/** Processor time of a process in ms; 0 where the system does not say. */
function processorTimeOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    // Gone already, or no Linux: the log alone tells then.
    return 0;
  }
}

/** Waits until a server accepts connections on its port. */
export async function untilListening(
  child: Child,
  port: number,
  start: StartOptions = {},
): Promise<void> {
  const waitsFor = () => `its port ${port} to accept connections`;
  await untilReady(child, { ...start, waitsFor, probe: () => accepts(port) });
}

/** Whether something accepts connections on a local port. */
function accepts(port: number): Promise<true | null> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(null));
  });
}
