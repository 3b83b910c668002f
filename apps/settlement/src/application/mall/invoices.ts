import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { issued } from '../../domain/mall/invoice.ts';
import type { Invoice, Issued, IssueRefusal } from '../../domain/mall/invoice.ts';
import { amended, requested } from '../../domain/mall/invoicing.ts';
import type { Amendment } from '../../domain/mall/invoicing.ts';
import type { LineQuantity, MallMoney, MoneyEntry } from '../../domain/mall/money.ts';
import { blueOf, released, useConfirmed, withRed } from '../../domain/mall/red.ts';
import type { RedRefusal } from '../../domain/mall/red.ts';
import type { Moneys } from './ports.ts';

export type InvoiceDeps = {
  readonly moneys: Pick<Moneys, 'change' | 'load'>;
  readonly clock: Clock;
};

/** What a person does: who, and whether it is only looked at. */
export type Deed = { readonly actor: string; readonly dryRun: boolean };

export type InvoiceRefusal =
  | IssueRefusal
  | RedRefusal
  | 'INVALID_LINE'
  | 'NOT_ISSUED'
  | 'NOT_WAITING'
  | 'ORDER_CANCELLED'
  | 'UNKNOWN_INVOICE'
  | 'UNKNOWN_ORDER';

type Changed = Promise<Result<Invoice, InvoiceRefusal>>;

type Choose = (invoices: readonly Invoice[]) => Invoice | null | undefined;
type Decide = (money: MallMoney) => Result<MallMoney, InvoiceRefusal>;

/** What people and the mall do with the invoices of an order, each within the order's one document. */
export function makeInvoices({ moneys, clock }: InvoiceDeps) {
  const change = async (name: OrderRef, decide: Decide, pick: Choose, dryRun = false): Changed => {
    const known = (money: MallMoney | null): Result<MallMoney, InvoiceRefusal> =>
      money ? decide(money) : err('UNKNOWN_ORDER');
    const stored = dryRun
      ? known(await moneys.load(name))
      : await moneys.change<InvoiceRefusal>(name, known);
    if (!stored.ok) return stored;
    const found = pick(stored.value.invoices);
    return found ? ok(found) : err('UNKNOWN_INVOICE');
  };
  const replaced = makeReplaced(clock);
  return {
    request: (name: OrderRef): Changed =>
      change(name, (money) => requested(money, clock()), blueOf),
    issued: (name: OrderRef, serial: string, by: Issued, { actor, dryRun }: Deed): Changed => {
      const [named, told] = [bySerial(serial), { cause: 'INVOICE_ISSUED', actor } as const];
      const decide: Decide = (money) =>
        replaced(money, named(money.invoices), (one) => issued(one, by, clock()), told);
      return change(name, decide, named, dryRun);
    },
    useConfirmed: (name: OrderRef, serial: string, at: Date): Changed => {
      const named = bySerial(serial);
      const decide: Decide = (money) =>
        replaced(money, named(money.invoices), (one) => useConfirmed(one, at));
      return change(name, decide, named);
    },
    red: (name: OrderRef, requestId: string, lines: readonly LineQuantity[]): Changed => {
      const decide: Decide = (money) => {
        const asked = withRed(money.invoices, requestId, lines, clock());
        return asked.ok ? ok({ ...money, invoices: asked.value }) : asked;
      };
      return change(name, decide, (invoices) =>
        invoices.findLast((invoice) => invoice.requestId === requestId),
      );
    },
    /** `serial`: of the invoice that is meant; empty: the one that stands. */
    amend: (name: OrderRef, serial: string, by: Amendment, { actor, dryRun }: Deed): Changed => {
      const told = { cause: 'INVOICE_AMENDED', actor } as const;
      const meant: Choose = (invoices) => {
        const blue = blueOf(invoices);
        return serial === '' || blue?.serial === serial ? blue : null;
      };
      const decide: Decide = (money) =>
        replaced(money, meant(money.invoices), (one) => amended(one, by), told);
      return change(name, decide, meant, dryRun);
    },
  };
}

const bySerial =
  (serial: string): Choose =>
  (invoices) =>
    invoices.find((invoice) => invoice.serial === serial);

/** An order's money with another invoice in the place of one; `told`: who has changed it, where that is kept. */
const makeReplaced =
  (clock: Clock) =>
  (
    money: MallMoney,
    one: Invoice | null | undefined,
    by: (invoice: Invoice) => Result<Invoice, InvoiceRefusal>,
    told?: Pick<MoneyEntry, 'actor' | 'cause'>,
  ): Result<MallMoney, InvoiceRefusal> => {
    if (!one) return err('UNKNOWN_INVOICE');
    const next = by(one);
    if (!next.ok) return next;
    if (next.value === one) return ok(money);
    const invoices = money.invoices.map((invoice) => (invoice === one ? next.value : invoice));
    const entry = told && { ...told, message: one.serial, amountFen: 0n, at: clock() };
    const entries = entry ? [...money.entries, entry] : money.entries;
    return ok({ ...money, entries, invoices: released(invoices) });
  };
