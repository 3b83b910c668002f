import type { Result } from '@astrolabe/kernel';
import { assertNever, err, isOurs, ok, receive, wasReceived } from '@astrolabe/kernel';
import { acted } from './actions/act.ts';
import { settleActions } from './actions/records.ts';
import { accepted, consigned, refused } from './store-answers.ts';
import type { Change } from './change.ts';
import { settleClaim } from './claims.ts';
import type { OrderCommand, OrderRefusal } from './commands.ts';
import { stepDone } from './step-outcomes.ts';
import type { OrderEvent } from './events.ts';
import { cleared } from './flags.ts';
import { givenBack } from './given-back.ts';
import { left, settleLeft } from './left.ts';
import type { OrderState } from './order.ts';
import { told } from './order.ts';
import { refundAgreed, refundWithdrawn } from './refund.ts';
import { reported } from './report.ts';
import { retried, scheduleRetry, storeGone } from './retry.ts';
import { standing } from './standing.ts';
import { statusOf } from './status.ts';
import { STEP_CODES } from './step.ts';
import { leased, postponed, takenOver } from './steps.ts';
import { closed, paid } from './placed.ts';

/**
 * What a command comes to. `state` is the given one (same object) when nothing changes. `drive` is
 * true when the writer of this state has to perform its head step.
 */
export type Decided = {
  readonly state: OrderState | null;
  readonly events: readonly OrderEvent[];
  readonly drive: boolean;
};

/** What was to be done, and what stood in its way; what was said exactly is in the log. */
function whyPostponed({ steps }: OrderState, { code }: { readonly code: string }): string {
  const [head] = steps;
  return head ? `${STEP_CODES[head.kind]} ${code}` : code;
}

/**
 * The whole saga of an order: pure, total, one document in and one document out. Events are applied
 * once each, in any order; commands about steps that are no longer at the head change nothing.
 */
export function decide(
  state: OrderState | null,
  command: OrderCommand,
  now: Date,
): Result<Decided, OrderRefusal> {
  if (command.kind === 'stepTaken') {
    const taken = state && takenOver(state, now, command.postponedTo);
    return ok({ state: taken ?? state, events: [], drive: taken !== null });
  }
  if (command.kind === 'stepPostponed') {
    const next = state && postponed(state, command, command.problem, now);
    if (!state || !next || next === state) return ok({ state, events: [], drive: false });
    const isFirst = command.attempts === 1;
    const noted = isFirst
      ? told(next, now, 'POSTPONED', whyPostponed(state, command.problem))
      : next;
    return ok({ state: noted, events: [], drive: false });
  }
  const changed = changeOf(state, command, now);
  if (!changed.ok) return changed;
  const change = changed.value;
  if (!change || change.state === state) return ok({ state, events: [], drive: false });
  const stands = scheduleRetry(settleClaim(settleLeft(change.state, now)), now);
  const settled = settleActions(stands, now);
  const { state: next, drive } = leased(state, settled, now);
  const stood = standing(state, { ...next, status: statusOf(next) }, now);
  return ok({ state: stood, events: change.events, drive });
}

function changeOf(
  state: OrderState | null,
  command: Exclude<OrderCommand, { kind: 'stepTaken' | 'stepPostponed' }>,
  now: Date,
): Result<Change | null, OrderRefusal> {
  if (command.kind === 'reportAllocation') return reported(state, command.lines, now);
  if (command.kind === 'stepDone') {
    const { stepId, outcome, choice } = command;
    return ok(state && stepDone(state, stepId, outcome, choice, now));
  }
  if (command.kind === 'retryAllocation') return ok(state && retried(state, command, now));
  if (command.kind === 'clearFlag') {
    return state ? cleared(state, command.flag, command, now) : err('UNKNOWN_TRADE');
  }
  if (command.kind === 'act') {
    return state ? acted(state, command.action, now) : err('UNKNOWN_TRADE');
  }
  if (command.kind === 'storeGone') return ok(state && storeGone(state, command.storeId, now));
  if (state && wasReceived(state.inbox, command.origin)) return ok(null);
  const isPlaced = 'placed' in command;
  if (!state && isPlaced && !isNew(command)) return ok(null);
  // Stores answer only to what this document has told them.
  if (!state && !isPlaced) return err('UNKNOWN_TRADE');
  const change = eventChange(state, command, now);
  const inbox = receive(change.state.inbox, command.origin);
  return ok({ state: { ...change.state, inbox }, events: change.events });
}

/**
 * Whether an order begins here: of those that are ours, and of the closed ones those that were paid. One
 * that is over before anything was heard of it is one of before.
 */
function isNew({ kind, placed }: Extract<OrderCommand, { placed: unknown }>): boolean {
  if (!isOurs(placed)) return false;
  if (kind === 'orderClosed') return placed.paidAt !== null;
  return kind === 'orderPaid' || placed.state !== 'COMPLETED';
}

type EventCommand = Extract<OrderCommand, { origin: unknown }>;

function eventChange(state: OrderState | null, command: EventCommand, now: Date): Change {
  if (command.kind === 'orderPaid') return paid(state, command.placed, command.settings, now);
  if (command.kind === 'orderClosed') return closed(state, command.placed, command.settings, now);
  if (command.kind === 'orderLeft') {
    const { placed, subOrderIds, settings } = command;
    return left(state, placed, subOrderIds, settings, now);
  }
  if (!state) throw new TypeError('a store answer without an order');
  switch (command.kind) {
    case 'storeAccepted':
      return accepted(state, command.answer, now);
    case 'storeRefused':
      return command.back
        ? givenBack(state, command.answer, command.back, now)
        : refused(state, command.answer, now);
    case 'refundAgreed':
      return refundAgreed(state, command.answer, now);
    case 'refundWithdrawn':
      return refundWithdrawn(state, command.subOrderIds, now);
    case 'storeConsigned':
      return consigned(state, command.answer, command.shipment, now);
    default:
      return assertNever(command, 'event');
  }
}
