import type { Clock, OrderRef } from '@astrolabe/kernel';
import { assertNever } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallWatch, Failed } from '@astrolabe/outbound';
import type { PushedOrder } from '../domain/pushed-order.ts';
import { leaseJob, recordJob, withoutReceiver } from '../domain/schedule.ts';
import type { Done, Job, JobOutcome, Times } from '../domain/schedule.ts';
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
  readonly watch: CallWatch;
};

/** More than an order can owe at once; what is left waits for the next sweep. */
const JOBS_MAX = 100;

/** A job that was begun, with its order as it was then. */
type Sent = { readonly push: PushedOrder; readonly job: Job };

/**
 * Does what is due for an order, one thing after the other. Nothing is looked up before it is repeated:
 * routers know a repeated request by its trade, and a repeated write changes nothing.
 */
export const makeDrive =
  (deps: DriveDeps) =>
  async (name: OrderRef): Promise<void> => {
    const { pushes, sellers, times, clock, watch } = deps;
    const seller = await sellers.find(name.sellerId);
    await driveCalls<Sent, Done>(
      {
        begin: () => begin(deps, seller, name),
        lookUp: async () => null,
        send: (sent) => perform(deps, seller, sent),
        record: async ({ push, job }, outcome) => {
          await pushes.change(name, null, (current) =>
            recordJob(current ?? push, job, outcome, times, clock()),
          );
        },
      },
      watch,
      JOBS_MAX,
    );
  };

async function begin(
  { pushes, tables, clock }: DriveDeps,
  seller: Seller | null,
  name: OrderRef,
): Promise<Begun<Sent> | null> {
  let begun: Begun<Sent> | null = null;
  await pushes.change(name, null, (current) => {
    if (!current) throw new TypeError('an order that is due has a document');
    const { push, job, isSpent } = leaseJob(current, seller, tables.has, clock());
    begun = job && { call: { push, job }, isDoubtful: false, isSpent };
    return push;
  });
  return begun;
}

const unanswered = (code: string, message: string): Failed => ({
  kind: 'unanswered',
  problem: { code, message },
});

async function perform(
  deps: DriveDeps,
  seller: Seller | null,
  { push, job }: Sent,
): Promise<JobOutcome> {
  if (!seller) return unanswered('UNKNOWN_SELLER', 'nothing is known of the seller any more');
  switch (job.kind) {
    case 'allocate':
      return await deps.router.allocate(seller, push);
    case 'query':
      return await askForResult(deps, seller, push);
    case 'write':
      return await writeRow(deps, seller, push, job);
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
): Promise<JobOutcome> {
  const { appKey } = job;
  const application = seller.applications.find((one) => one.appKey === appKey);
  if (!application) {
    return unanswered('UNKNOWN_APP_KEY', 'the seller has no such application any more');
  }
  const asked = await gateway.personsOf(push.orderRef, application);
  if (asked.kind !== 'away') {
    return await tables.write(appKey, push, asked.kind === 'found' ? asked.persons : 'none');
  }
  const { problem } = asked;
  const decision = withoutReceiver(push, job);
  if (decision === 'wait') return { kind: 'unanswered', problem };
  if (decision === 'stands') return { kind: 'succeeded', lacking: problem };
  const outcome = await tables.write(appKey, push, null);
  return outcome.kind === 'succeeded' ? { ...outcome, lacking: problem } : outcome;
}

/** Asks for a result that did not arrive, and applies what there is (white paper L1675). */
async function askForResult(
  deps: DriveDeps,
  seller: Seller,
  push: PushedOrder,
): Promise<JobOutcome> {
  const answer = await deps.router.query(seller, push);
  if (answer.kind !== 'result') return answer;
  const news = answer.lines.filter(
    ({ subOrderId, status }) => push.waiting.includes(subOrderId) && status !== 'WAITING',
  );
  if (news.length === 0) return unanswered('NO_RESULT', 'the router has no result yet');
  const applied = await deps.orders.report(push.orderRef, news);
  if (applied.kind !== 'succeeded' || news.length === push.waiting.length) return applied;
  return unanswered('PARTLY', 'the router has a result for some of the sub-orders only');
}
