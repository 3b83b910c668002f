import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { mapOk } from '@astrolabe/kernel';
import { storeReported } from '../domain/report.ts';
import type { ReportRefusal, SentReport } from '../domain/report.ts';
import type { Allocations, Connections } from './ports.ts';

export type ReportStoreDeps = {
  readonly allocations: Pick<Allocations, 'change'>;
  readonly connections: Pick<Connections, 'find'>;
  readonly clock: Clock;
  readonly wake: (name: OrderRef) => void;
};

/** Takes what a store has done; durable when this answers, and told to the platform at once. */
export const makeReportStore =
  ({ allocations, connections, clock, wake }: ReportStoreDeps) =>
  async (
    name: OrderRef,
    sent: SentReport,
  ): Promise<Result<{ already: boolean }, ReportRefusal>> => {
    const connection = await connections.find(name.sellerId);
    const result = { already: false };
    const written = await allocations.change<ReportRefusal>(name, (current) =>
      mapOk(
        storeReported(current, sent, connection?.tmall != null, clock()),
        ({ allocation, already }) => {
          result.already = already;
          return allocation;
        },
      ),
    );
    if (!written.ok) return written;
    wake(name);
    return mapOk(written, () => result);
  };
