import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Receivable, Return } from '../domain/receivable.ts';
import { credit } from '../domain/receivable.ts';
import type { Receivables } from './ports.ts';

export type ReturnDeps = {
  readonly receivables: Pick<Receivables, 'change'>;
  readonly traceId: (name: OrderRef) => string;
  readonly clock: Clock;
};

/** What came back is not owed: each of its sub-orders is credited once. */
export const makeRecordReturn =
  (deps: ReturnDeps) =>
  (
    told: Omit<Return, 'traceId'>,
  ): Promise<Result<{ receivable: Receivable; recorded: boolean }, never>> =>
    deps.receivables.change(told.orderRef, (state) =>
      ok(credit(state, { ...told, traceId: deps.traceId(told.orderRef) }, deps.clock())),
    );
