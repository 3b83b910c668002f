import { existsSync, globSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createNodesV2 } from '../bin/targets.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');

const [pattern, createNodes] = createNodesV2;
const files = globSync(pattern, { cwd: ROOT });
const targets = new Map(
  createNodes(files, undefined, { workspaceRoot: ROOT }).flatMap(([, { projects }]) =>
    Object.entries(projects).map(([folder, project]) => [folder, project.targets] as const),
  ),
);

/** The project whose folder holds a file. */
function projectOf(file: string): string | undefined {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    if (targets.has(folder)) return folder;
  }
  return undefined;
}

test('each app and library is linted and typechecked', () => {
  const folders = globSync('{apps,libs}/*', { cwd: ROOT }).filter((folder) =>
    existsSync(join(ROOT, folder, 'tsconfig.json')),
  );
  expect(folders.length).toBeGreaterThan(25);
  for (const folder of folders) {
    expect(Object.keys(targets.get(folder) ?? {}), folder).toEqual(
      expect.arrayContaining(['lint', 'typecheck']),
    );
  }
});

test('each test file belongs to a target of its project', () => {
  const found = globSync('{apps,libs,deploy}/**/*.test.ts', {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  });
  expect(found.length).toBeGreaterThan(200);
  for (const file of found) {
    const project = projectOf(file) ?? '';
    const kind = file.startsWith('apps/system-tests/')
      ? 'system'
      : file.endsWith('.int.test.ts')
        ? 'int'
        : 'test';
    expect(Object.keys(targets.get(project) ?? {}), file).toContain(kind);
  }
});

test('pages are typechecked for the browser, too', () => {
  const commands = targets.get('apps/console')?.['typecheck']?.options.commands;
  expect(commands).toContain('tsc -p {projectRoot}/tsconfig.web.json');
});
