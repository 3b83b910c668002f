import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { spawnService } from '@astrolabe/local-servers';
import { identityEnv, servers } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const MADE = 'price-watch';
/** A compiler, a test runner and a process start here, on machines that do other things, too. */
const STEP_MS = 240_000;
/** What is no part of the repository. */
const LEFT_OUT = new Set(['node_modules', '.git', '.nx', '.reports', '.astrolabe', 'dist']);

const tree = mkdtempSync(join(tmpdir(), 'astrolabe-new-service-'));
const run = (...args: string[]) =>
  spawnSync(process.execPath, args, {
    cwd: tree,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
const newService = (...args: string[]) => run('deploy/new-service/new-service.ts', ...args);
const textOf = (path: string) => readFileSync(join(tree, path), 'utf8');

beforeAll(() => {
  cpSync(ROOT, tree, { recursive: true, filter: (from) => !LEFT_OUT.has(basename(from)) });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

test('a name that cannot be, or is there already, is refused', () => {
  for (const [name, words] of [
    ['Price_Watch', 'small letters'],
    ['settlement', 'apps/settlement exists'],
    [`a${'-b'.repeat(30)}`, 'at most 40'],
  ] as const) {
    const { status, stderr } = newService(name);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  }
  expect(newService().stderr).toContain('usage');
});

test('a list that has another form: nothing is written', () => {
  const path = 'deploy/compose/prometheus.yaml';
  const before = textOf(path);
  execFileSync('sed', ['-i', 's/catalog-sync:9464/catalog:9464/', path], { cwd: tree });
  const { status, stderr } = newService(MADE);
  expect(status).toBe(1);
  expect(stderr).toContain(path);
  expect(existsSync(join(tree, 'apps', MADE))).toBe(false);
  expect(textOf('libs/local-stack/src/topology.ts')).not.toContain(MADE);
  execFileSync('sed', ['-i', 's/catalog:9464/catalog-sync:9464/', path], { cwd: tree });
  expect(textOf(path)).toBe(before);
});

test(
  'a new service is typed',
  () => {
    expect(newService(MADE)).toMatchObject({ status: 0, stderr: '' });
    // The libraries are found as an installation links them: those of this tree.
    expect(run('node_modules/.bin/tsc', '-p', `apps/${MADE}/tsconfig.json`)).toMatchObject({
      status: 0,
      stdout: '',
    });
  },
  STEP_MS,
);

test(
  'it stands in every list, and the checks of the manifests accept it',
  () => {
    const wiring = run(
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      'unit',
      'deploy/check/wiring',
    );
    expect(wiring.stdout).toMatch(/Tests +\S*\d+ passed/);
    expect(wiring.status).toBe(0);
  },
  STEP_MS,
);

test(
  'it starts, and is ready when database and broker answer',
  async () => {
    const service = await spawnService({
      entry: join(tree, 'apps', MADE, 'src/main.ts'),
      name: MADE,
      logFile: join(tree, `${MADE}.log`),
      env: {
        ...identityEnv(MADE),
        MONGODB_URI: servers().mongoUri,
        KAFKA_BROKERS: servers().kafkaBrokers,
        HEALTH_PORT: '0',
      },
    });
    const health = await fetch(`http://127.0.0.1:${service.ready.healthPort}/readyz`);
    expect(health.status).toBe(200);
    await service.stop();
    expect((await service.exited).code).toBe(0);
  },
  STEP_MS,
);
