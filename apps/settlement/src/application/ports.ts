import type { OrderRef, Result } from '@astrolabe/kernel';
import type { Match } from '../domain/billing.ts';
import type { Payable, PayableKind } from '../domain/payable.ts';
import type { Receivable, RecordRefusal } from '../domain/receivable.ts';

export type ReceivableQuery = {
  readonly sellerId: string;
  /** Those alone whose discrepancy was found from an instant on, and before another one. */
  readonly discrepancies?: { readonly from: Date; readonly to: Date | null };
  /** Those alone that bills have matched so; of one channel unless that is empty, of one age unless that is null. */
  readonly matched?: {
    readonly match: Match;
    readonly channel: string;
    readonly fromDays: number | null;
  };
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

export type ReceivablePage = { readonly items: readonly Receivable[]; readonly next: string };

/** One document per order; a change is stored together with the event that tells it. */
export type Receivables = {
  load(name: OrderRef): Promise<Receivable | null>;
  /** Writes and tells only when `change` gives another state than the one it got. */
  change<E = RecordRefusal>(
    name: OrderRef,
    change: (state: Receivable | null) => Result<Receivable, E>,
  ): Promise<Result<{ receivable: Receivable; recorded: boolean }, E>>;
  /** A page of a seller's receivables, newest first; `next` is empty on the last page. */
  list(query: ReceivableQuery): Promise<Result<ReceivablePage, 'INVALID_PAGE_TOKEN'>>;
};

/** One document per dispatch. */
export type Payables = {
  /** False when it was recorded before: a payable is booked once. */
  record(payable: Payable): Promise<boolean>;
  /** A seller's payables of one kind, or of every one, by their names; `after` is `next` of the page before, empty for the first. */
  list(
    sellerId: string,
    kind: PayableKind | null,
    limit: number,
    after: string,
  ): Promise<{ readonly items: readonly Payable[]; readonly next: string }>;
};
