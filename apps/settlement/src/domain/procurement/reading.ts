import type { Exact } from './exact.ts';

/** A row of a note as it was read; names that the platform did not give are empty. */
export type NoteRow = {
  readonly entryId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly receiptId: string;
  /** Null where no quantity was said. */
  readonly quantityMilli: bigint | null;
  readonly amount: Exact;
};

/** LIVE: it settles what it names. DORMANT: a draft, or returned by us. OVER: cancelled or ended, for good. */
export type NoteLife = 'DORMANT' | 'LIVE' | 'OVER';

/** What the platform says of a note (document 000, interface 15). */
export type Reading = {
  readonly noteNo: string;
  readonly life: NoteLife;
  /** The platform's word, as ours. */
  readonly status: string;
  readonly total: Exact;
  readonly rows: readonly NoteRow[];
  readonly payStatus: string;
  readonly needsInvoice: boolean;
  /** What could not be read, and what a person should look at. */
  readonly notes: readonly string[];
};
