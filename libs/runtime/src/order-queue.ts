import type { Clock, Due, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createWorkQueue } from '@astrolabe/service';
import type { Logger, WorkQueue } from '@astrolabe/service';
import { inOrderTrace } from '@astrolabe/telemetry';

type OrderQueueOptions = {
  /** Names the component in logs, and the queue in metrics. */
  readonly name: string;
  /** Names the span of one piece of work. */
  readonly span: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly work: (order: OrderRef) => Promise<void>;
  /** Orders whose work was due at `now`: left by a crash, or waiting for another attempt. */
  readonly due: (now: Date, limit: number) => Promise<Due<OrderRef>>;
};

/**
 * Work on orders beside requests and events, at once and by sweeping; one piece per order at a time.
 * A sweep has no caller, so the order's own trace is the parent either way.
 */
export const createOrderQueue = (options: OrderQueueOptions): WorkQueue<OrderRef> =>
  createWorkQueue<OrderRef>({
    name: options.name,
    work: (order) => inOrderTrace(order, options.span, () => options.work(order)),
    due: options.due,
    clock: options.clock,
    keyOf: orderKey,
    onError: (order, err) =>
      options.logger.error(
        { err, order: orderKey(order), queue: options.name },
        'work on an order failed unexpectedly',
      ),
    onSweepError: (err) => options.logger.warn({ err, queue: options.name }, 'a sweep failed'),
  });
