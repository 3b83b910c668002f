import type { SettlementOverviewServiceServer } from '@astrolabe/contracts/settlement';
import { unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Credits, Moneys } from '../../application/mall/ports.ts';
import type { Overview } from '../../application/overview.ts';
import { usedFen } from '../../domain/mall/credit.ts';
import type { CreditAccount } from '../../domain/mall/credit.ts';
import { standingOf } from '../../domain/mall/standing.ts';
import { dueDayOf, overdueBefore } from '../../domain/mall/transfer.ts';
import { invalid, listed, named, pageOf } from './requests.ts';

/** Each account of a page is counted. */
const ACCOUNTS_MAX = 100;

export type OverviewDeps = {
  readonly overview: Overview;
  readonly credits: Pick<Credits, 'list' | 'load'>;
  readonly moneys: Pick<Moneys, 'due'>;
  readonly clock: Clock;
};

/** SettlementOverviewService: what of a seller's money agrees, differs and waits. */
export function overviewService(deps: OverviewDeps): SettlementOverviewServiceServer {
  const { overview } = deps;
  return {
    countReceivables: unary('SettlementOverviewService/CountReceivables', async (request) => {
      const { counts, more, discrepancies, ...rest } = await overview.receivables(
        named(request.sellerId),
      );
      return { ...rest, counts: [...counts], more: [...more], discrepancies: [...discrepancies] };
    }),
    countNotes: unary('SettlementOverviewService/CountNotes', async ({ sellerId }) => {
      const { counts, reasons, ...rest } = await overview.notes(named(sellerId));
      return { ...rest, counts: [...counts], reasons: [...reasons] };
    }),
    countMallMoney: unary('SettlementOverviewService/CountMallMoney', async ({ sellerId }) => {
      const { transfers, invoices, notCounted } = await overview.mallMoney(named(sellerId));
      return { transfers: [...transfers], invoices: [...invoices], notCounted };
    }),
    countPayables: unary('SettlementOverviewService/CountPayables', async ({ sellerId }) => ({
      counts: [...(await overview.payables(named(sellerId)))],
    })),
    listCredits: unary('SettlementOverviewService/ListCredits', async ({ sellerId, page }) => {
      const { limit, after } = pageOf(sellerId, page);
      const found = await deps.credits.list({
        sellerId,
        limit: Math.min(limit, ACCOUNTS_MAX),
        after,
      });
      const { items, next } = listed(found);
      return {
        accounts: await Promise.all(items.map((one) => creditOf(overview, one))),
        nextToken: next,
      };
    }),
    listDue: unary('SettlementOverviewService/ListDue', (request) => dueOf(deps, request)),
  };
}

async function creditOf(overview: Overview, account: CreditAccount) {
  const { oldestReceivedAt, ...due } = await overview.due(account);
  return {
    account: account.account,
    limitFen: account.limitFen,
    usedFen: usedFen(account),
    openOrders: account.taken.length,
    periodDays: account.periodDays,
    ...due,
    oldestReceivedAt: oldestReceivedAt ?? undefined,
  };
}

type DueRequest = Parameters<SettlementOverviewServiceServer['listDue']>[0]['request'];

async function dueOf({ credits, moneys, clock }: OverviewDeps, request: DueRequest) {
  const { sellerId, overdue, page } = request;
  const account = named(request.account);
  const periodDays = (await credits.load(named(sellerId), account))?.periodDays;
  if (periodDays === undefined) throw invalid('NO_CREDIT_ACCOUNT');
  const limit = overdueBefore(periodDays, clock());
  const before = overdue ? limit : null;
  const query = { sellerId, account, before, ...pageOf(sellerId, page) };
  const { items, next } = listed(await moneys.due(query));
  return {
    orders: items.flatMap((money) => {
      const { dueSince, dueFen } = standingOf(money);
      if (!dueSince) return [];
      const dueDay = dueDayOf(dueSince, periodDays);
      const isOverdue = dueSince < limit;
      return [{ orderRef: money.orderRef, dueFen, receivedAt: dueSince, dueDay, isOverdue }];
    }),
    nextToken: next,
  };
}
