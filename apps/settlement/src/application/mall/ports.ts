import type { Due, EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import type { CreditAccount } from '../../domain/mall/credit.ts';
import type { Invoice, InvoiceState } from '../../domain/mall/invoice.ts';
import type { MallMoney } from '../../domain/mall/money.ts';
import type { Transfer, TransferState } from '../../domain/mall/transfer.ts';

export type Paging = {
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

export type Listed<T> = Result<
  { readonly items: readonly T[]; readonly next: string },
  'INVALID_PAGE_TOKEN'
>;

/** One document per order of a mall. */
export type Moneys = {
  load(name: OrderRef): Promise<MallMoney | null>;
  /**
   * The money after the change. An event that was applied before, named by `from`, changes nothing.
   */
  record(
    name: OrderRef,
    from: EventOrigin | null,
    change: (state: MallMoney | null) => MallMoney,
  ): Promise<MallMoney>;
  /** The money after the change; a refusal writes nothing. */
  change<E>(
    name: OrderRef,
    change: (state: MallMoney | null) => Result<MallMoney, E>,
  ): Promise<Result<MallMoney, E>>;
  /** Orders of an account that were placed from an instant on and before another one, the oldest first. */
  placedWithin(
    query: Paging & {
      readonly sellerId: string;
      readonly account: string;
      readonly from: Date;
      readonly to: Date;
    },
  ): Promise<Listed<MallMoney>>;
  /** Orders of an account that are due, those alone that were received before an instant unless it is null; the oldest first. */
  due(
    query: Paging & {
      readonly sellerId: string;
      readonly account: string;
      readonly before: Date | null;
    },
  ): Promise<Listed<MallMoney>>;
  /** Orders that have an invoice of this state and colour, the oldest first. */
  withInvoice(
    query: Paging & {
      readonly sellerId: string;
      readonly state: InvoiceState;
      /** Null: of both. */
      readonly colour: Invoice['colour'] | null;
    },
  ): Promise<Listed<MallMoney>>;
};

/** One document per account of a seller; it decides alone what fits its limit. */
export type Credits = {
  load(sellerId: string, account: string): Promise<CreditAccount | null>;
  record(
    sellerId: string,
    account: string,
    change: (state: CreditAccount | null) => CreditAccount,
  ): Promise<CreditAccount>;
  /** The account after the change; a refusal writes nothing. */
  change<E>(
    sellerId: string,
    account: string,
    change: (state: CreditAccount | null) => Result<CreditAccount, E>,
  ): Promise<Result<CreditAccount, E>>;
  /** A seller's accounts, the oldest first. */
  list(query: Paging & { readonly sellerId: string }): Promise<Listed<CreditAccount>>;
};

export type TransferName = Pick<Transfer, 'bankNumber' | 'sellerId'>;

/** One document per transfer of a seller, by the bank's number. */
export type Transfers = {
  load(name: TransferName): Promise<Transfer | null>;
  record(name: TransferName, change: (state: Transfer | null) => Transfer): Promise<Transfer>;
  /** The transfer after the change; a refusal writes nothing. */
  change<E>(
    name: TransferName,
    change: (state: Transfer | null) => Result<Transfer, E>,
  ): Promise<Result<Transfer, E>>;
  /** The newest first; null: of every state. */
  list(
    query: Paging & { readonly sellerId: string; readonly state: TransferState | null },
  ): Promise<Listed<Transfer>>;
  /** Those with something left to be done for their orders. */
  due(now: Date, limit: number): Promise<Due<TransferName>>;
};
