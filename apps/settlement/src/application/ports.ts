import type { OrderRef, Result } from '@astrolabe/kernel';
import type { Receivable, RecordRefusal } from '../domain/receivable.ts';

export type ReceivableQuery = {
  readonly sellerId: string;
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
