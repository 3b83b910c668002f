import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { rmSync } from 'node:fs';
import { runCli } from './cli.ts';
import { loaded } from './command.ts';
import { GROUPS } from './groups.ts';
import { systemOf } from './local-system.ts';
import { createProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const streams = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const code = await runCli(words, {}, streams);
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

const LOADED = await loaded(GROUPS);
const COMMANDS = LOADED.flatMap(({ commands }) => commands);

/** Words as a shell takes them apart. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? '',
  );

test.each(['nonsense', 'constructor', 'toString', '__proto__'])(
  '%s is no command',
  async (word) => {
    const { code, errors } = await run(word);
    expect(code).toBe(2);
    expect(errors).toContain(`unknown command '${word}'`);
  },
);

test('what is close to a verb or an option is suggested', async () => {
  expect(await run('order', 'lst')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('Did you mean list?') as unknown,
  });
  expect(await run('order', 'list', '--selle', '7')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('Did you mean --seller?') as unknown,
  });
  expect(await run('order', 'list')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('--seller') as unknown,
  });
  expect((await run('stock', 'verify', 'more')).code).toBe(2);
  expect((await run('order', 'list', '--seller', '7', '--json', '--table')).code).toBe(2);
});

test('help that is asked for is no mistake; no words are', async () => {
  expect(await run('--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Exit codes') as unknown,
  });
  expect((await run()).code).toBe(2);
  expect((await run('order')).code).toBe(2);
});

test.each(COMMANDS.map(({ name, ...command }) => [name, command] as const))(
  '%s: its help has an example that is right',
  async (name, { examples, changes }) => {
    const { code, out } = await run(...name.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: astrolabe ${name.split(' ')[0]}`);
    expect(out.includes('--dry-run')).toBe(changes === true);
    expect(examples.length).toBeGreaterThan(0);
    const given: string[] = [];
    for (const example of examples) {
      expect(out).toContain(`astrolabe ${example}`);
      const quiet = { out: () => undefined, error: () => undefined };
      const program = createProgram(LOADED, quiet, async ({ command }) => {
        given.push(command.name);
      });
      await program.parseAsync(wordsOf(example), { from: 'user' });
    }
    expect(given).toEqual(examples.map(() => name));
  },
);

test('a former name of a group still works', async () => {
  const { out } = await run('routing', 'explain', '--help');
  expect(out).toContain('route explain');
});

test('words are completed in bash', async () => {
  const { out } = await run('completion', 'bash');
  const complete = (...words: string[]): string[] => {
    const script = `${out}
COMP_WORDS=(astrolabe ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_astrolabe; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  };
  expect(complete('or')).toEqual(['order']);
  expect(complete('order', 'li')).toEqual(['list']);
  expect(complete('routing', 'ex')).toEqual(['explain']);
  expect(complete('order', 'list', '--seller', '7', '--st')).toEqual(['--state']);
  expect((await run('completion', 'zsh')).out).toContain('#compdef astrolabe');
  expect((await run('completion', 'fish')).code).toBe(2);
});

test('a system that nobody names is the one that runs here; what is named is never mixed with it', () => {
  const file = join(folder, 'state.json');
  const operator = { ORDER_ADDRESS: '127.0.0.1:9103', SERVICE_KEY: 'local', WRONG: 7 };
  writeFileSync(file, JSON.stringify({ operator }));
  const environment = { ASTROLABE_STATE: file, TMALL_SECRET: 's' };
  expect(systemOf(environment)).toMatchObject({
    file,
    environment: { ORDER_ADDRESS: '127.0.0.1:9103', SERVICE_KEY: 'local', TMALL_SECRET: 's' },
  });
  const named = { ...environment, INVENTORY_ADMIN_ADDRESS: 'inventory:9302' };
  expect(systemOf(named)).toEqual({ file: null, environment: named });
  const none = { ASTROLABE_STATE: join(folder, 'none') };
  expect(systemOf(none)).toEqual({ file: null, environment: none });
});
