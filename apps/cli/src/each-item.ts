import { Planned } from './planned.ts';
import { PartlyFailed, UsageError } from './invocation.ts';
import type { Invocation } from './invocation.ts';

/** One request of a command line does not ask for more. */
const ITEMS_MAX = 1_000;

/**
 * Does something for each of several items, one after the other, with a line for each: what `work` answers, or why it
 * failed. @throws PartlyFailed when some failed, Error when all did, UsageError for none or too many.
 */
export async function eachItem(
  { output }: Invocation,
  items: readonly string[],
  work: (item: string) => Promise<object>,
): Promise<void> {
  if (items.length === 0) throw new UsageError('nothing is named');
  if (items.length > ITEMS_MAX) throw new UsageError(`more than ${ITEMS_MAX} are named`);
  let failed = 0;
  for (const [index, item] of items.entries()) {
    output.progress(`${index + 1} of ${items.length}: ${item}`);
    try {
      output.row({ item, ok: true, ...(await work(item)) });
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (error instanceof Planned) {
        output.row({ item, ...error.row });
        continue;
      }
      failed += 1;
      output.row({
        item,
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
  if (failed === 0) return;
  const what = `${failed} of ${items.length} failed`;
  throw failed === items.length ? new Error(what) : new PartlyFailed(what);
}
