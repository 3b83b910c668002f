import type { OrderRefJson, ReceivableJson } from '../../api.ts';

/** Shapes of the API about money; 64-bit numbers are strings, absent fields are their zero value. */
export type ReceivableCountJson = {
  match: string;
  channel: string;
  fromDays?: number;
  count?: number;
  amountFen?: string;
  differenceFen?: string;
};

export type ReceivablesCountJson = {
  counts?: ReceivableCountJson[];
  more?: string[];
  recentMatched?: number;
  recentAll?: number;
  discrepancies?: { kind: string; count?: number; differenceFen?: string }[];
  moreDiscrepancies?: boolean;
  notCounted?: number;
  /** Older ones are still being counted. */
  isCounting?: boolean;
};

export type NotesCountJson = {
  counts?: { state: string; count?: number }[];
  reasons?: { kind: string; count?: number; differenceYuan?: string }[];
  mismatchedYuan?: string;
  unsettled?: number;
  unsettledYuan?: string;
  isMoreUnsettled?: boolean;
  unsettledNotCounted?: number;
  isMore?: boolean;
};

export type MallCountJson = {
  transfers?: { state: string; count?: number; amountFen?: string; isMore?: boolean }[];
  invoices?: { colour: string; state: string; count?: number }[];
  notCounted?: number;
};

export type PayablesCountJson = {
  counts?: { kind: string; count?: number; differenceFen?: string; isMore?: boolean }[];
};

export type CreditJson = {
  account: string;
  limitFen?: string;
  usedFen?: string;
  openOrders?: number;
  periodDays?: number;
  dueOrders?: number;
  dueFen?: string;
  overdueOrders?: number;
  overdueFen?: string;
  oldestReceivedAt?: string;
  isMore?: boolean;
};

export type MatchedJson = ReceivableJson & {
  tradeNo?: string;
  match?: string;
  differenceFen?: string;
  billed?: { billNo: string; rowNo: string; amountFen?: string }[];
  discrepancy?: {
    kind?: string;
    differenceFen?: string;
    payFen?: string;
    platformPayFen?: string;
    foundAt?: string;
  };
};

export type NoteJson = {
  noteId: string;
  noteNo?: string;
  state?: string;
  totalYuan?: string;
  expectedYuan?: string;
  discrepancies?: { kind: string; differenceYuan?: string; detail?: string }[];
  problem?: string;
  readAt?: string;
  /** Of notes that are matched or accepted, what is owed. */
  amountFen?: string;
};

export type UnsettledJson = {
  orderRef: OrderRefJson;
  receiptId: string;
  receiptNo?: string;
  receivedAt?: string;
  lines?: { lineId: string; receivedMilli?: string; settledMilli?: string }[];
  settleableYuan?: string;
  priceUnknown?: boolean;
};

export type TransferJson = {
  bankNumber: string;
  account?: string;
  state?: string;
  orders?: OrderRefJson[];
  amountFen?: string;
  dueFen?: string;
  receivedFen?: string;
  submittedAt?: string;
};

export type InvoiceJson = {
  orderRef: OrderRefJson;
  serial: string;
  colour?: string;
  state?: string;
  reason?: string;
  title?: string;
  totalFen?: string;
  number?: string;
  requestedAt?: string;
  issuedAt?: string;
};

export type PayableJson = {
  orderRef: OrderRefJson;
  outOrderId: string;
  supplierId?: string;
  amountFen?: string;
  differenceFen?: string;
  recordedAt?: string;
};

export type DueJson = {
  orderRef: OrderRefJson;
  dueFen?: string;
  receivedAt?: string;
  dueDay?: string;
  isOverdue?: boolean;
};
