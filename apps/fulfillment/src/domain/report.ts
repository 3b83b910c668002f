import type { Place, Result } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import { withEntry } from './fulfilment.ts';
import type { Fulfilment, Logistics, Model, Task } from './fulfilment.ts';
import { isFlowStatus, isOnTime, isWorkStatus, mayFollow, setterOf } from './status.ts';
import type { Flow, FlowStatus, WorkStatus } from './status.ts';

/** The interface a report came through. */
export type Channel = 'OMNIORDER' | 'STATUS_SYNC' | 'STATUS_UPDATE' | 'CONSOLE';

export type Report = {
  subOrderIds: readonly string[];
  status: string;
  channel: Channel;
  place: Place | null;
  flow: Flow | null;
  operator: string;
  happenedAt: Date;
  logistics: Logistics | null;
};

export type ReportRefusal =
  | 'UNKNOWN_TRADE'
  | 'UNKNOWN_SUB_ORDER'
  | 'NOT_SUPPORTED'
  | 'OUT_OF_SCOPE'
  | 'WRONG_SETTER'
  | 'MISSING_FIELD'
  | 'NOT_ALLOCATED'
  | 'WRONG_PLACE'
  | 'WRONG_FLOW'
  | 'ILLEGAL_TRANSITION'
  | 'TRADE_NOT_SHIPPED';

export type Reported = {
  fulfilment: Fulfilment;
  /** The tasks that have changed; none when the status stood already. */
  changed: readonly Task[];
  onTime: boolean;
};

/** Where each interface may be used (catalogue 1.3). */
function inScope(channel: Channel, { allocator, acceptor }: Model): boolean {
  switch (channel) {
    case 'OMNIORDER':
      return acceptor === 'POS';
    case 'STATUS_SYNC':
      return allocator === 'ISV';
    case 'STATUS_UPDATE':
      return allocator === 'ASTROLABE' && acceptor === 'POS';
    case 'CONSOLE':
      return acceptor === 'DIANZHANGGUI';
  }
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
  if (!current) return err('UNKNOWN_TRADE');
  const onTime = isOnTime(sent.happenedAt, now);
  const wanted = new Set(sent.subOrderIds);
  const tasks = current.tasks.filter((task) => wanted.has(task.subOrderId));
  if (tasks.length !== wanted.size || tasks.length === 0) return err('UNKNOWN_SUB_ORDER');
  const decide = decider(current, sent, model);
  if (!decide.ok) return decide;

  const changed: Task[] = [];
  for (const task of tasks) {
    const next = decide.value(task);
    if (!next.ok) return next;
    if (next.value === task) continue;
    const { status } = next.value;
    const told = isWorkStatus(sent.status) ? sent.status : status;
    if (told === null) continue;
    changed.push(
      withEntry(next.value, {
        status: told,
        happenedAt: sent.happenedAt,
        receivedAt: now,
        operator: sent.operator,
        onTime,
      }),
    );
  }
  if (changed.length === 0) return ok({ fulfilment: current, changed, onTime });
  const byId = new Map(changed.map((task) => [task.subOrderId, task]));
  const after = current.tasks.map((task) => byId.get(task.subOrderId) ?? task);
  return ok({ fulfilment: { ...current, tasks: after }, changed, onTime });
}

/** Checks what concerns the whole report and returns what to do with each task. */
function decider(
  current: Fulfilment,
  sent: Report,
  model: Model,
): Result<(task: Task) => Result<Task, ReportRefusal>, ReportRefusal> {
  if (!inScope(sent.channel, model)) return err('OUT_OF_SCOPE');
  const { status } = sent;
  if (isWorkStatus(status)) return ok((task) => workStep(task, status));
  // What the decoder knows and this table does not are the codes of a later version.
  if (!isFlowStatus(status)) return err('NOT_SUPPORTED');
  const setter = setterOf(status);
  if (setter === 'ASTROLABE') return err('WRONG_SETTER');
  if (setter === 'ALLOCATOR' && model.allocator !== 'ISV') return err('WRONG_SETTER');
  if (!sent.place || !sent.flow) return err('MISSING_FIELD');
  if (status === 'X_SHOP_HANDLED' && sent.channel === 'OMNIORDER' && !sent.logistics) {
    return err('MISSING_FIELD');
  }
  const { place, flow, logistics } = sent;
  return ok((task) =>
    flowStep(task, status, { place, flow, logistics }, current.shippedAtTmall, model),
  );
}

/** A working step is noted; an order that is done takes none any more. */
function workStep(task: Task, status: WorkStatus): Result<Task, ReportRefusal> {
  if (task.work === status) return ok(task);
  const over: readonly (FlowStatus | null)[] = ['X_SHOP_CANCEL_CONFIRM', 'X_MATCHED'];
  if (over.includes(task.status)) return err('ILLEGAL_TRANSITION');
  return ok({ ...task, work: status });
}

function flowStep(
  task: Task,
  status: FlowStatus,
  sent: { place: Place; flow: Flow; logistics: Logistics | null },
  shippedAtTmall: boolean,
  model: Model,
): Result<Task, ReportRefusal> {
  if (!task.place) return err('NOT_ALLOCATED');
  if (!samePlace(task.place, sent.place)) return err('WRONG_PLACE');
  if (task.flow !== sent.flow) return err('WRONG_FLOW');
  if (task.status === status) return ok(task);
  if (!mayFollow(task.flow, task.status, status)) {
    return happenedBefore(task, status) ? ok(task) : err('ILLEGAL_TRANSITION');
  }
  // The shipment is told to Tmall first (white paper 3.4).
  if (status === 'X_SHOP_HANDLED' && model.acceptor === 'POS' && !shippedAtTmall) {
    return err('TRADE_NOT_SHIPPED');
  }
  return ok({ ...task, status, logistics: sent.logistics ?? task.logistics });
}

/** A late repeat of a step that this allocation has left behind. */
function happenedBefore(task: Task, status: FlowStatus): boolean {
  const since = task.history.findLastIndex((entry) => entry.status === 'X_ALLOCATION_NOTIFIED');
  return task.history.slice(Math.max(since, 0)).some((entry) => entry.status === status);
}
