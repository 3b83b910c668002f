import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import type { Receivable, RecordRefusal, Shipment } from '../domain/receivable.ts';
import { record } from '../domain/receivable.ts';
import type { Receivables } from './ports.ts';

export type RecordDeps = {
  readonly receivables: Pick<Receivables, 'change'>;
  readonly traceId: (name: OrderRef) => string;
  readonly clock: Clock;
};

/** What was shipped is owed: one receivable per order, each of its sub-orders once. */
export const makeRecordShipment =
  (deps: RecordDeps) =>
  (
    shipment: Omit<Shipment, 'traceId'>,
  ): Promise<Result<{ receivable: Receivable; recorded: boolean }, RecordRefusal>> =>
    deps.receivables.change(shipment.orderRef, (state) =>
      record(state, { ...shipment, traceId: deps.traceId(shipment.orderRef) }, deps.clock()),
    );
