import { defineConfig } from 'vitest/config';

/** Gives every test file's process an identity for its calls, and cleans up when the file is over. */
const setupFiles = ['libs/testing/src/file-setup.ts'];

/**
 * Tests against real servers race with them. What passes on its second try is named at the end of
 * `npm test`, with what its first said.
 */
const retry = 1;

/** Three disjoint suites by file suffix; a missing server is a failure, never a skip. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          include: [
            'libs/*/{src,test}/**/*.test.ts',
            'apps/*/{src,test}/**/*.test.ts',
            'deploy/check/*.test.ts',
          ],
          exclude: ['**/*.int.test.ts', 'apps/system-tests/**', '**/node_modules/**'],
          // Properties and explorations take as long as the machine needs: one explores for a minute on a busy one.
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'int',
          setupFiles,
          include: ['libs/*/{src,test}/**/*.int.test.ts', 'apps/*/{src,test}/**/*.int.test.ts'],
          exclude: ['apps/system-tests/**', '**/node_modules/**'],
          globalSetup: ['libs/testing/src/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          retry,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'system',
          setupFiles,
          include: ['apps/system-tests/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: [
            'libs/testing/src/global-setup.ts',
            'apps/system-tests/src/global-setup.ts',
          ],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          retry,
          // A platform waits more than it works: two of them share two cores.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
