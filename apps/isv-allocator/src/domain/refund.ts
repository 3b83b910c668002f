import type { Fen, OrderRef } from '@astrolabe/kernel';
import { isDoubtful } from '@astrolabe/outbound';
import type { Allocation, Refund, RefundState } from './allocation.ts';
import { givenUpFor, scheduled } from './allocation.ts';
import { newRound, newAllocation, finished } from './allocation-rounds.ts';

/** Refunds that are remembered of a trade; the oldest that have ended go first. */
const REFUNDS_MAX = 100;

/** A refund of one sub-order as the platform told it by SPI, which names no refund. */
export type ToldRefund = { readonly subOrderId: string; readonly standing: RefundStanding };

/**
 * ASKED and COMES_BACK want the store's word, before and after the shipment; OVER: the buyer has the
 * money; WITHDRAWN: the buyer does not want it any more; REFUSED: the seller did not agree.
 */
export type RefundStanding = 'ASKED' | 'COMES_BACK' | 'OVER' | 'WITHDRAWN' | 'REFUSED';

/** A refund as a row of the push table has it. */
export type ReadRefund = {
  readonly orderRef: OrderRef;
  readonly refundId: string;
  readonly subOrderId: string;
  readonly feeFen: Fen;
  readonly modifiedAt: Date;
  readonly standing: Exclude<RefundStanding, 'COMES_BACK'>;
};

const isWaiting = ({ state }: Refund): boolean => state === 'ASKED';

/** Refunds by which the sub-order is lost: it is not allocated any more. */
const LOST: readonly RefundState[] = ['ASKED', 'AGREED', 'OVER'];

/** The newest refund of a sub-order. */
export const refundOf = ({ refunds = [] }: Allocation, subOrderId: string): Refund | undefined =>
  refunds.findLast((one) => one.subOrderId === subOrderId);

/**
 * `customer.refund` of these sub-orders (white paper 6.6.4). It may come before `allocate`: then they
 * are never allocated. What waits for a store already, or has been agreed to, is not asked again; a
 * repeat changes nothing.
 */
export function refundTold(
  state: Allocation | null,
  name: OrderRef,
  told: readonly ToldRefund[],
  now: Date,
): Allocation {
  let next = state ?? newAllocation(name, now);
  for (const { subOrderId, standing } of told) {
    const known = refundOf(next, subOrderId);
    const isRepeat =
      known &&
      known.state !== 'WITHDRAWN' &&
      known.afterSale === (standing === 'COMES_BACK') &&
      (standing !== 'OVER' || known.state === 'OVER');
    if (isRepeat) continue;
    const news = newRefund(next, { subOrderId, refundId: '', feeFen: 0n }, standing, now);
    next = { ...next, refunds: kept([...(next.refunds ?? []), news]) };
  }
  return settled(state, next, now);
}

/**
 * A row of jdp_tb_refund. A refund that the SPI has announced gets its number here; older versions of
 * a row, and the same one again, change nothing (null). Withdrawn ones let the sub-order go on.
 */
export function refundRead(
  state: Allocation | null,
  row: ReadRefund,
  now: Date,
): Allocation | null {
  const { refundId, subOrderId, feeFen, modifiedAt, standing } = row;
  const before = state ?? newAllocation(row.orderRef, now);
  const refunds = before.refunds ?? [];
  const known =
    refunds.find((one) => one.refundId === refundId) ??
    refunds.findLast((one) => one.refundId === '' && one.subOrderId === subOrderId);
  if (known?.readAt && known.readAt.getTime() >= modifiedAt.getTime()) return null;
  const base = known ?? newRefund(before, { subOrderId, refundId, feeFen }, standing, now);
  const after: Refund = {
    ...base,
    refundId,
    feeFen,
    readAt: modifiedAt,
    state: stateAfter(base.state, standing),
  };
  const others = refunds.filter((one) => one !== known);
  return settled(state, { ...before, refunds: kept([...others, after]) }, now);
}

/** What the table says of a refund whose store may have spoken already. */
function stateAfter(current: RefundState, standing: RefundStanding): RefundState {
  if (standing === 'WITHDRAWN') return current === 'RETURNED' ? current : 'WITHDRAWN';
  if (standing === 'OVER') return 'OVER';
  if (standing === 'REFUSED') return 'DENIED';
  // A refund that was withdrawn and is asked for again under its number.
  return current === 'WITHDRAWN' ? 'ASKED' : current;
}

function newRefund(
  state: Allocation,
  { subOrderId, refundId, feeFen }: Pick<Refund, 'subOrderId' | 'refundId' | 'feeFen'>,
  standing: RefundStanding,
  now: Date,
): Refund {
  const isShipped = state.progress === 'SHIPPED';
  const isOpen = standing === 'ASKED' || standing === 'OVER';
  const afterSale = standing === 'COMES_BACK' || (isOpen && isShipped);
  const base = { subOrderId, refundId, feeFen, afterSale, askedAt: now };
  if (standing === 'WITHDRAWN') return { ...base, state: 'WITHDRAWN' };
  if (standing === 'REFUSED') return { ...base, state: 'DENIED' };
  if (standing === 'OVER') return { ...base, state: 'OVER' };
  // The goods are out, whichever of the buyer's wishes the store was asked about.
  if (!afterSale && refundOf(state, subOrderId)?.state === 'DENIED') {
    return { ...base, state: 'DENIED' };
  }
  // A place that the platform does not know of has nothing to answer: the platform agrees by itself.
  const isHad = state.lines.some((line) => line.subOrderId === subOrderId && line.told);
  return { ...base, state: isHad ? 'ASKED' : 'AGREED' };
}

const kept = (refunds: readonly Refund[]): readonly Refund[] => {
  const surplus = Math.max(0, refunds.length - REFUNDS_MAX);
  const ended = refunds.filter((one) => !isWaiting(one)).slice(0, surplus);
  return refunds.filter((one) => !ended.includes(one));
};

/** The store's word on refunds that it was asked about (white paper 6.5). */
export const ANSWERS: ReadonlyMap<string, RefundState> = new Map([
  ['CANCEL_AGREED', 'AGREED'],
  ['CANCEL_DENIED', 'DENIED'],
  ['RETURNED', 'RETURNED'],
]);

/**
 * Whether a store is asked for this word on all these sub-orders. Where the buyer has the money already
 * the question is where the goods are.
 */
export const isAskedFor = (
  state: Allocation,
  status: string,
  subOrderIds: readonly string[],
): boolean =>
  subOrderIds.every((id) => {
    const refund = refundOf(state, id);
    const isOpen = refund?.state === 'ASKED' || refund?.state === 'OVER';
    return isOpen && refund.afterSale === (status === 'RETURNED');
  });

/** The store has answered: what it has denied goes on. */
export function refundAnswered(
  state: Allocation,
  status: string,
  subOrderIds: readonly string[],
  now: Date,
): Allocation {
  const answer = ANSWERS.get(status);
  if (!answer) return state;
  const answered = new Set(subOrderIds.map((id) => refundOf(state, id)));
  const refunds = (state.refunds ?? []).map((one) =>
    answered.has(one) ? { ...one, state: answer } : one,
  );
  return settled(state, { ...state, refunds }, now);
}

/** The platform shows these refunds as withdrawn; the tables may tell it later, or not at all. */
export function withdrawnSeen(state: Allocation, subOrderIds: readonly string[]): Allocation {
  const gone = new Set(subOrderIds.map((id) => refundOf(state, id)));
  const isGone = (one: Refund): boolean =>
    gone.has(one) && !one.afterSale && (isWaiting(one) || one.state === 'AGREED');
  const refunds = (state.refunds ?? []).map((one) =>
    isGone(one) ? { ...one, state: 'WITHDRAWN' as const } : one,
  );
  const lost = state.refunded.filter((id) => !subOrderIds.includes(id));
  return { ...state, refunds, refunded: lost };
}

/**
 * Draws what follows from the refunds: sub-orders that are lost are not allocated, and what was to be
 * done for them is void; one that comes back has a place as before or, where the store had agreed,
 * wants a new one. When nothing is left the trade is released.
 */
function settled(before: Allocation | null, next: Allocation, now: Date): Allocation {
  if (before && next.refunds === before.refunds) return before;
  const isLost = (id: string): boolean => {
    const refund = refundOf(next, id);
    return refund !== undefined && !refund.afterSale && LOST.includes(refund.state);
  };
  const named = new Set((next.refunds ?? []).map(({ subOrderId }) => subOrderId));
  const other = next.refunded.filter((id) => !named.has(id));
  const refunded = [...other, ...[...named].filter(isLost)];
  const state = { ...next, refunded };
  if (state.progress === 'SHIPPED') return state;
  const lost = refunded.filter((id) => !next.refunded.includes(id));
  const back = next.refunded.filter((id) => !refunded.includes(id));
  if (back.length > 0) return resumed(before, state, back, now);
  if (lost.length === 0) return scheduled(state);
  const isAll =
    state.lines.length > 0 && state.lines.every((line) => refunded.includes(line.subOrderId));
  if (isAll) return finished(state, 'RELEASED');
  const effects = state.effects.map((one) =>
    lost.includes(one.subOrderId) && !isDoubtful(one) ? givenUpFor(one, 'refunded') : one,
  );
  return scheduled({ ...state, effects });
}

/** Sub-orders that come back. A store that had agreed has put its goods back on the shelf. */
function resumed(
  before: Allocation | null,
  state: Allocation,
  back: readonly string[],
  now: Date,
): Allocation {
  const wasAgreed = (id: string): boolean =>
    before !== null && refundOf(before, id)?.state === 'AGREED';
  const lines = state.lines.map((line) =>
    back.includes(line.subOrderId) && wasAgreed(line.subOrderId)
      ? { ...line, place: null, kind: null, told: false }
      : line,
  );
  const progress = state.progress === 'RELEASED' ? ('OPEN' as const) : state.progress;
  const next = scheduled({ ...state, lines, progress });
  const { round, decision } = next;
  const isPlaced = back.every((id) => lines.some((l) => l.subOrderId === id && l.told));
  // Before the first request there is nothing to decide.
  if (round === 0 || (isPlaced && !decision)) return next;
  // One that is due may have read the trade before the refund was withdrawn: it must not count.
  return newRound(next, decision?.cause ?? 'ASKED', now);
}
