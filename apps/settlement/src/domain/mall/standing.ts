import type { Fen } from '@astrolabe/kernel';
import type { Invoice } from './invoice.ts';
import { deliveredAt, owedFen, stateOf } from './money.ts';
import type { MallMoney } from './money.ts';

/** What waits of an order's money; derived, for queries. */
export type MoneyStanding = {
  /** Since when its buyer owes it: received on credit, and in no transfer that stands; null otherwise. */
  readonly dueSince: Date | null;
  readonly dueFen: Fen;
  /** Colours and states of its invoices, each once, as `invoiceMark` writes them. */
  readonly invoices: readonly string[];
  /** When the newest red letter was asked for that is not issued; null where none is. */
  readonly redAskedAt: Date | null;
};

export const invoiceMark = ({ colour, state }: Pick<Invoice, 'colour' | 'state'>): string =>
  `${colour}/${state}`;

/** Follows from the facts alone, so it cannot contradict them; `paymentOf` says the same of a day. */
export function standingOf(money: MallMoney): MoneyStanding {
  const { placed, transfer, invoices } = money;
  const isWaiting = !transfer || transfer.state === 'REJECTED';
  const isReceived = placed?.payment === 'CREDIT' && stateOf(money) === 'DELIVERED';
  const owed = isWaiting && isReceived ? owedFen(money) : 0n;
  const redAsked = invoices.filter(
    ({ colour, state }) => colour === 'RED' && state === 'REQUESTED',
  );
  return {
    dueSince: owed > 0n ? deliveredAt(money) : null,
    dueFen: owed,
    invoices: [...new Set(invoices.map(invoiceMark))],
    redAskedAt: redAsked.at(-1)?.requestedAt ?? null,
  };
}
