import type { Place, Result, WorkStatus } from '@astrolabe/kernel';
import { WORK_STATUSES, err, ok, samePlace } from '@astrolabe/kernel';
import { changeTasks, withEntry } from './fulfilment.ts';
import type { Fulfilment, Model, NotificationKind, StatusEntry, Task } from './fulfilment.ts';
import { isLost } from './granted.ts';
import { intend } from './notify.ts';
import { admit } from './rules.ts';
import type { Admitted, Report, RuleRefusal } from './rules.ts';
import { isAnswer, isFlowStatus, isOnTime, isWorkStatus, mayFollow } from './status.ts';
import type { Flow, FlowStatus } from './status.ts';

export type ReportRefusal =
  | RuleRefusal
  | 'UNKNOWN_TRADE'
  | 'UNKNOWN_SUB_ORDER'
  | 'NOT_ALLOCATED'
  | 'WRONG_PLACE'
  | 'WRONG_FLOW'
  | 'STALE'
  | 'ORDER_CLOSED'
  | 'REFUND_WITHDRAWN'
  | 'ILLEGAL_TRANSITION'
  | 'TRADE_NOT_SHIPPED';

export type Reported = {
  fulfilment: Fulfilment;
  /** The tasks that have changed; none when the status stood already. */
  changed: readonly Task[];
  /** Of the report that counts: the first one that told the status. */
  onTime: boolean;
};

type News = Exclude<
  NotificationKind,
  'ALLOCATED' | 'REFUND' | 'REFUND_CHANGED' | 'REFUND_WITHDRAWN'
>;

/** What a store's report means to those who wait for it; the other statuses are only kept. */
const NEWS: Partial<Record<FlowStatus, News>> = {
  ACCEPTED: 'ACCEPTED',
  // For pick-up this is where the store accepts (decision D-10).
  READY: 'ACCEPTED',
  REFUSED: 'REFUSED',
  SHIPPED: 'CONSIGNED',
};

/** The news in a status for the seller's router; null when it does not wait for it. */
const newsOf = (status: string): News | null =>
  isFlowStatus(status) ? (NEWS[status] ?? null) : null;

/** What the other services hear of a status; null when none waits for it. */
export function eventOf(status: string): News | 'REFUND_AGREED' | 'REFUND_RETURNED' | null {
  if (status === 'CANCEL_AGREED') return 'REFUND_AGREED';
  return status === 'RETURNED' ? 'REFUND_RETURNED' : newsOf(status);
}

/**
 * Takes a report of one status for some sub-orders: for all of them, or for none. A status that
 * stands already is success without effect, whichever of the two reporting generations repeats it.
 */
export function report(
  current: Fulfilment | null,
  sent: Report,
  model: Model,
  now: Date,
): Result<Reported, ReportRefusal> {
  const admitted = admit({ ...sent, place: placeOf(sent, current) }, model, now);
  if (!admitted.ok) return admitted;
  if (!current) return err('UNKNOWN_TRADE');
  const wanted = new Set(sent.subOrderIds);
  const tasks = current.tasks.filter((task) => wanted.has(task.subOrderId));
  if (tasks.length !== wanted.size || tasks.length === 0) return err('UNKNOWN_SUB_ORDER');

  const { status } = admitted.value;
  const { happenedAt, operator } = sent;
  const changed: Task[] = [];
  // A report about several sub-orders is as late as the latest of them.
  let onTime = true;
  const noted: Task[] = [];
  let standing: StatusEntry | undefined;
  for (const task of tasks) {
    const step = stepOf(task, admitted.value, happenedAt, model);
    if (!step.ok) return step;
    if (step.value.kind === 'stands') {
      const { entry, after } = step.value;
      standing ??= entry;
      if (after) noted.push({ ...task, ...after });
      continue;
    }
    const { index, after } = step.value;
    const { allocation, place } = task;
    const isTimely = isOnTime(happenedAt, now, isAnswer(status) ? noticeOf(task) : null);
    onTime &&= isTimely;
    const told = { happenedAt, receivedAt: now, operator, onTime: isTimely };
    const why = status === 'REFUSED' && sent.reason ? { reason: sent.reason } : {};
    const entry = { status, allocation, place, ...told, ...why };
    changed.push(withEntry({ ...task, ...after }, entry, index));
  }
  const byId = new Map([...noted, ...changed].map((task) => [task.subOrderId, task]));
  const taken = changeTasks(current, [...byId.keys()], (task) => byId.get(task.subOrderId) ?? task);
  if (changed.length === 0) {
    const fulfilment = noted.length > 0 ? taken : current;
    return ok({ fulfilment, changed, onTime: standing?.onTime ?? onTime });
  }
  return ok({ fulfilment: tellAllocator(taken, changed, status, model, now), changed, onTime });
}

/** When the place of the standing allocation was notified; null when no notice is recorded. */
const noticeOf = (task: Task): Date | null =>
  ofThisAllocation(task).find(({ status }) => status === 'OFFERED')?.receivedAt ?? null;

/**
 * The place that a report speaks for. `orderStatus.*` names an id without a type (white paper 6.4, 6.5):
 * what has a sub-order by that id is meant, be it a store or a warehouse.
 */
function placeOf(
  { channel, place, subOrderIds }: Report,
  current: Fulfilment | null,
): Place | null {
  if (!place || (channel !== 'STATUS_SYNC' && channel !== 'STATUS_UPDATE')) return place;
  const named = current?.tasks.filter(({ subOrderId }) => subOrderIds.includes(subOrderId)) ?? [];
  const places = named.flatMap((task) => [task.place, ...task.history.map((one) => one.place)]);
  return places.find((known) => known?.id === place.id) ?? place;
}

/** Where the seller's own router allocates, it is told what the stores do (models B and D). */
export function tellAllocator(
  fulfilment: Fulfilment,
  changed: readonly Task[],
  status: string,
  { allocator }: Model,
  now: Date,
): Fulfilment {
  const news = newsOf(status);
  if (!news || allocator !== 'ISV') return fulfilment;
  const allocation = Math.max(...changed.map((task) => task.allocation));
  return intend(fulfilment, news, allocation, now);
}

/** What a report does to one task: nothing, or an entry at a place of its history. */
type Step =
  | { kind: 'stands'; entry: StatusEntry; after?: Partial<Task> }
  | { kind: 'change'; index: number; after: Partial<Task> };

const stepOf = (
  task: Task,
  admitted: Admitted,
  happenedAt: Date,
  model: Model,
): Result<Step, ReportRefusal> =>
  admitted.kind === 'work'
    ? workStep(task, admitted.status, happenedAt)
    : flowStep(task, admitted, happenedAt, model);

/** The wire's times have whole seconds; so have comparisons between them and ours. */
const secondOf = (instant: Date): number => Math.floor(instant.getTime() / 1_000);

const ofThisAllocation = (task: Task): StatusEntry[] =>
  task.history.filter((entry) => entry.allocation === task.allocation && !entry.withdrawn);

/**
 * A working step is put where it happened. Within one allocation the work only goes on: of two steps
 * the later one in time is the later one in the list (catalogue 4.2).
 */
function workStep(
  task: Task,
  status: WorkStatus,
  happenedAt: Date,
): Result<Step, 'ORDER_CLOSED' | 'ILLEGAL_TRANSITION'> {
  const steps = ofThisAllocation(task).filter((entry) => isWorkStatus(entry.status));
  const entry = steps.find((step) => step.status === status);
  if (entry) return ok({ kind: 'stands', entry });
  if (task.closed) return err('ORDER_CLOSED');
  if (task.status === 'CANCEL_AGREED' || task.status === 'RETURNED') {
    return err('ILLEGAL_TRANSITION');
  }
  const at = secondOf(happenedAt);
  const rankOf = (name: string): number => WORK_STATUSES.findIndex((known) => known === name);
  const fits = steps.every((step) => {
    const distance = secondOf(step.happenedAt) - at;
    const rank = rankOf(step.status) - rankOf(status);
    return distance === 0 || Math.sign(distance) === Math.sign(rank);
  });
  if (!fits) return err('ILLEGAL_TRANSITION');
  const index = task.history.findLastIndex((known) => secondOf(known.happenedAt) <= at) + 1;
  return ok({ kind: 'change', index, after: {} });
}

function flowStep(
  task: Task,
  sent: Admitted & { kind: 'flow' },
  happenedAt: Date,
  model: Model,
): Result<Step, ReportRefusal> {
  const { status, place, flow, logistics } = sent;
  if (answersWithdrawn(task, status)) return err('REFUND_WITHDRAWN');
  if (!task.place) return err('NOT_ALLOCATED');
  if (!samePlace(task.place, place)) {
    // A store that has refused and repeats it may rest. Any other word of a place that has lost the
    // task must not sound like a yes: it would ship.
    const refused = status === 'REFUSED' ? entryOf(task, status, place) : undefined;
    return refused ? ok({ kind: 'stands', entry: refused }) : err('WRONG_PLACE');
  }
  if (task.flow !== flow) return err('WRONG_FLOW');
  if (isOfFormerAllocation(task, place, happenedAt)) return err('STALE');
  const path = ofThisAllocation(task).filter((entry) => isFlowStatus(entry.status));
  const entry = path.find((known) => known.status === status);
  if (entry) {
    // Tmall's word that a warehouse has shipped has no waybill; the warehouse's own may follow.
    const waybill = status === 'SHIPPED' && !task.logistics && logistics;
    return ok({ kind: 'stands', entry, ...(waybill && { after: { logistics: waybill } }) });
  }
  const isOver = task.closed || isLost(task);
  if (isOver && !isAnswered(task.status, status)) return err('ORDER_CLOSED');
  const index = positionOf(task.flow, path, status, happenedAt);
  if (index === null) return err('ILLEGAL_TRANSITION');
  // The shipment is told to Tmall first (white paper 3.4), by the console itself for stores; of a
  // closed trade Tmall takes none.
  const isConsoles = model.acceptor !== 'POS' && place.type === 'STORE';
  if (status === 'SHIPPED' && !task.shippedAtTmall && !isOver && !isConsoles) {
    return err('TRADE_NOT_SHIPPED');
  }
  const next = path[index];
  return ok({
    kind: 'change',
    index: next ? task.history.indexOf(next) : task.history.length,
    after: {
      ...(next ? {} : { status }),
      logistics: logistics ?? task.logistics,
      // The console reports a shipment after Tmall has it (white paper 3.1, 3.2).
      shippedAtTmall: task.shippedAtTmall || status === 'SHIPPED',
    },
  });
}

/**
 * What a store may still say of a sub-order that is closed: where its goods are. Those that were out
 * when it was asked are on their way.
 */
const isAnswered = (current: FlowStatus | null, status: FlowStatus): boolean =>
  current !== null && (OF_GOODS[current] ?? []).includes(status);

const OF_GOODS: Partial<Record<FlowStatus, readonly FlowStatus[]>> = {
  CANCEL_ASKED: ['CANCEL_AGREED', 'CANCEL_DENIED'],
  CANCEL_DENIED: ['SHIPPED'],
  RETURN_EXPECTED: ['RETURNED'],
};

/** The store answers a question that nobody asks any more: it must know that the order goes on. */
function answersWithdrawn(task: Task, status: FlowStatus): boolean {
  const isAnswer = status === 'CANCEL_AGREED' || status === 'CANCEL_DENIED';
  if (!isAnswer || !(task.refund?.withdrawnAt || task.refund?.amountOnly)) return false;
  return task.status !== 'CANCEL_ASKED' && task.status !== 'CANCEL_DENIED';
}

const entryOf = (task: Task, status: FlowStatus, place: Place): StatusEntry | undefined =>
  task.history.findLast(
    (entry) => entry.status === status && entry.place !== null && samePlace(entry.place, place),
  );

/** A place that has the task again may still send reports from the time before. */
function isOfFormerAllocation(task: Task, place: Place, happenedAt: Date): boolean {
  const told = task.history.filter(
    (entry) => entry.status === 'OFFERED' && entry.place && samePlace(entry.place, place),
  );
  const latest = told.at(-1);
  if (!latest || told.length < 2) return false;
  return secondOf(happenedAt) < secondOf(latest.happenedAt);
}

/**
 * Where a status belongs in the path of an allocation: where it happened, if the path is one of the
 * table with it there; else at the end, since clocks differ. Null when it fits neither. What counts
 * is when things happened, not when they were told (catalogue 4.2).
 */
function positionOf(
  flow: Flow,
  path: readonly StatusEntry[],
  status: FlowStatus,
  happenedAt: Date,
): number | null {
  const at = secondOf(happenedAt);
  const inTime = path.findLastIndex((entry) => secondOf(entry.happenedAt) <= at) + 1;
  const follows = (from: StatusEntry | undefined): boolean =>
    from !== undefined && isFlowStatus(from.status) && mayFollow(flow, from.status, status);
  // A warehouse may report that it has accepted what Tmall has shipped for it: it did so before.
  const shipped = path.findIndex((entry) => entry.status === 'SHIPPED');
  const before = status === 'ACCEPTED' && shipped >= 0 ? [shipped] : [];
  for (const index of [inTime, path.length, ...before]) {
    const next = path[index];
    const leadsOn = !next || (isFlowStatus(next.status) && mayFollow(flow, status, next.status));
    if (leadsOn && follows(path[index - 1])) return index;
  }
  return null;
}
