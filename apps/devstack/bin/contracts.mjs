/**
 * Checks of the protobuf contracts that need more than one command:
 *   contracts.mjs breaking   no breaking change against what main has committed
 *   contracts.mjs generated  the committed code is what the .proto files generate
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from './prepare.mjs';

const GENERATED = 'libs/contracts/src/gen';
const COMMAND_TIMEOUT_MS = 120_000;

const say = (line) => process.stdout.write(`${line}\n`);
const buf = (...args) =>
  spawnSync('buf', args, { cwd: ROOT, stdio: 'inherit', timeout: COMMAND_TIMEOUT_MS }).status === 0;
const git = (...args) =>
  spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', timeout: COMMAND_TIMEOUT_MS });

/** Unpacks the .proto files of a commit into `target`. */
function unpack(commit, target) {
  const archive = execFileSync('git', ['archive', commit, 'proto'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  execFileSync('tar', ['-x', '-C', target], { input: archive });
}

function breaking(folder) {
  const base = ['main', 'origin/main'].find(
    (name) => git('cat-file', '-e', `${name}:proto/buf.yaml`).status === 0,
  );
  if (!base) {
    say('no main branch with contracts here: there is nothing to break');
    return true;
  }
  unpack(base, folder);
  return buf('breaking', 'proto', '--against', join(folder, 'proto'));
}

/** Contents of the files below a folder, by relative path. */
function contents(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

function generated(folder) {
  if (!buf('generate', 'proto', '--template', 'proto/buf.gen.yaml', '-o', folder)) return false;
  const wanted = contents(join(folder, GENERATED));
  const committed = contents(join(ROOT, GENERATED));
  const stale = [...new Set([...wanted.keys(), ...committed.keys()])].filter(
    (path) => wanted.get(path) !== committed.get(path),
  );
  for (const path of stale) say(`${GENERATED}/${path} is not what the contracts generate`);
  if (stale.length > 0) say('run: npm run gen');
  return stale.length === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-contracts-'));
try {
  const check = { breaking, generated }[process.argv[2]];
  if (!check) throw new Error('usage: contracts.mjs breaking|generated');
  process.exitCode = check(folder) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
