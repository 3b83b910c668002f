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
import { asOf, discountIdOf, sumsOf } from '../../../domain/mall/invoice.ts';
import type { Invoice, InvoiceLine } from '../../../domain/mall/invoice.ts';
import type { MoneyEntry } from '../../../domain/mall/money.ts';
import type { Transfer } from '../../../domain/mall/transfer.ts';

/** The rows of a line: itself, and right after it what was taken off. */
function rowsOf({ isTaxExempt, taxRate, discount, ...line }: InvoiceLine): LineMessage[] {
  const row = {
    ...line,
    taxRate: isTaxExempt ? undefined : (taxRate ?? undefined),
    isDiscount: false,
  };
  if (!discount) return [row];
  const bare = { lineId: discountIdOf(line.lineId), quantityMilli: 0n, unitPriceE8: 0n };
  return [row, { ...row, ...discount, ...bare, isDiscount: true }];
}

/** An invoice of an order as others see it at an instant. */
export function invoiceTo(orderRef: OrderRef, stored: Invoice, now: Date): InvoiceMessage {
  const { requestId: _, lines, issuedAt, notes, useConfirmedAt, ...invoice } = asOf(stored, now);
  return {
    ...invoice,
    orderRef,
    lines: lines.flatMap(rowsOf),
    ...sumsOf(lines),
    issuedAt: issuedAt ?? undefined,
    useConfirmedAt,
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
