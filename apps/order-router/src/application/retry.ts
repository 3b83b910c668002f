import type { Clock } from '@astrolabe/kernel';
import { routingOrderOf } from '../domain/allocation.ts';
import { reopened } from '../domain/retry.ts';
import { route } from '../domain/routing/route.ts';
import type { Handle } from './handle.ts';
import { lookAround } from './look.ts';
import type { LookDeps } from './look.ts';
import type { GoneStores, Notes, OrderName, Orders } from './ports.ts';

export type RetryDeps = LookDeps & {
  readonly orders: Pick<Orders, 'load' | 'dueRetries' | 'openAt'>;
  readonly gone: GoneStores;
  readonly handle: Handle;
  readonly notes: Pick<Notes, 'postponed'>;
  readonly clock: Clock;
  readonly inTrace: <T>(name: OrderName, work: () => Promise<T>) => Promise<T>;
};

/** Orders looked at in one run; the others are due in the next. */
const RETRY_LIMIT = 100;
const GONE_LIMIT = 100;

/**
 * Looks again at orders that failed for lack of a place, each when its time has come (the time is in
 * the document), and opens a new round for those that some place can serve now.
 */
export const makeRetryFailed = (deps: RetryDeps) => async (): Promise<number> => {
  const due = await deps.orders.dueRetries(deps.clock(), RETRY_LIMIT);
  for (const name of due) await quietly(deps, name, 'retry', () => lookAgain(deps, name));
  return due.length;
};

async function lookAgain(deps: RetryDeps, name: OrderName): Promise<void> {
  const order = (await deps.orders.load(name))?.state;
  if (!order) return;
  const input = await lookAround(deps, routingOrderOf(reopened(order), deps.clock()));
  const found = route(input).chosen !== null;
  await deps.handle(name, { kind: 'retryAllocation', found });
}

/**
 * Takes orders away from stores that were closed or deleted. A store is watched for a while, because
 * a decision that had looked at it before may still be on its way into an order.
 */
export const makeLeaveGoneStores = (deps: RetryDeps) => async (): Promise<number> => {
  let count = 0;
  for (const { sellerId, storeId } of await deps.gone.watched(deps.clock(), GONE_LIMIT)) {
    const open = await deps.orders.openAt(sellerId, storeId, RETRY_LIMIT);
    for (const name of open) {
      await quietly(deps, name, 'leave store', async () => {
        await deps.handle(name, { kind: 'storeGone', storeId });
      });
    }
    count += open.length;
  }
  return count;
};

/** One order's trouble must not hold up the others; it stays due. */
async function quietly(
  deps: RetryDeps,
  name: OrderName,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await deps.inTrace(name, work);
  } catch (error) {
    deps.notes.postponed(name, what, error);
  }
}
