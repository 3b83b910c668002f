import type { Clock, Fen } from '@astrolabe/kernel';
import { countUpTo, mongoSpan } from '@astrolabe/mongo';
import type { Db, Document, Filter } from 'mongodb';
import type {
  AccountDue,
  MallMoneyCounts,
  NoteCounts,
  Overview,
  PayableCounts,
} from '../../application/overview.ts';
import { INVOICE_STATES, RED_LIFETIME_MS } from '../../domain/mall/invoice.ts';
import { invoiceMark } from '../../domain/mall/standing.ts';
import type { MoneyStanding } from '../../domain/mall/standing.ts';
import { TRANSFER_STATES, overdueBefore } from '../../domain/mall/transfer.ts';
import { PAYABLE_KINDS } from '../../domain/payable.ts';
import { sum } from '../../domain/procurement/exact.ts';
import type { Match as NoteMatch } from '../../domain/procurement/match.ts';
import { NOTE_STATES } from '../../domain/procurement/note.ts';
import { settleable } from '../../domain/procurement/receipt.ts';
import type { Receipt } from '../../domain/procurement/receipt.ts';
import type { Reading } from '../../domain/procurement/reading.ts';
import { ACCOUNT, DUE_SINCE, INVOICES, MONEYS, RED_ASKED_AT } from './mall/moneys.ts';
import { TRANSFERS } from './mall/transfers.ts';
import { PAYABLES, payablesOf } from './payables.ts';
import { NOTES } from './procurement/notes.ts';
import { RECEIPTS, unsettledOf } from './procurement/receipts.ts';
import { createReceivableSums } from './receivable-sums.ts';
import { SELLER } from './receivables.ts';

/** As the contract says. */
const COUNT_MAX = 100_000;
const SUM_MAX = 10_000;
const INVOICE_KINDS = (['BLUE', 'RED'] as const).flatMap((colour) =>
  INVOICE_STATES.map((state) => ({ colour, state })),
);

/** Fields of the oldest documents that fit, for sums: exact, and of so many at the most. */
async function oldest<D extends Document>(
  db: Db,
  collection: string,
  filter: Filter<Document>,
  fields: readonly string[],
  by = 'createdAt',
): Promise<{ readonly items: readonly D[]; readonly isMore: boolean }> {
  const found = await mongoSpan(`find ${collection}`, {}, () =>
    db
      .collection(collection)
      .find(filter)
      .project<D>({ _id: 0, ...Object.fromEntries(fields.map((field) => [field, 1])) })
      .sort({ [by]: 1, _id: 1 })
      .limit(SUM_MAX + 1)
      .toArray(),
  );
  return { items: found.slice(0, SUM_MAX), isMore: found.length > SUM_MAX };
}

const added = (amounts: readonly Fen[]): Fen => amounts.reduce((total, one) => total + one, 0n);

/** What of a seller's money agrees, differs and waits (docs/adr/0087, 0103). */
export function createOverview(db: Db, clock: Clock): Overview {
  return {
    receivables: createReceivableSums(db, clock),
    notes: (sellerId) => notes(db, sellerId),
    mallMoney: (sellerId) => mallMoney(db, sellerId, clock()),
    payables: (sellerId) => payables(db, sellerId),
    due: (account) => due(db, account, clock()),
  };
}

type StoredNote = { state: { reading: Pick<Reading, 'total'> | null; match: NoteMatch | null } };

async function notes(db: Db, sellerId: string): Promise<NoteCounts> {
  const of = { 'state.sellerId': sellerId };
  const [counts, { items, isMore }, unsettled] = await Promise.all([
    Promise.all(
      NOTE_STATES.map(async (state) => ({
        state,
        count: await countUpTo(db, NOTES, { ...of, 'state.state': state }, COUNT_MAX),
      })),
    ),
    oldest<StoredNote>(db, NOTES, { ...of, 'state.state': 'MISMATCHED' }, [
      'state.reading.total',
      'state.match.discrepancies',
    ]),
    unsettledReceipts(db, sellerId),
  ]);
  const differences = items.flatMap(({ state }) => {
    const kinds = Map.groupBy(state.match?.discrepancies ?? [], ({ kind }) => kind);
    return [...kinds].map(([kind, all]) => ({
      kind,
      difference: sum(all.map((one) => one.difference)),
    }));
  });
  return {
    counts,
    reasons: [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, all]) => ({
      kind,
      count: all.length,
      differenceYuan: sum(all.map(({ difference }) => difference)),
    })),
    mismatchedYuan: sum(items.map(({ state }) => state.reading?.total ?? '0')),
    isMore,
    ...unsettled,
  };
}

type Unsettled = Pick<
  NoteCounts,
  'isMoreUnsettled' | 'unsettled' | 'unsettledNotCounted' | 'unsettledYuan'
>;

async function unsettledReceipts(db: Db, sellerId: string): Promise<Unsettled> {
  const open = unsettledOf(sellerId);
  const fields = ['state.stands', 'state.lines', 'state.claims'];
  const [unsettled, { items, isMore }, unsettledNotCounted] = await Promise.all([
    countUpTo(db, RECEIPTS, open, COUNT_MAX),
    oldest<{ state: Receipt }>(db, RECEIPTS, open, fields),
    countUpTo(db, RECEIPTS, unsettledOf(sellerId, null), COUNT_MAX),
  ]);
  return {
    unsettled,
    unsettledYuan: sum(items.map(({ state }) => settleable(state))),
    isMoreUnsettled: isMore,
    unsettledNotCounted,
  };
}

/** Transfers that a person has to look at. */
const LOOKED_AT: readonly string[] = ['EXCESS', 'SUBMITTED'];

async function mallMoney(db: Db, sellerId: string, now: Date): Promise<MallMoneyCounts> {
  const of = { [SELLER]: sellerId };
  // A red letter that was silent for longer is void.
  const standing = { [RED_ASKED_AT]: { $gt: new Date(now.getTime() - RED_LIFETIME_MS) } };
  const [transfers, invoices, notCounted] = await Promise.all([
    Promise.all(
      TRANSFER_STATES.map(async (state) => {
        const filter = { 'state.sellerId': sellerId, 'state.state': state };
        const count = await countUpTo(db, TRANSFERS, filter, COUNT_MAX);
        if (!LOOKED_AT.includes(state)) return { state, count, isMore: false };
        const { items, isMore } = await oldest<{ state: { amountFen: Fen } }>(
          db,
          TRANSFERS,
          filter,
          ['state.amountFen'],
        );
        const amountFen = added(items.map((item) => item.state.amountFen));
        return { state, count, amountFen, isMore };
      }),
    ),
    Promise.all(
      INVOICE_KINDS.map(async ({ colour, state }) => {
        const marked = { ...of, [INVOICES]: invoiceMark({ colour, state }) };
        const isRedAsked = colour === 'RED' && state === 'REQUESTED';
        const filter = isRedAsked ? { ...marked, ...standing } : marked;
        return { colour, state, count: await countUpTo(db, MONEYS, filter, COUNT_MAX) };
      }),
    ),
    countUpTo(db, MONEYS, { ...of, [INVOICES]: null }, COUNT_MAX),
  ]);
  return { transfers, invoices, notCounted };
}

async function payables(db: Db, sellerId: string): Promise<PayableCounts> {
  return await Promise.all(
    PAYABLE_KINDS.map(async (kind) => {
      const filter = payablesOf(sellerId, kind);
      const count = await countUpTo(db, PAYABLES, filter, COUNT_MAX);
      if (kind !== 'DIFFERS') return { kind, count, isMore: false };
      const { items, isMore } = await oldest<{ payable: { differenceFen: Fen } }>(
        db,
        PAYABLES,
        filter,
        ['payable.differenceFen'],
      );
      const differenceFen = added(items.map(({ payable }) => payable.differenceFen));
      return { kind, count, differenceFen, isMore };
    }),
  );
}

type StoredMoney = { state: { standing: MoneyStanding } };

/** What of an account is received and not paid; an account has 5,000 open orders at the most. */
async function due(
  db: Db,
  { sellerId, account, periodDays }: Parameters<Overview['due']>[0],
  now: Date,
): Promise<AccountDue> {
  const of = { [SELLER]: sellerId, [ACCOUNT]: account, [DUE_SINCE]: { $gt: new Date(0) } };
  const fields = ['state.standing'];
  const { items, isMore } = await oldest<StoredMoney>(db, MONEYS, of, fields, DUE_SINCE);
  const all = items.map(({ state }) => state.standing);
  const before = overdueBefore(periodDays, now);
  const overdue = all.filter(({ dueSince }) => dueSince !== null && dueSince < before);
  const sumOf = (some: readonly MoneyStanding[]): Fen => added(some.map(({ dueFen }) => dueFen));
  return {
    dueOrders: all.length,
    dueFen: sumOf(all),
    overdueOrders: overdue.length,
    overdueFen: sumOf(overdue),
    oldestReceivedAt: all[0]?.dueSince ?? null,
    isMore,
  };
}
