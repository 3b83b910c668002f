import type {
  Credit,
  Invoice as InvoiceMessage,
  InvoiceLine as LineMessage,
  MoneyEntry as EntryMessage,
  Transfer as TransferMessage,
} from '@astrolabe/contracts/settlement';
import type { OrderRef } from '@astrolabe/kernel';
import { usedFen } from '../../../domain/mall/credit.ts';
import type { CreditAccount } from '../../../domain/mall/credit.ts';
import { asOf, sumsOf } from '../../../domain/mall/invoice.ts';
import type { Invoice, InvoiceLine } from '../../../domain/mall/invoice.ts';
import type { MoneyEntry } from '../../../domain/mall/money.ts';
import type { Transfer } from '../../../domain/mall/transfer.ts';

const lineTo = ({ isTaxExempt, taxRate, ...line }: InvoiceLine): LineMessage => ({
  ...line,
  taxRate: isTaxExempt ? undefined : (taxRate ?? undefined),
});

/** An invoice of an order as others see it at an instant. */
export function invoiceTo(orderRef: OrderRef, stored: Invoice, now: Date): InvoiceMessage {
  const { requestId: _, lines, issuedAt, notes, ...invoice } = asOf(stored, now);
  return {
    ...invoice,
    orderRef,
    lines: lines.map(lineTo),
    ...sumsOf(lines),
    issuedAt: issuedAt ?? undefined,
    notes: [...notes],
  };
}

export const transferTo = ({ orders, ...transfer }: Transfer): TransferMessage => ({
  ...transfer,
  orders: [...orders],
  receivedFen: transfer.receivedFen ?? undefined,
  decidedAt: transfer.decidedAt ?? undefined,
  transferredAt: transfer.transferredAt ?? undefined,
});

export const entryTo = (entry: MoneyEntry): EntryMessage => entry;

export const creditTo = (account: CreditAccount): Credit => ({
  sellerId: account.sellerId,
  account: account.account,
  limitFen: account.limitFen,
  periodDays: account.periodDays,
  usedFen: usedFen(account),
  openOrders: account.taken.length,
});
