import type { Fen } from '@astrolabe/kernel';
import type { Match } from '../domain/billing.ts';
import type { CreditAccount } from '../domain/mall/credit.ts';
import type { Invoice } from '../domain/mall/invoice.ts';
import type { TransferState } from '../domain/mall/transfer.ts';
import type { PayableKind } from '../domain/payable.ts';
import type { Exact } from '../domain/procurement/exact.ts';
import type { Discrepancy as NoteDifference } from '../domain/procurement/match.ts';
import type { NoteState } from '../domain/procurement/note.ts';
import type { ReceivableSums } from '../domain/receivable-sums.ts';

export type ReceivableCounts = ReceivableSums & {
  /** Matches of which there are more than are in the counts. */
  readonly more: readonly Match[];
  readonly moreDiscrepancies: boolean;
  /** Older ones are still being counted, for the first time since the process began. */
  readonly isCounting: boolean;
};

export type NoteCounts = {
  readonly counts: readonly { readonly state: NoteState; readonly count: number }[];
  readonly reasons: readonly {
    readonly kind: NoteDifference['kind'];
    readonly count: number;
    readonly differenceYuan: Exact;
  }[];
  readonly mismatchedYuan: Exact;
  readonly isMore: boolean;
  /** Receipts of which no note has settled everything. */
  readonly unsettled: number;
  readonly unsettledYuan: Exact;
  readonly isMoreUnsettled: boolean;
  readonly unsettledNotCounted: number;
};

export type MallMoneyCounts = {
  readonly transfers: readonly {
    readonly state: TransferState;
    readonly count: number;
    /** Absent where nobody has to look at them. */
    readonly amountFen?: Fen;
    readonly isMore: boolean;
  }[];
  readonly invoices: readonly (Pick<Invoice, 'colour' | 'state'> & { readonly count: number })[];
  readonly notCounted: number;
};

export type PayableCounts = readonly {
  readonly kind: PayableKind;
  readonly count: number;
  readonly differenceFen?: Fen;
  readonly isMore: boolean;
}[];

/** What of an account's credit is due, and what is beyond its period. */
export type AccountDue = {
  readonly dueOrders: number;
  readonly dueFen: Fen;
  readonly overdueOrders: number;
  readonly overdueFen: Fen;
  readonly oldestReceivedAt: Date | null;
  readonly isMore: boolean;
};

/** What of a seller's money agrees, differs and waits, counted by indexes, or summed as it changes. */
export type Overview = {
  receivables(sellerId: string): Promise<ReceivableCounts>;
  notes(sellerId: string): Promise<NoteCounts>;
  mallMoney(sellerId: string): Promise<MallMoneyCounts>;
  payables(sellerId: string): Promise<PayableCounts>;
  due(account: Pick<CreditAccount, 'account' | 'periodDays' | 'sellerId'>): Promise<AccountDue>;
};
