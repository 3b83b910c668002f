/**
 * The Nx targets that every project has, made from what lies in its folder, so that no package
 * repeats them and none can lack one:
 *   typecheck   for each `tsconfig*.json`
 *   lint        for its sources
 *   test        where it has unit tests; leaves a report in `.reports/test` that `npm test` counts
 *   int         where it has tests against real servers
 *   system      of the system tests: the pages are built first
 * What is special about one project (a benchmark, tests that read the whole tree) stands in its
 * package.json, which wins.
 */
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const WHOLE_FLOWS = 'apps/system-tests';

const run = (...commands) => ({
  executor: 'nx:run-commands',
  options: { cwd: '{workspaceRoot}', parallel: false, commands },
});

/** Vitest takes a part of a path as its filter. */
const vitest = (project, target) =>
  run(
    `vitest run --project ${project} {projectRoot}/ --reporter=default --reporter=json` +
      ` --outputFile.json=.reports/${target}/{projectRoot}.json`,
  );

/** @param {string} root of the workspace  @param {string} folder of the project */
function targetsOf(root, folder) {
  const files = (...patterns) => globSync(patterns, { cwd: join(root, folder) });
  const tests = files('*.test.ts', '{src,test}/**/*.test.ts');
  const int = tests.filter((file) => file.endsWith('.int.test.ts'));
  const configs = files('tsconfig*.json').toSorted();
  const targets = {
    lint: run('oxlint --type-aware --deny-warnings {projectRoot}'),
  };
  if (configs.length > 0) {
    targets.typecheck = run(...configs.map((file) => `tsc -p {projectRoot}/${basename(file)}`));
  }
  if (folder === WHOLE_FLOWS) return { ...targets, system: vitest('system', 'system') };
  if (tests.length > int.length) targets.test = vitest('unit', 'test');
  if (int.length > 0) targets.int = vitest('int', 'int');
  return targets;
}

export const createNodesV2 = [
  '{apps/*,libs/*,deploy/*}/{package,project}.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const folder = dirname(file);
      return [file, { projects: { [folder]: { targets: targetsOf(workspaceRoot, folder) } } }];
    }),
];
