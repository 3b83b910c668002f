import type { Fen, OrderRef, Result } from '@astrolabe/kernel';
import {
  err,
  formatShanghai,
  ok,
  orderKey,
  parseShanghai,
  daysAfter,
  yuanFromFen,
} from '@astrolabe/kernel';
import { deliveredAt, owedFen, stateOf } from './money.ts';
import type { InTransfer, MallMoney, Told } from './money.ts';

export const TRANSFER_STATES = ['EXCESS', 'OPENING', 'REJECTED', 'SUBMITTED', 'VERIFIED'] as const;

/**
 * OPENING: its orders are still to be bound. SUBMITTED: the purchaser says the exact amount. EXCESS: more than is
 * due, for a person. VERIFIED and REJECTED are ends.
 */
export type TransferState = (typeof TRANSFER_STATES)[number];

/** Money that a purchaser says it has transferred, by the bank's number. */
export type Transfer = {
  readonly sellerId: string;
  readonly account: string;
  readonly bankNumber: string;
  readonly orders: readonly OrderRef[];
  readonly amountFen: Fen;
  readonly transferredAt: Date | null;
  readonly payerName: string;
  readonly remark: string;
  readonly submittedAt: Date;
  readonly state: TransferState;
  readonly reason: string;
  readonly dueFen: Fen;
  /** What has come at the bank; null until somebody has looked. */
  readonly receivedFen: Fen | null;
  readonly decidedAt: Date | null;
  readonly decidedBy: string;
  /** When what follows for its orders is to be done; null when it is. */
  readonly dueAt: Date | null;
};

/** What a transfer is about; two that agree in it are one. */
export const sameTransfer = (a: Transfer, b: Transfer): boolean =>
  a.account === b.account &&
  a.amountFen === b.amountFen &&
  a.orders.map(orderKey).join() === b.orders.map(orderKey).join();

export const isOver = ({ state }: Pick<Transfer, 'state'>): boolean =>
  state === 'VERIFIED' || state === 'REJECTED';

export type BindRefusal =
  'IN_ANOTHER_TRANSFER' | 'NOT_ON_CREDIT' | 'NOT_RECEIVED' | 'PAID' | 'UNKNOWN_ORDER';

/** Puts an order into a transfer; it is in one at a time, and a rejected one leaves it free. */
export function bound(
  money: MallMoney | null,
  { account, bankNumber }: Pick<Transfer, 'account' | 'bankNumber'>,
): Result<MallMoney, BindRefusal> {
  if (!money?.placed || money.placed.account !== account) return err('UNKNOWN_ORDER');
  if (money.placed.payment !== 'CREDIT') return err('NOT_ON_CREDIT');
  const { transfer } = money;
  if (transfer?.bankNumber === bankNumber && transfer.state !== 'REJECTED') return ok(money);
  if (transfer?.state === 'VERIFIED') return err('PAID');
  if (transfer?.state === 'SUBMITTED') return err('IN_ANOTHER_TRANSFER');
  if (stateOf(money) !== 'DELIVERED') return err('NOT_RECEIVED');
  return ok({ ...money, transfer: { bankNumber, state: 'SUBMITTED', reason: '' } });
}

/** How a transfer ended for one of its orders; of another transfer nothing is said. */
export function settledBy(
  money: MallMoney,
  { bankNumber, state, reason }: Pick<Transfer, 'bankNumber' | 'reason' | 'state'>,
  told: Told,
): MallMoney {
  const { transfer } = money;
  if (transfer?.bankNumber !== bankNumber || transfer.state !== 'SUBMITTED') return money;
  if (state === 'REJECTED') return { ...money, transfer: { ...transfer, state, reason } };
  if (state !== 'VERIFIED') return money;
  const entries = [
    ...money.entries,
    { cause: 'PAID' as const, ...told, message: bankNumber, amountFen: -owedFen(money) },
  ];
  return { ...money, entries, transfer: { ...transfer, state } };
}

/** What an amount is against what is due: exact, less, or more. */
export function decided(
  transfer: Transfer,
  {
    dueFen,
    saidFen,
    exact,
    acceptExcess,
  }: {
    readonly dueFen: Fen;
    readonly saidFen: Fen;
    readonly exact: 'SUBMITTED' | 'VERIFIED';
    readonly acceptExcess: boolean;
  },
  now: Date,
): Transfer {
  const decidedAt = now;
  if (saidFen < dueFen) {
    const reason = `${yuanFromFen(saidFen)} is less than the ${yuanFromFen(dueFen)} that is due`;
    return { ...transfer, state: 'REJECTED', reason, dueFen, decidedAt, dueAt: now };
  }
  if (saidFen > dueFen && !acceptExcess) {
    const reason = `${yuanFromFen(saidFen)} is more than the ${yuanFromFen(dueFen)} that is due`;
    return { ...transfer, state: 'EXCESS', reason, dueFen, decidedAt, dueAt: null };
  }
  const dueAt = exact === 'VERIFIED' ? now : null;
  return { ...transfer, state: exact, reason: '', dueFen, decidedAt, dueAt };
}

export type PaymentState =
  | 'AWAITING_TRANSFER'
  | 'CANCELLED'
  | 'NOT_DUE'
  | 'NOT_ON_CREDIT'
  | 'OVERDUE'
  | 'REJECTED'
  | 'TRANSFER_SUBMITTED'
  | 'VERIFIED';

export type Payment = {
  readonly state: PaymentState;
  readonly dueFen: Fen;
  /** yyyy-mm-dd in Shanghai, included; '' until the goods are received. */
  readonly dueDay: string;
  readonly reason: string;
};

const dayOf = (instant: Date): string => formatShanghai(instant).slice(0, 10);

/** The last day on which goods that were received at an instant are paid in time: days are counted (field V4). */
export const dueDayOf = (receivedAt: Date, periodDays: number): string =>
  dayOf(daysAfter(receivedAt, periodDays));

/** The instant before which received goods are overdue now: the same rule as `dueDayOf`, for queries. */
export const overdueBefore = (periodDays: number, now: Date): Date => {
  const today = daySpan(dayOf(now));
  if (!today) throw new TypeError('today is a day');
  return daysAfter(today.from, -periodDays);
};

/** The instants of a day in Shanghai: its first, and that of the next day. Null for what is no day. */
export function daySpan(day: string): { readonly from: Date; readonly to: Date } | null {
  const from = parseShanghai(`${day} 00:00:00`);
  return from.ok ? { from: from.value, to: daysAfter(from.value, 1) } : null;
}

const OF_TRANSFER = {
  REJECTED: 'REJECTED',
  SUBMITTED: 'TRANSFER_SUBMITTED',
  VERIFIED: 'VERIFIED',
} as const satisfies Record<InTransfer['state'], PaymentState>;

/** Where the payment of an order stands on a day: 待付款 from the receipt of its goods (document 004, 2.18). */
export function paymentOf(money: MallMoney, periodDays: number, now: Date): Payment {
  const { placed, transfer } = money;
  const state = stateOf(money);
  const receivedAt = deliveredAt(money);
  const isPaid = transfer?.state === 'VERIFIED';
  const dueFen = isPaid ? 0n : owedFen(money);
  const none = { dueFen, dueDay: '', reason: '' };
  if (placed?.payment !== 'CREDIT') return { ...none, state: 'NOT_ON_CREDIT' };
  if (state === 'CANCELLED' || state === 'REJECTED') return { ...none, state: 'CANCELLED' };
  if (!receivedAt || state !== 'DELIVERED') return { ...none, state: 'NOT_DUE' };
  const dueDay = dueDayOf(receivedAt, periodDays);
  const isWaiting = !transfer || transfer.state === 'REJECTED';
  const reason = transfer?.state === 'REJECTED' ? transfer.reason : '';
  if (isWaiting && dueFen > 0n && dayOf(now) > dueDay) {
    return { state: 'OVERDUE', dueFen, dueDay, reason };
  }
  return {
    state: transfer ? OF_TRANSFER[transfer.state] : 'AWAITING_TRANSFER',
    dueFen,
    dueDay,
    reason,
  };
}
