import type { FulfilmentStatus, WorkStatus } from '@astrolabe/kernel';
import { WORK_STATUSES } from '@astrolabe/kernel';

/** How the buyer gets the goods. */
export type Flow = 'SHIP' | 'PICKUP';

/** Who may report a status of the flow; working steps are the merchant's. */
export type Setter = 'ALLOCATOR' | 'STORE' | 'ASTROLABE';

/** Announced for a later version (以后版本支持). */
export const FUTURE_STATUSES = [
  'TRANSFERRING',
  'TRANSFERRED',
] as const satisfies readonly FulfilmentStatus[];

/** The statuses that decide what may come next. */
export type FlowStatus = Exclude<FulfilmentStatus, WorkStatus | (typeof FUTURE_STATUSES)[number]>;

export type Status = WorkStatus | FlowStatus;

/** Who sets each status (white paper 6.4 and 6.5, column 发起方; catalogue 4.1). */
export const SETTERS: Readonly<Record<FlowStatus, Setter>> = {
  OFFERED: 'ALLOCATOR',
  ACCEPTED: 'STORE',
  REFUSED: 'STORE',
  SHIPPED: 'STORE',
  READY: 'STORE',
  CANCEL_ASKED: 'ASTROLABE',
  CANCEL_AGREED: 'STORE',
  CANCEL_DENIED: 'STORE',
  RETURN_EXPECTED: 'ASTROLABE',
  RETURNED: 'STORE',
};

export type Transitions = Readonly<Partial<Record<FlowStatus | 'NEW', readonly FlowStatus[]>>>;

/**
 * What may follow what (catalogue 4.2). A refused task gets a new allocation; pick-up may be refused
 * as well (decision D-11), and its goods are handed over outside this table.
 */
export const TRANSITIONS: Readonly<Record<Flow, Transitions>> = {
  SHIP: {
    NEW: ['OFFERED'],
    OFFERED: ['ACCEPTED', 'REFUSED', 'CANCEL_ASKED'],
    REFUSED: ['OFFERED'],
    ACCEPTED: ['SHIPPED', 'CANCEL_ASKED'],
    CANCEL_ASKED: ['CANCEL_AGREED', 'CANCEL_DENIED'],
    CANCEL_DENIED: ['SHIPPED'],
    SHIPPED: ['RETURN_EXPECTED'],
    RETURN_EXPECTED: ['RETURNED'],
  },
  PICKUP: {
    NEW: ['OFFERED'],
    OFFERED: ['READY', 'REFUSED', 'CANCEL_ASKED'],
    REFUSED: ['OFFERED'],
    READY: ['CANCEL_ASKED', 'RETURN_EXPECTED'],
    CANCEL_ASKED: ['CANCEL_AGREED'],
    RETURN_EXPECTED: ['RETURNED'],
  },
};

/**
 * From these an allocator may send a sub-order to another place, which begins the flow anew: until
 * the goods have left or a refund is under way (white paper 6.6.1, "already shipped" is an error).
 */
const REALLOCATABLE: readonly (FlowStatus | null)[] = [
  null,
  'OFFERED',
  'REFUSED',
  'ACCEPTED',
  'READY',
];

export const mayReallocate = (status: FlowStatus | null): boolean => REALLOCATABLE.includes(status);

export const isWorkStatus = (status: string): status is WorkStatus =>
  WORK_STATUSES.some((known) => known === status);

export const isFutureStatus = (status: string): boolean =>
  FUTURE_STATUSES.some((known) => known === status);

export const isFlowStatus = (status: string): status is FlowStatus =>
  Object.hasOwn(SETTERS, status);

/** Whether `next` may follow `current` in a flow. */
export const mayFollow = (flow: Flow, current: FlowStatus | null, next: FlowStatus): boolean =>
  (TRANSITIONS[flow][current ?? 'NEW'] ?? []).includes(next);

/** Reports must arrive strictly less than five minutes after the event (white paper 5.4). */
export const REPORT_LAG_MAX_MS = 5 * 60_000;

/** A store's answer to the notice of an order; for pick-up it accepts with READY. */
const ANSWERS: readonly Status[] = ['ACCEPTED', 'READY', 'REFUSED'];

const TIMED: readonly Status[] = ['OFFERED', ...ANSWERS, 'SHIPPED'];

/** Whether white paper 5.4 sets a time for a status; nothing is early or late about the others. */
export const isTimed = (status: Status): boolean => TIMED.includes(status);

export const isAnswer = (status: Status): boolean => ANSWERS.includes(status);

const isWithinLimit = (from: Date, to: Date): boolean =>
  to.getTime() - from.getTime() < REPORT_LAG_MAX_MS;

/**
 * Whether a status was reported in time (white paper 5.4, docs/adr/0031): strictly less than five
 * minutes from the event to its report. `notifiedAt` is for the answers of stores: their event has to
 * follow the notice within the same time, since a report without a time of its own
 * (white paper 6.6.8, 6.6.9) happens when it arrives and would never be late.
 */
export const isOnTime = (
  happenedAt: Date,
  receivedAt: Date,
  notifiedAt: Date | null = null,
): boolean =>
  isWithinLimit(happenedAt, receivedAt) &&
  (notifiedAt === null || isWithinLimit(notifiedAt, happenedAt));
