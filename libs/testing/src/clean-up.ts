/** What is still to be done when a file's tests are over. */
const pending: (() => Promise<void>)[] = [];

/**
 * Does something when the tests of this file are over, the newest first, however they ended. Unlike
 * vitest's `afterAll` it may be called from a hook or a test too.
 */
export const cleanUpWith = (work: () => Promise<void>): void => void pending.push(work);

/** Does all of it; one failure does not keep the others from being done. For the setup of every test file. */
export async function cleanUp(): Promise<void> {
  const failures: unknown[] = [];
  for (let work = pending.pop(); work; work = pending.pop()) {
    await work().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything was cleaned up');
}
