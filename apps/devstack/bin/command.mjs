/** Child processes that are bounded in time and leave nothing behind. Plain JS: runs on Node 20. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';
const FORCE_AFTER_MS = 10_000;
const OUTPUT_GRACE_MS = 2_000;
const OUTPUT_MAX_CHARS = 256 * 1024;
/** npm and the terminal may both pass the same Ctrl-C on: what comes this close is one signal. */
const SAME_SIGNAL_MS = 500;

/** Process groups that run now, so that an interrupt ends them all. */
const running = new Set();

/** Has the kernel end the program when this process dies, where the system can do it. */
const guarded = (command, args) =>
  existsSync(SETPRIV)
    ? [SETPRIV, ['--pdeathsig', 'TERM', '--', command, ...args]]
    : [command, args];

/** Signals the child and everything it started in its group. */
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already, or never started.
  }
}

/**
 * Runs a command to its end, with its output kept (the last 256 K characters). Resolves
 * `{ ok, output, seconds }`; a command that takes longer than `timeoutMs` is ended and not ok.
 * `onTick(seconds)` is called every 30 s.
 */
export function runCommand(command, args, { cwd, env, timeoutMs, onTick = () => {} }) {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  return new Promise((resolve) => {
    let output = '';
    let failure = null;
    let force;
    const child = spawn(...guarded(command, args), {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_MAX_CHARS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const tick = setInterval(() => onTick(Math.round(seconds())), 30_000);
    const timer = setTimeout(() => {
      failure = `ended: it took longer than ${timeoutMs / 1000} s`;
      signalGroup(child, 'SIGTERM');
      force = setTimeout(() => signalGroup(child, 'SIGKILL'), FORCE_AFTER_MS);
    }, timeoutMs);
    const finish = (code) => {
      for (const pending of [timer, force]) clearTimeout(pending);
      clearInterval(tick);
      running.delete(child);
      if (failure) output += `\n${failure}\n`;
      resolve({ ok: code === 0 && !failure, output, seconds: seconds() });
    };
    child.once('error', (error) => {
      failure = error.code === 'ENOENT' ? `${command} is not on PATH` : error.message;
      finish(null);
    });
    child.once('close', finish);
    child.once('exit', (code) => {
      // Something it left behind may hold its output open for ever.
      setTimeout(() => finish(code), OUTPUT_GRACE_MS).unref();
    });
  });
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * On Ctrl-C or a termination: ends what runs, then this process. Returns a function that takes this
 * arrangement back.
 */
export function endTogether() {
  const end = (signal) => {
    const leave = () => process.exit(EXIT_CODES[signal]);
    for (const child of running) signalGroup(child, 'SIGTERM');
    setTimeout(() => {
      for (const child of running) signalGroup(child, 'SIGKILL');
      leave();
    }, FORCE_AFTER_MS);
    setInterval(() => {
      if (running.size === 0) leave();
    }, 50);
  };
  for (const signal of Object.keys(EXIT_CODES)) process.on(signal, end);
  return () => {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, end);
  };
}

/**
 * Hands over to a program: it gets the terminal's output and our signals, we get its exit code. It
 * runs in a group of its own, so that each Ctrl-C reaches it once.
 */
export function handOver(command, args, { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(...guarded(command, args), {
      cwd,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    let last = -Infinity;
    for (const signal of Object.keys(EXIT_CODES)) {
      process.on(signal, () => {
        if (performance.now() - last < SAME_SIGNAL_MS) return;
        last = performance.now();
        child.kill(signal);
      });
    }
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
