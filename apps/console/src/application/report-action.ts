import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, holdRef, ok } from '@astrolabe/kernel';
import { lostOf, reasonOf, statusOf } from '../domain/actions.ts';
import type { Action } from '../domain/actions.ts';
import type {
  Clerk,
  Fulfillment,
  Journal,
  Parcel,
  ShipOutcome,
  StatusReport,
  Stock,
  Task,
} from './store-ports.ts';

export type ReportActionDeps = {
  fulfillment: Pick<Fulfillment, 'tasksOf' | 'report' | 'giveBack' | 'ship'>;
  stock: Stock;
  journal: Pick<Journal, 'record'>;
  clock: Clock;
};

export type ActionCommand = {
  /** Of the clerk's own seller. */
  orderRef: OrderRef;
  allocation: number;
  subOrderIds: readonly string[];
  action: Action;
  reason: string;
  /** What the clerk says beside the reason. */
  note: string;
  /** Of a shipment. */
  company: string;
  mailNo: string;
  /**
   * Per sub-order: of a refusal, what the clerk has counted on the shelf; of goods that are given back, how many
   * of the order's were found.
   */
  counts: readonly { subOrderId: string; countMilli: bigint }[];
};

export type ActionOutcome = {
  /** It stood already, e.g. after a lost answer. */
  already: boolean;
  /** Sub-orders whose count the inventory did not take. */
  countsRefused: readonly string[];
  /** A shipment is written down and will be tried again; Tmall has not answered yet. */
  pending?: true;
};

/**
 * `NOT_HERE`: the clerk's store has no such order. `MOVED`: it was sent elsewhere, or here anew.
 * `TAKEN`: somebody else of the store was faster with the same or another answer.
 */
export type ActionRefusal =
  | { code: 'NOT_HERE' | 'MOVED' }
  | { code: 'TAKEN'; by: string; status: string }
  | { code: 'REFUSED'; reason: string; message?: string };

/**
 * Does what a clerk wants with an order of the clerk's own store. Repeating it changes nothing: the
 * status stands, and a count has an operation id of its own.
 */
export const makeReportAction =
  (deps: ReportActionDeps) =>
  async (clerk: Clerk, command: ActionCommand): Promise<Result<ActionOutcome, ActionRefusal>> => {
    const { action } = command;
    const found = await tasksAt(deps, clerk, command);
    if (!found.ok) return found;
    const pickup = found.value.some((task) => task.pickup);
    const status = statusOf(action, pickup);
    const at = deps.clock();
    const report = { status, pickup, at };
    const outcome = await doneAtFulfillment(deps, clerk, command, report, found.value);
    const isRace = outcome.kind === 'refused' && outcome.reason === 'ILLEGAL_TRANSITION';
    if (isRace || (outcome.kind === 'taken' && outcome.already)) {
      const other = await fasterOne(deps, clerk, command, status);
      if (other) return err(other);
    }
    if (outcome.kind === 'refused') return err({ code: 'REFUSED', reason: outcome.reason });
    const { already, parcel } = outcome;
    // A parcel that a colleague has sent off is the colleague's action.
    if (!parcel || parcel.operator === clerk.name) {
      await deps.journal.record({ ...entryOf(clerk, command), at });
    }
    if (parcel) return doneOf(parcel, already);
    const countsRefused = action === 'refuse' ? await count(deps, clerk, command, found.value) : [];
    return ok({ already, countsRefused });
  };

async function doneAtFulfillment(
  { fulfillment }: ReportActionDeps,
  clerk: Clerk,
  command: ActionCommand,
  report: Pick<StatusReport, 'status' | 'pickup' | 'at'>,
  tasks: readonly Task[],
): Promise<ShipOutcome> {
  if (command.action === 'ship') return await fulfillment.ship(clerk, command);
  const { orderRef, subOrderIds, allocation } = command;
  const reason = reasonOf(command.reason, command.note);
  const outcome =
    command.action === 'giveBack'
      ? await fulfillment.giveBack(clerk, {
          orderRef,
          subOrderIds,
          allocation,
          reason,
          lost: lostGoods(command, tasks),
        })
      : await fulfillment.report(clerk, { orderRef, subOrderIds, ...report, reason });
  return outcome.kind === 'refused' ? outcome : { ...outcome, parcel: null };
}

/** What of the sub-orders is not on the shelf; where the clerk has not said how many are, none is. */
const lostGoods = ({ reason, counts }: ActionCommand, tasks: readonly Task[]) =>
  tasks.flatMap(({ subOrderId, quantityMilli }) => {
    const found = counts.find((one) => one.subOrderId === subOrderId)?.countMilli ?? 0n;
    const lostMilli = lostOf(reason, quantityMilli, found);
    return lostMilli > 0n ? [{ subOrderId, lostMilli }] : [];
  });

const entryOf = (clerk: Clerk, command: ActionCommand) => {
  const { orderRef, allocation, subOrderIds, action, reason } = command;
  return { clerk, orderRef, allocation, subOrderIds, action, reason };
};

/** How a shipment stands for the clerk; what Tmall has not answered yet goes on by itself. */
function doneOf(
  { state, code, message }: Parcel,
  already: boolean,
): Result<ActionOutcome, ActionRefusal> {
  if (state === 'REFUSED' || state === 'GIVEN_UP') {
    return err({ code: 'REFUSED', reason: code || state, message });
  }
  const isPending = state !== 'DONE';
  return ok({ already, countsRefused: [], ...(isPending ? { pending: true as const } : {}) });
}

/** The named sub-orders, if they are at the clerk's store under the allocation the clerk saw. */
async function tasksAt(
  { fulfillment }: ReportActionDeps,
  clerk: Clerk,
  { orderRef, subOrderIds, allocation, action }: ActionCommand,
): Promise<Result<readonly Task[], ActionRefusal>> {
  const all = await fulfillment.tasksOf(orderRef);
  const named = all.filter((task) => subOrderIds.includes(task.subOrderId));
  if (subOrderIds.length === 0 || named.length !== subOrderIds.length) {
    return err({ code: 'NOT_HERE' });
  }
  const elsewhere = named.some((task) => task.storeId !== clerk.storeId);
  // A refusal whose response was lost may find the order at its next store; its history at fulfillment shows it.
  const saysNo = action === 'refuse' || action === 'giveBack';
  const mayHaveLeft = saysNo && named.every((task) => wasHere(task, clerk));
  if (elsewhere && !mayHaveLeft) return err({ code: 'NOT_HERE' });
  if (!elsewhere && named.some((task) => task.allocation !== allocation)) {
    return err({ code: 'MOVED' });
  }
  return ok(named);
}

const wasHere = (task: Task, clerk: Clerk): boolean =>
  task.history.some((entry) => entry.status === 'REFUSED' && entry.operator === clerk.name);

/** Who gave the order's latest answer, if that was somebody else. */
async function fasterOne(
  { fulfillment }: ReportActionDeps,
  clerk: Clerk,
  { orderRef, subOrderIds }: ActionCommand,
  wanted: string,
): Promise<ActionRefusal | null> {
  const all = await fulfillment.tasksOf(orderRef);
  const mine = all.filter(
    (task) => subOrderIds.includes(task.subOrderId) && task.storeId === clerk.storeId,
  );
  for (const task of mine) {
    const same = task.history.findLast((entry) => entry.status === wanted);
    const latest = same ?? task.history.at(-1);
    const isOther = latest && latest.operator !== clerk.name && latest.operator !== 'astrolabe';
    if (isOther) return { code: 'TAKEN', by: latest.operator, status: latest.status };
  }
  return null;
}

async function count(
  { stock }: ReportActionDeps,
  clerk: Clerk,
  { orderRef, allocation, counts }: ActionCommand,
  tasks: readonly Task[],
): Promise<string[]> {
  const refused: string[] = [];
  for (const { subOrderId, countMilli } of counts) {
    const task = tasks.find((one) => one.subOrderId === subOrderId);
    if (!task) continue;
    const operationId = `console/${holdRef(orderRef)}/${subOrderId}/${allocation}/${clerk.storeId}/count`;
    const { itemId, skuId } = task;
    const isRecorded = await stock.recordCount(clerk, { operationId, itemId, skuId, countMilli });
    if (!isRecorded) refused.push(subOrderId);
  }
  return refused;
}
