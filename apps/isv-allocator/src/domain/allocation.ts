import type { Fen, Milli, OrderRef, Place, StockKind } from '@astrolabe/kernel';
import { abandoned, isDue, isOpen, planned } from '@astrolabe/outbound';
import type { OutboundCall } from '@astrolabe/outbound';

/** Goods as the platform's item interfaces name them. */
export type Goods = { readonly itemId: string; readonly skuId: string; readonly outerId: string };

/** One sub-order, and what we have decided for it. */
export type Line = {
  readonly subOrderId: string;
  readonly goods: Goods;
  readonly quantityMilli: Milli;
  /** Whose stock the platform had occupied when it was read last. */
  readonly deducted: Place | null;
  readonly place: Place | null;
  readonly kind: StockKind | null;
  /** The platform has been told this place. */
  readonly told: boolean;
  readonly refusedBy: readonly Place[];
  /** Places where the platform found no stock to move the occupancy to, in this round. */
  readonly missed: readonly Place[];
};

/**
 * TAKEN reports REGISTERED, ADJUST moves an occupancy, SYNC tells the result, SHIP ships at Tmall,
 * STATUS tells what a store has done.
 */
export type EffectKind = 'TAKEN' | 'ADJUST' | 'SYNC' | 'SHIP' | 'STATUS';

export type Logistics = {
  readonly id: string;
  readonly company: string;
  /** Tmall's code of the carrier. */
  readonly companyCode: string;
  readonly mailNo: string;
  readonly description: string;
};

/** What a store or warehouse of the seller has done. */
export type StoreReport = {
  readonly subOrderIds: readonly string[];
  /** One of the kernel's FULFILMENT_STATUSES. */
  readonly status: string;
  /** Null for a working step, which names none. */
  readonly place: Place | null;
  readonly operator: string;
  readonly happenedAt: Date;
  readonly logistics: Logistics | null;
};

/** A call that changes something at the platform. */
export type Effect = OutboundCall & {
  readonly id: number;
  readonly kind: EffectKind;
  readonly round: number;
  /** Of an ADJUST; empty otherwise. */
  readonly subOrderId: string;
  /** Of an ADJUST: the platform's idempotency key, the same for every try. Empty otherwise. */
  readonly billNum: string;
  /** Of a STATUS and of a SHIP. */
  readonly report?: StoreReport;
  /** When its newest attempt was begun, or has ended; absent before the first one. */
  readonly calledAt?: Date;
};

/**
 * ASKED: the store's word is wanted. AGREED: the goods stay, or no store had them. DENIED: they are
 * out. RETURNED: they are back. OVER: the buyer has the money.
 */
export type RefundState = 'ASKED' | 'AGREED' | 'DENIED' | 'RETURNED' | 'WITHDRAWN' | 'OVER';

/** What the buyer wants back. */
export type Refund = {
  readonly subOrderId: string;
  /** Empty until a table has told it: the SPI names none. */
  readonly refundId: string;
  readonly feeFen: Fen;
  /** Asked for after the shipment: the goods are to come back. */
  readonly afterSale: boolean;
  readonly state: RefundState;
  readonly askedAt: Date;
  /** The refund's own time of change in the push table, as it was read last; absent when never. */
  readonly readAt?: Date;
};

/** What the platform may be answered for a trade (white paper 6.6.3). */
export type AllocationStatus = 'WAITING' | 'ALLOCATED' | 'FAILED';

/** What made a decision due: a request, a refusal, or a place that could not be had. */
export type Cause = 'ASKED' | 'REFUSED' | 'MISSED';

/** One trade at our side. */
export type Allocation = {
  readonly orderRef: OrderRef;
  readonly status: AllocationStatus;
  readonly progress: 'OPEN' | 'ACCEPTED' | 'SHIPPED' | 'RELEASED';
  /** Counts what led to a decision: the first request, each further one, each refusal. */
  readonly round: number;
  readonly requestedAt: Date;
  readonly notifiedAt: Date | null;
  /** Set while a decision is due. */
  readonly decision: {
    readonly cause: Cause;
    readonly attempts: number;
    readonly nextAt: Date;
    readonly lastError: string;
  } | null;
  /** Counts decisions: those made on an older count are void. */
  readonly decisions: number;
  readonly lines: readonly Line[];
  /** Sub-orders that the buyer gave back; they are not allocated any more. */
  readonly refunded: readonly string[];
  /** Refunds of the trade, the newest of a sub-order last; absent when there were none. */
  readonly refunds?: readonly Refund[];
  readonly effects: readonly Effect[];
  /** The trade's own time of change in the push table, as it was read last; absent when never. */
  readonly readAt?: Date;
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

export const EFFECTS_MAX = 200;

/** Sub-orders that still want a place. */
export const wanted = ({ lines, refunded }: Allocation): readonly Line[] =>
  lines.filter((line) => !refunded.includes(line.subOrderId));

/** The effect to run next. They go out in their order, but for TAKEN: it holds nobody up. */
export function openEffect({ effects }: Allocation, now: Date): Effect | null {
  const taken = effects.find((one) => one.kind === 'TAKEN' && isOpen(one));
  if (taken && isDue(taken, now)) return taken;
  const next = effects.find((one) => one.kind !== 'TAKEN' && isOpen(one));
  return next && isDue(next, now) ? next : null;
}

/** Recomputes when the allocation is due next; every change ends with it. */
export function scheduled(allocation: Omit<Allocation, 'dueAt'>): Allocation {
  const effects = allocation.effects.slice(-EFFECTS_MAX);
  const open = effects.filter(isOpen);
  const firsts = [
    open.find((one) => one.kind === 'TAKEN')?.nextAt,
    allocation.decision ? allocation.decision.nextAt : undefined,
    // While a decision is due, what the one before it left is void already.
    open.find((one) => one.kind !== 'TAKEN')?.nextAt,
  ].flatMap((at) => (at ? [at.getTime()] : []));
  const dueAt = firsts.length === 0 ? null : new Date(Math.min(...firsts));
  return { ...allocation, effects, dueAt };
}

/**
 * Gives up what is open of a decision. The next one reads from the platform what had its effect
 * anyway. What stores have done stays true.
 */
export const voidOpen = (effects: readonly Effect[], why: string): readonly Effect[] =>
  effects.map((one) => (one.kind === 'ADJUST' || one.kind === 'SYNC' ? givenUpFor(one, why) : one));

/** Nobody wants the call any more, for a reason of ours. */
export const givenUpFor = (effect: Effect, why: string): Effect =>
  abandoned(effect, { code: 'VOID', message: why });

/**
 * A timestamp of TOP has seconds: two calls that say the same within one are the same bytes, and a
 * platform may answer the second one with the first one's answer and do nothing. One second more is
 * for the time until a call is signed.
 */
const SAME_CALL_MS = 2_000;

/** When a call may be made that an earlier effect may have made in the same words. */
function earliest(
  effects: readonly Effect[],
  { kind, report }: Pick<Effect, 'kind' | 'report'>,
  now: Date,
): Date {
  if (kind !== 'SYNC' && kind !== 'STATUS') return now;
  const same = effects.findLast(
    (one) => one.kind === kind && one.report?.status === report?.status && one.calledAt,
  );
  return new Date(Math.max(now.getTime(), (same?.calledAt?.getTime() ?? 0) + SAME_CALL_MS));
}

/** Adds effects at the end, ready to run. */
export function withEffects(
  { effects, round }: Pick<Allocation, 'effects' | 'round'>,
  added: readonly Pick<Effect, 'kind' | 'subOrderId' | 'billNum' | 'report'>[],
  now: Date,
): readonly Effect[] {
  const last = effects.at(-1)?.id ?? 0;
  return [
    ...effects,
    ...added.map((one, index): Effect => ({
      ...one,
      id: last + 1 + index,
      round,
      ...planned(earliest(effects, one, now)),
    })),
  ];
}
