/** What has to be there before anything else can run. Plain JS without packages: runs on Node 20. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const NODE_MIN_MAJOR = 20;
/** Where node runs TypeScript by itself. */
const NODE_RUNS_TYPESCRIPT = [22, 18];
const PROBE_TIMEOUT_MS = 30_000;
const INSTALL_TIMEOUT_MS = 20 * 60_000;
const MODULES = join(ROOT, 'node_modules');
const LOCK = join(ROOT, 'package-lock.json');
/** Tells which lock file the installed packages came from; written last. */
const MARKER = join(MODULES, '.astrolabe-lock');
/** npm writes it at the end of an installation. */
const NPM_MARKER = join(MODULES, '.package-lock.json');

export class Missing extends Error {}

/** Environment in which `node` and the tools are those of node_modules. */
export const toolEnv = () => ({
  ...process.env,
  PATH: [join(MODULES, '.bin'), process.env.PATH ?? ''].join(delimiter),
  NX_DAEMON: 'false',
});

/** Installs the npm packages when they are missing or another lock file's. */
export async function prepare(log) {
  if (Number(process.versions.node.split('.')[0]) < NODE_MIN_MAJOR) {
    throw new Missing(
      `Node ${process.versions.node} is too old. How to get it: Node ${NODE_MIN_MAJOR} or newer, https://nodejs.org`,
    );
  }
  const hash = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  if (!isInstalled(hash)) await install(log);
  writeFileSync(MARKER, hash);
  return nodeBinary();
}

function isInstalled(hash) {
  if (existsSync(MARKER)) return readFileSync(MARKER, 'utf8') === hash;
  // Somebody ran npm by hand: good when that was after the lock file's last change.
  return existsSync(NPM_MARKER) && statSync(NPM_MARKER).mtimeMs >= statSync(LOCK).mtimeMs;
}

async function install(log) {
  if (spawnSync('npm', ['--version'], { timeout: PROBE_TIMEOUT_MS }).error) {
    throw new Missing(
      'npm is missing: packages come through it. How to get it: it comes with Node',
    );
  }
  log('npm packages: installing (npm ci)');
  rmSync(MARKER, { force: true });
  const run = await runCommand('npm', ['ci', '--ignore-scripts'], {
    cwd: ROOT,
    env: process.env,
    timeoutMs: INSTALL_TIMEOUT_MS,
    onTick: (seconds) => log(`npm packages: ${seconds} s`),
  });
  if (!run.ok) throw new Missing(`npm packages: npm ci failed\n${run.output.trimEnd()}`);
  log(`npm packages: done in ${run.seconds.toFixed(0)} s`);
}

/** The Node 24 that comes as a package; elsewhere than on Linux x64, a Node that is new enough. */
function nodeBinary() {
  const packaged = join(MODULES, '.bin/node');
  if (existsSync(packaged)) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = NODE_RUNS_TYPESCRIPT;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return process.execPath;
  throw new Missing(
    `Node ${process.versions.node} is too old on this system. How to get it: Node 24, https://nodejs.org`,
  );
}
