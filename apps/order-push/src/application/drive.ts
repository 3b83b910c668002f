import type { Clock, OrderRef } from '@astrolabe/kernel';
import { assertNever } from '@astrolabe/kernel';
import type { PushedOrder } from '../domain/pushed-order.ts';
import { leaseJob, recordCall, recordWrite, withoutReceiver } from '../domain/schedule.ts';
import type { CallOutcome, Times, Job, WriteOutcome } from '../domain/schedule.ts';
import type { Gateway, Orders, Pushes, Router, Seller, Sellers, Tables } from './ports.ts';

export type DriveDeps = {
  readonly pushes: Pick<Pushes, 'change'>;
  readonly sellers: Pick<Sellers, 'find'>;
  readonly router: Router;
  readonly orders: Orders;
  readonly tables: Tables;
  readonly gateway: Gateway;
  readonly times: Times;
  readonly clock: Clock;
};

/** More than an order can owe at once; a guard against driving in circles. */
const MAX_AT_A_TIME = 100;

type Leased = { readonly push: PushedOrder; readonly job: Job | null };

/**
 * Does what is due for an order, one thing after the other. The lease is durable before the job and
 * its outcome after it. A crash in between leaves the lease, which ends by itself.
 */
export const makeDrive =
  (deps: DriveDeps) =>
  async (name: OrderRef): Promise<void> => {
    const { pushes, sellers, tables, clock } = deps;
    const seller = await sellers.find(name.sellerId);
    for (let count = 0; count < MAX_AT_A_TIME; count += 1) {
      const turn: { leased: Leased | null } = { leased: null };
      await pushes.change(name, null, (push) => {
        if (!push) throw new TypeError('an order that is due has a document');
        turn.leased = leaseJob(push, seller, tables.has, clock());
        return turn.leased.push;
      });
      const { leased } = turn;
      if (!leased?.job || !seller) return;
      await perform(deps, seller, leased.push, leased.job);
    }
  };

async function perform(
  deps: DriveDeps,
  seller: Seller,
  push: PushedOrder,
  job: Job,
): Promise<void> {
  const { pushes, router, times, clock } = deps;
  const record = async (decide: (current: PushedOrder) => PushedOrder): Promise<void> => {
    await pushes.change(push.orderRef, null, (current) => decide(current ?? push));
  };
  switch (job.kind) {
    case 'allocate': {
      const outcome = await router.allocate(seller, push);
      return await record((current) => recordCall(current, job, outcome, times, clock()));
    }
    case 'query': {
      const outcome = await askForResult(deps, seller, push);
      return await record((current) => recordCall(current, job, outcome, times, clock()));
    }
    case 'write': {
      const outcome = await writeRow(deps, seller, push, job);
      return await record((current) => recordWrite(current, job, outcome, clock()));
    }
    default:
      return assertNever(job, 'job');
  }
}

/** Writes a row with what the application may see of receiver and buyer; nothing of them is kept. */
async function writeRow(
  { gateway, tables }: DriveDeps,
  seller: Seller,
  push: PushedOrder,
  job: Extract<Job, { kind: 'write' }>,
): Promise<WriteOutcome> {
  const { appKey } = job;
  const application = seller.applications.find((one) => one.appKey === appKey);
  if (!application) return { kind: 'failed', error: 'the seller has no such application any more' };
  const asked = await gateway.personsOf(push.orderRef, application);
  if (asked.kind !== 'away') {
    return await tables.write(appKey, push, asked.kind === 'found' ? asked.persons : 'none');
  }
  const { error } = asked;
  const decision = withoutReceiver(push, job);
  if (decision === 'wait') return { kind: 'failed', error };
  if (decision === 'stands') return { kind: 'partial', error };
  const outcome = await tables.write(appKey, push, null);
  return outcome.kind === 'written' ? { kind: 'partial', error } : outcome;
}

/** Asks for a result that did not arrive, and applies what there is (white paper L1675). */
async function askForResult(
  deps: DriveDeps,
  seller: Seller,
  push: PushedOrder,
): Promise<CallOutcome> {
  const answer = await deps.router.query(seller, push);
  if (answer.kind !== 'result') return answer;
  const news = answer.lines.filter(
    ({ subOrderId, status }) => push.waiting.includes(subOrderId) && status !== 'WAITING',
  );
  if (news.length === 0) return { kind: 'later', error: 'the router has no result yet' };
  const applied = await deps.orders.report(push.orderRef, news);
  if (applied.kind !== 'done' || news.length === push.waiting.length) return applied;
  return { kind: 'later', error: 'the router has a result for some of the sub-orders only' };
}
