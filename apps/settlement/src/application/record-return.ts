import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { PartRefusal, PartReturn, Receivable, Return } from '../domain/receivable.ts';
import { credit, creditParts } from '../domain/receivable.ts';
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

/** Parts of a sale that came back to its till, each credited once with what was paid for it. */
export const makeRecordPartReturn =
  (deps: ReturnDeps) =>
  (
    told: Omit<PartReturn, 'traceId'>,
  ): Promise<Result<{ receivable: Receivable; recorded: boolean }, PartRefusal>> =>
    deps.receivables.change(told.orderRef, (state) =>
      creditParts(state, { ...told, traceId: deps.traceId(told.orderRef) }, deps.clock()),
    );
