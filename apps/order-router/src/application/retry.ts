import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { routingOrderOf } from '../domain/allocation.ts';
import type { OrderCommand, OrderRefusal } from '../domain/commands.ts';
import type { OrderState } from '../domain/order.ts';
import { changeLines } from '../domain/order.ts';
import { couldHold, failedLines, mayBeAsked, reopened } from '../domain/retry.ts';
import type { Look } from '../domain/retry.ts';
import { route } from '../domain/routing/route.ts';
import type { Handle } from './handle.ts';
import { rehearse } from './rehearse.ts';
import type { Plan, RehearseDeps } from './rehearse.ts';
import { readRoutingInput } from './routing-input.ts';
import type { RoutingInputDeps } from './routing-input.ts';
import type { Catalog, GoneStores, Notes, Orders } from './ports.ts';

export type RetryDeps = RoutingInputDeps & {
  readonly catalog: Pick<Catalog, 'goods'>;
  readonly orders: Pick<Orders, 'load' | 'openAt'>;
  /** Failed orders that are to be looked at again by now. */
  readonly due: (now: Date, limit: number) => Promise<readonly OrderRef[]>;
  readonly gone: GoneStores;
  readonly handle: Handle;
  readonly notes: Pick<Notes, 'postponed'>;
  readonly clock: Clock;
  readonly inTrace: <T>(name: OrderRef, work: () => Promise<T>) => Promise<T>;
};

/** Orders looked at in one run; the others are due in the next. */
const RETRY_LIMIT = 100;
const GONE_LIMIT = 100;

/**
 * Looks again at orders that failed for lack of a place, each when its time has come (the time is in
 * the document), and opens a new round for those that some place can serve now.
 */
export const makeRetryFailed = (deps: RetryDeps) => async (): Promise<number> => {
  const due = await deps.due(deps.clock(), RETRY_LIMIT);
  for (const name of due) await quietly(deps, name, 'retry', () => lookAgain(deps, name));
  return due.length;
};

async function lookAgain(deps: RetryDeps, name: OrderRef): Promise<void> {
  const order = (await deps.orders.load(name))?.state;
  if (!order) return;
  const look = await lookAt(deps, order);
  await deps.handle(name, { kind: 'retryAllocation', askedBy: null, ...look });
}

export type RetryRefusal = OrderRefusal | 'NOTHING_FAILED' | 'NOTHING_FOUND';

/**
 * An operator has a failed order looked at now, whatever is left of its own looks. `NOTHING_FOUND`: it
 * stays as it is, for there is no place or no stock for it yet.
 */
export const makeRetryOrder =
  (deps: RetryDeps) =>
  async (name: OrderRef, operator: string): Promise<Result<OrderState, RetryRefusal>> => {
    const asked = await askedAgain(deps, name, operator);
    if (!asked.ok) return asked;
    const done = await deps.handle(name, asked.value.command);
    if (!done.ok) return done;
    return done.value ? ok(done.value) : err('UNKNOWN_TRADE');
  };

/** What an operator's look would change. */
export const makePlanRetry =
  (deps: RetryDeps & RehearseDeps) =>
  async (name: OrderRef, operator: string): Promise<Result<Plan, RetryRefusal>> => {
    const asked = await askedAgain(deps, name, operator);
    return asked.ok ? await rehearse(deps, asked.value.order, asked.value.command) : asked;
  };

async function askedAgain(
  deps: RetryDeps,
  name: OrderRef,
  askedBy: string,
): Promise<Result<{ order: OrderState; command: OrderCommand }, RetryRefusal>> {
  const order = (await deps.orders.load(name))?.state;
  if (!order) return err('UNKNOWN_TRADE');
  if (order.hold) return err('ON_HOLD');
  if (!mayBeAsked(order)) return err('NOTHING_FAILED');
  const look = await lookAt(deps, order);
  if (!look.found) return err('NOTHING_FOUND');
  return ok({ order, command: { kind: 'retryAllocation', askedBy, ...look } });
}

/** Whether a failed order could go on now: goods known and in stock, and a place where we choose it. */
async function lookAt(deps: RetryDeps, order: OrderState): Promise<Omit<Look, 'askedBy'>> {
  if (order.unfulfillable === null) {
    if (order.allocator === 'isv') return { found: true, goods: {} };
    const input = await readRoutingInput(deps, routingOrderOf(reopened(order), deps.clock()));
    return { found: route(input).chosen !== null, goods: {} };
  }
  const unknown = failedLines(order).filter(({ rides, goodsId }) => !rides && goodsId === '');
  const ids = await deps.catalog.goods(order.orderRef.sellerId, unknown);
  const goods = Object.fromEntries(
    unknown.flatMap(({ subOrderId }, index) => (ids[index] ? [[subOrderId, ids[index]]] : [])),
  );
  const lines = changeLines(order, Object.keys(goods), (line) => ({
    ...line,
    goodsId: goods[line.subOrderId] ?? '',
  }));
  const asked = new Set(failedLines(lines).map(({ goodsId }) => goodsId));
  const free = await deps.stock.free(
    order.orderRef.sellerId,
    [...asked].filter((id) => id !== ''),
  );
  return { found: couldHold(lines, free), goods };
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
  name: OrderRef,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await deps.inTrace(name, work);
  } catch (error) {
    deps.notes.postponed(name, what, error);
  }
}
