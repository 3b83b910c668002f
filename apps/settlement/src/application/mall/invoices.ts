import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { issued } from '../../domain/mall/invoice.ts';
import type { Invoice, Issued, IssueRefusal } from '../../domain/mall/invoice.ts';
import { amended, requested } from '../../domain/mall/invoicing.ts';
import type { Amendment } from '../../domain/mall/invoicing.ts';
import type { LineQuantity, MallMoney } from '../../domain/mall/money.ts';
import { blueOf, released, useConfirmed, withRed } from '../../domain/mall/red.ts';
import type { RedRefusal } from '../../domain/mall/red.ts';
import type { Moneys } from './ports.ts';

export type InvoiceDeps = { readonly moneys: Pick<Moneys, 'change'>; readonly clock: Clock };

export type InvoiceRefusal =
  | IssueRefusal
  | RedRefusal
  | 'NOT_ISSUED'
  | 'NOT_WAITING'
  | 'ORDER_CANCELLED'
  | 'UNKNOWN_INVOICE'
  | 'UNKNOWN_ORDER';

type Changed = Promise<Result<Invoice, InvoiceRefusal>>;

/** What people and the mall do with the invoices of an order, each within the order's one document. */
export function makeInvoices({ moneys, clock }: InvoiceDeps) {
  const change = async (
    name: OrderRef,
    decide: (money: MallMoney) => Result<MallMoney, InvoiceRefusal>,
    pick: (invoices: readonly Invoice[]) => Invoice | null | undefined,
  ): Changed => {
    const stored = await moneys.change<InvoiceRefusal>(name, (money) =>
      money ? decide(money) : err('UNKNOWN_ORDER'),
    );
    if (!stored.ok) return stored;
    const found = pick(stored.value.invoices);
    return found ? ok(found) : err('UNKNOWN_INVOICE');
  };
  const replaced = (
    money: MallMoney,
    one: Invoice | null | undefined,
    by: (invoice: Invoice) => Result<Invoice, InvoiceRefusal>,
  ): Result<MallMoney, InvoiceRefusal> => {
    if (!one) return err('UNKNOWN_INVOICE');
    const next = by(one);
    if (!next.ok) return next;
    if (next.value === one) return ok(money);
    const invoices = money.invoices.map((invoice) => (invoice === one ? next.value : invoice));
    return ok({ ...money, invoices: released(invoices) });
  };
  const bySerial = (serial: string) => (invoices: readonly Invoice[]) =>
    invoices.find((invoice) => invoice.serial === serial);
  return {
    request: (name: OrderRef): Changed =>
      change(name, (money) => requested(money, clock()), blueOf),
    issued: (name: OrderRef, serial: string, by: Issued): Changed => {
      const named = bySerial(serial);
      return change(
        name,
        (money) =>
          replaced(money, named(money.invoices), (invoice) => issued(invoice, by, clock())),
        named,
      );
    },
    useConfirmed: (name: OrderRef, serial: string, at: Date): Changed => {
      const named = bySerial(serial);
      return change(
        name,
        (money) => replaced(money, named(money.invoices), (invoice) => useConfirmed(invoice, at)),
        named,
      );
    },
    red: (name: OrderRef, requestId: string, lines: readonly LineQuantity[]): Changed =>
      change(
        name,
        (money) => {
          const asked = withRed(money.invoices, requestId, lines, clock());
          return asked.ok ? ok({ ...money, invoices: asked.value }) : asked;
        },
        (invoices) => invoices.findLast((invoice) => invoice.requestId === requestId),
      ),
    amend: (name: OrderRef, by: Amendment): Changed =>
      change(
        name,
        (money) => replaced(money, blueOf(money.invoices), (invoice) => amended(invoice, by)),
        blueOf,
      ),
  };
}
