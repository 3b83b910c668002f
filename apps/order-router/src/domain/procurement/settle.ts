import type { Policy } from '@astrolabe/outbound';
import { answersPlanned, isStuck, readAgain } from './calls.ts';
import { told } from './events.ts';
import type { SupplyEvent } from './events.ts';
import { hasEnded } from './life.ts';
import { hasOrigin, isKnown, noted, withOrder, withRequisition } from './procurement.ts';
import type { Procurement, Purchase } from './procurement.ts';
import { planned, unaccounted } from './stock.ts';

/** Times of the procurement's life, and how often its calls are made. */
export type Rules = {
  /** How long after a requisition passed further orders may come of it, milliseconds (P-G8). */
  readonly graceMs: number;
  /** How long what the platform calls sent may be without a parcel of ours. */
  readonly parcelWaitMs: number;
  /** Between the first and the second look at an order that ended. */
  readonly endCheckMs: number;
  /** When a requisition that still keeps stock is read again, and a person is told (P-G6). */
  readonly oldAfterMs: number;
  readonly read: Policy;
  readonly answer: Policy;
};

const after = (at: Date | null, ms: number): Date | null => at && new Date(at.getTime() + ms);

const isPast = (at: Date | null, now: Date): boolean =>
  at !== null && at.getTime() <= now.getTime();

/** No further order is expected of the requisition. */
export function isClosed({ requisition }: Procurement, now: Date, { graceMs }: Rules): boolean {
  if (!requisition) return true;
  return requisition.isClosed || isPast(after(requisition.passedAt, graceMs), now);
}

/**
 * What follows from what is known now: stock, answers, what is told, what a person has to see, and when to
 * look again. Every change of a procurement ends with it.
 */
export function settled(
  p: Procurement,
  now: Date,
  rules: Rules,
): { readonly p: Procurement; readonly events: readonly SupplyEvent[] } {
  const aged = grownOld(p, now, rules);
  const ended = aged.orders.reduce((all, order) => lookedAt(all, order, now, rules), aged);
  const stocked = planned(ended, isClosed(ended, now, rules), now);
  const { p: said, events } = told(answersPlanned(stocked, now), now);
  const problem = problemsOf(said, now, rules)[0]?.code ?? '';
  const alarmed =
    problem === p.problem ? said : { ...noted(said, now, 'PROBLEM', '', problem), problem };
  return { p: { ...alarmed, dueAt: dueAt(alarmed, now, rules) }, events };
}

/** A requisition that has kept stock for a month is read once more; what it keeps stays held. */
function grownOld(p: Procurement, now: Date, rules: Rules): Procurement {
  const { requisition, createdAt } = p;
  if (!requisition || requisition.isOld || requisition.hold?.state !== 'HELD') return p;
  if (!isPast(after(createdAt, rules.oldAfterMs), now)) return p;
  return readAgain(
    withRequisition(p, (one) => ({ ...one, isOld: true })),
    '',
    now,
  );
}

/** Notes since when something is not accounted for, and has an order that ended read once more. */
function lookedAt(p: Procurement, order: Purchase, now: Date, rules: Rules): Procurement {
  const { orderId, seen, endReadings, told: before, hold } = order;
  const isShort = unaccounted(order).length > 0;
  const unaccountedAt = isShort ? (order.unaccountedAt ?? now) : null;
  const isSame = unaccountedAt?.getTime() === order.unaccountedAt?.getTime();
  const dated = isSame ? p : withOrder(p, orderId, (one) => ({ ...one, unaccountedAt }));
  const isFirst = seen !== null && hasEnded(seen) && before.state === 'CONFIRMED';
  if (!isFirst || endReadings >= 2 || hold?.state !== 'HELD') return dated;
  return readAgain(dated, orderId, after(now, rules.endCheckMs) ?? now);
}

export type Problem = {
  readonly code:
    | 'ANSWER_FAILED'
    | 'HOLD_FAILED'
    | 'LINES_CHANGED'
    | 'NOT_READ'
    | 'NO_REQUISITION'
    | 'OLD'
    | 'SENT_WITHOUT_PARCEL'
    | 'UNKNOWN_GOODS';
  /** An order; empty: the requisition. */
  readonly about: string;
  readonly message: string;
};

/** What a person has to look at. */
export function problemsOf(p: Procurement, now: Date, rules: Rules): readonly Problem[] {
  if (p.movedTo) return [];
  return [...p.orders.flatMap((order) => ofOrder(p, order, now, rules)), ...ofRequisition(p)];
}

function ofOrder(p: Procurement, order: Purchase, now: Date, rules: Rules): readonly Problem[] {
  const { orderId: about, seen, hold, answer, read } = order;
  const found: Problem[] = [];
  const add = (code: Problem['code'], message = ''): number => found.push({ code, about, message });
  if (isStuck(read.call)) add('NOT_READ', read.call?.problem?.message);
  if (isPast(after(order.unaccountedAt, rules.parcelWaitMs), now)) add('SENT_WITHOUT_PARCEL');
  if (!seen || hasEnded(seen)) return found;
  if (!hasOrigin(p, order)) add('NO_REQUISITION');
  else if (!isKnown(seen)) add('UNKNOWN_GOODS');
  if (hold?.state === 'FAILED') add('HOLD_FAILED', hold.reason);
  if (hold?.state === 'HELD' && isChanged(order)) add('LINES_CHANGED');
  if (seen.status === 'AWAITS_SUPPLIER' && isStuck(answer?.call)) {
    add('ANSWER_FAILED', answer?.call.problem?.message);
  }
  return found;
}

/** The platform shows other quantities than those that are held: nobody has told us of a change. */
const isChanged = ({ seen, hold }: Purchase): boolean =>
  (seen?.lines ?? []).some(
    ({ lineId, ordered }) =>
      ordered !== (hold?.lines.find((line) => line.lineId === lineId)?.quantityMilli ?? 0n),
  );

function ofRequisition({ requisition }: Procurement): readonly Problem[] {
  if (!requisition) return [];
  const { read, seen, hold, isOld } = requisition;
  const found: Problem[] = [];
  const add = (code: Problem['code'], message = ''): number =>
    found.push({ code, about: '', message });
  if (isStuck(read.call)) add('NOT_READ', read.call?.problem?.message);
  if (!seen || hasEnded(seen)) return found;
  if (seen.lines.some(({ goodsId }) => goodsId === '')) add('UNKNOWN_GOODS');
  if (hold?.state === 'FAILED') add('HOLD_FAILED', hold.reason);
  if (isOld && hold?.state === 'HELD') add('OLD');
  return found;
}

/** When something is due next; null when nothing is. */
function dueAt(p: Procurement, now: Date, rules: Rules): Date | null {
  if (p.movedTo) return null;
  const { requisition, stock } = p;
  const later = (at: Date | null): Date | null => (isPast(at, now) ? null : at);
  const keeps = requisition?.hold?.state === 'HELD';
  const times = [
    stock.pending?.at ?? null,
    requisition?.read.call?.nextAt ?? null,
    keeps ? later(after(requisition.passedAt, rules.graceMs)) : null,
    keeps ? later(after(p.createdAt, rules.oldAfterMs)) : null,
    ...p.orders.flatMap(({ read, answer, unaccountedAt }) => [
      read.call?.nextAt ?? null,
      answer?.call.nextAt ?? null,
      later(after(unaccountedAt, rules.parcelWaitMs)),
    ]),
  ].filter((at) => at !== null);
  return times.length === 0 ? null : new Date(Math.min(...times.map((at) => at.getTime())));
}
