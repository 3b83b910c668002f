import type { Clock, OrderRef } from '@astrolabe/kernel';
import type { Handle } from './handle.ts';
import type { Notes } from './ports.ts';

export type SweepDeps = {
  /** Orders whose head step anybody may take over by now. */
  readonly due: (now: Date, limit: number) => Promise<readonly OrderRef[]>;
  readonly handle: Handle;
  readonly notes: Notes;
  readonly clock: Clock;
  /** Runs work of an order inside the order's trace. */
  readonly inTrace: <T>(name: OrderRef, work: () => Promise<T>) => Promise<T>;
};

/** Orders taken over in one sweep, and at the same time. */
const SWEEP_LIMIT = 200;
const SWEEP_CONCURRENCY = 16;

/**
 * Takes over orders whose step nobody finished (a crash, an answer that did not come) and drives them
 * on the same way as everything else. Returns how many there were.
 */
export const makeSweep = (deps: SweepDeps) => async (): Promise<number> => {
  const due = await deps.due(deps.clock(), SWEEP_LIMIT);
  const queue = [...due];
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name; name = queue.shift()) {
      const order = name;
      try {
        await deps.inTrace(order, () => deps.handle(order, { kind: 'stepTaken' }));
      } catch (error) {
        // The order stays due; the others must not wait for it.
        deps.notes.postponed(order, 'sweep', error);
      }
    }
  };
  await Promise.all(Array.from({ length: SWEEP_CONCURRENCY }, worker));
  if (due.length > 0) deps.notes.swept(due.length);
  return due.length;
};
