import {
  ListCreditsResponse,
  ListDiscrepanciesResponse,
  ListDueResponse,
  ListInvoicesResponse,
  ListNotesResponse,
  ListPayablesResponse,
  ListReceivablesResponse,
  ListTransfersResponse,
  ListUnsettledResponse,
} from '@astrolabe/contracts/settlement';
import type {
  AccountCredit,
  DueOrder,
  Invoice,
  Payable,
  Receivable,
  SettlementNote,
  Transfer,
  UnsettledReceipt,
} from '@astrolabe/contracts/settlement';
import type { OrderRef } from '@astrolabe/contracts/common';
import { formatShanghai, yuanFromFen } from '@astrolabe/kernel';
import type { Backends } from './backends.ts';

type Money = Pick<Backends, 'mallMoneyAdmin' | 'moneyOverview' | 'notes' | 'settlement'>;
type Row = readonly string[];
type Query = Partial<Record<string, string>>;
type Page = { readonly size: number; readonly token: string };

/** A page as JSON and as rows of a file. */
type Read = { readonly json: unknown; readonly rows: readonly Row[]; readonly next: string };

type Ask<T> = (money: Money, sellerId: string, query: Query, page: Page) => Promise<T>;

/** One list of settlement: what it reads, and the columns of its file. */
export type SettlementList = { readonly columns: Row; readonly read: Ask<Read> };

/** A list by what it asks, and how the answer is written. */
const listOf = <Answer extends { readonly nextToken: string }>(
  columns: Row,
  ask: Ask<Answer>,
  { toJSON }: { readonly toJSON: (answer: Answer) => unknown },
  rowsOf: (answer: Answer) => readonly Row[],
): SettlementList => ({
  columns,
  read: async (...asked) => {
    const answer = await ask(...asked);
    return { json: toJSON(answer), rows: rowsOf(answer), next: answer.nextToken };
  },
});

const orderText = (ref: OrderRef | undefined): string =>
  ref ? `${ref.channel}/${ref.number}` : '';
const timeText = (at: Date | undefined): string => (at ? formatShanghai(at) : '');
const yuanText = (fen: bigint | undefined): string => (fen === undefined ? '' : yuanFromFen(fen));

const ORDER = '订单 Order';
const STATE = '状态 State';

/** An age that an address names; a text that is none is not asked for as another one. */
const daysOf = (text: string | undefined): { fromDays?: number } =>
  text === undefined || text === '' ? {} : { fromDays: /^\d{1,3}$/.test(text) ? Number(text) : -1 };

const receivableRow = (one: Receivable): Row => [
  orderText(one.orderRef),
  one.match,
  yuanText(one.amountFen),
  yuanText(one.billed.reduce((sum, { amountFen }) => sum + amountFen, 0n)),
  yuanText(one.differenceFen),
  [...new Set(one.billed.map(({ billNo }) => billNo))].join(' '),
  timeText(one.recordedAt),
];

const discrepancyRow = ({ orderRef, tradeNo, discrepancy }: Receivable): Row => [
  orderText(orderRef),
  tradeNo,
  discrepancy?.kind ?? '',
  yuanText(discrepancy?.payFen),
  yuanText(discrepancy?.platformPayFen),
  yuanText(discrepancy?.differenceFen),
  timeText(discrepancy?.foundAt),
];

const noteRow = (note: SettlementNote): Row => [
  note.noteId,
  note.noteNo,
  note.state,
  note.totalYuan,
  note.expectedYuan,
  note.discrepancies.map(({ kind, differenceYuan }) => `${kind} ${differenceYuan}`).join(' '),
  note.problem,
  timeText(note.readAt),
];

const unsettledRow = (receipt: UnsettledReceipt): Row => [
  orderText(receipt.orderRef),
  receipt.receiptNo || receipt.receiptId,
  timeText(receipt.receivedAt),
  receipt.settleableYuan,
  receipt.priceUnknown ? '是 Yes' : '',
];

const transferRow = (transfer: Transfer): Row => [
  transfer.bankNumber,
  transfer.account,
  transfer.state,
  yuanText(transfer.amountFen),
  yuanText(transfer.dueFen),
  yuanText(transfer.receivedFen),
  transfer.orders.map(({ number }) => number).join(' '),
  transfer.reason,
  timeText(transfer.submittedAt),
];

const invoiceRow = (invoice: Invoice): Row => [
  orderText(invoice.orderRef),
  invoice.serial,
  invoice.colour,
  invoice.state,
  invoice.reason,
  invoice.title,
  yuanText(invoice.totalFen),
  yuanText(invoice.taxFen),
  invoice.number,
  timeText(invoice.requestedAt),
  timeText(invoice.issuedAt),
];

const payableRow = (payable: Payable): Row => [
  orderText(payable.orderRef),
  payable.outOrderId,
  payable.supplierId,
  yuanText(payable.amountFen),
  yuanText(payable.differenceFen),
  timeText(payable.recordedAt),
];

const creditRow = (account: AccountCredit): Row => [
  account.account,
  yuanText(account.limitFen),
  yuanText(account.usedFen),
  String(account.openOrders),
  String(account.periodDays),
  yuanText(account.dueFen),
  yuanText(account.overdueFen),
  timeText(account.oldestReceivedAt),
];

const dueRow = (due: DueOrder): Row => [
  orderText(due.orderRef),
  yuanText(due.dueFen),
  timeText(due.receivedAt),
  due.dueDay,
  due.isOverdue ? '逾期 Overdue' : '',
];

/** Every list behind a number of the page, by its name in the address. */
export const SETTLEMENT_LISTS: Readonly<Record<string, SettlementList>> = {
  receivables: listOf(
    [
      ORDER,
      '对账 Match',
      '应收 Owed',
      '账单 Billed',
      '差额 Difference',
      '账单号 Bills',
      '入账 Recorded',
    ],
    ({ settlement }, sellerId, { match = '', channel = '', from }, page) =>
      settlement.call('listReceivables', { sellerId, page, match, channel, ...daysOf(from) }),
    ListReceivablesResponse,
    (answer) => answer.receivables.map(receivableRow),
  ),
  discrepancies: listOf(
    [
      ORDER,
      '平台单号 Trade',
      '原因 Reason',
      '我方 Ours',
      '平台 Theirs',
      '差额 Difference',
      '发现 Found',
    ],
    ({ settlement }, sellerId, { day = '' }, page) =>
      settlement.call('listDiscrepancies', { sellerId, day, page }),
    ListDiscrepanciesResponse,
    (answer) => answer.receivables.map(discrepancyRow),
  ),
  notes: listOf(
    [
      '结算单 ID Note',
      '单号 Number',
      STATE,
      '金额 Total',
      '应为 Expected',
      '差异 Differences',
      '问题 Problem',
      '读取 Read',
    ],
    ({ notes }, sellerId, { state = '', reason = '' }, page) =>
      notes.call('listNotes', { sellerId, state, reason, page }),
    ListNotesResponse,
    (answer) => answer.notes.map(noteRow),
  ),
  unsettled: listOf(
    [ORDER, '收货单 Receipt', '收货 Received', '待结算 To be settled', '单价未知 Price unknown'],
    ({ notes }, sellerId, _, page) => notes.call('listUnsettled', { sellerId, page }),
    ListUnsettledResponse,
    (answer) => answer.receipts.map(unsettledRow),
  ),
  transfers: listOf(
    [
      '银行流水 Bank number',
      '账号 Account',
      STATE,
      '金额 Amount',
      '应付 Due',
      '实收 Received',
      '订单 Orders',
      '原因 Reason',
      '提交 Submitted',
    ],
    ({ mallMoneyAdmin }, sellerId, { state = '' }, page) =>
      mallMoneyAdmin.call('listTransfers', { sellerId, state, page }),
    ListTransfersResponse,
    (answer) => answer.transfers.map(transferRow),
  ),
  invoices: listOf(
    [
      ORDER,
      '流水号 Serial',
      '颜色 Colour',
      STATE,
      '原因 Reason',
      '抬头 Title',
      '价税合计 Total',
      '税额 Tax',
      '发票号 Number',
      '申请 Requested',
      '开具 Issued',
    ],
    ({ mallMoneyAdmin }, sellerId, { state = 'REQUESTED', colour = '' }, page) =>
      mallMoneyAdmin.call('listInvoices', { sellerId, state, colour, page }),
    ListInvoicesResponse,
    (answer) => answer.invoices.map(invoiceRow),
  ),
  payables: listOf(
    [ORDER, '采购单 Dispatch', '供应商 Supplier', '应付 Owed', '超出预期 Beyond', '入账 Recorded'],
    ({ settlement }, sellerId, { kind = '' }, page) =>
      settlement.call('listPayables', { sellerId, kind, page }),
    ListPayablesResponse,
    (answer) => answer.payables.map(payableRow),
  ),
  credit: listOf(
    [
      '账号 Account',
      '额度 Limit',
      '已用 Used',
      '未结订单 Open',
      '账期（天） Days',
      '应付 Due',
      '逾期 Overdue',
      '最早收货 Oldest',
    ],
    ({ moneyOverview }, sellerId, _, page) => moneyOverview.call('listCredits', { sellerId, page }),
    ListCreditsResponse,
    (answer) => answer.accounts.map(creditRow),
  ),
  due: listOf(
    [ORDER, '应付 Due', '收货 Received', '到期日 Due day', '逾期 Overdue'],
    ({ moneyOverview }, sellerId, { account = '', overdue = '' }, page) =>
      moneyOverview.call('listDue', { sellerId, account, overdue: overdue === 'yes', page }),
    ListDueResponse,
    (answer) => answer.orders.map(dueRow),
  ),
};
