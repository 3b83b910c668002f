/** How the buyer gets the goods: FAHUO and ZITI on the wire. */
export type Flow = 'SHIP' | 'PICKUP';

/** Who may report a status of the flow; working steps are the merchant's. */
export type Setter = 'ALLOCATOR' | 'STORE' | 'ASTROLABE';

/**
 * Working steps that any order may report, in the order of the work; any may be skipped (white paper
 * 6.4, first table). They stand beside the statuses of the flow and never replace one.
 */
export const WORK_STATUSES = [
  'X_TO_SYSTEM',
  'X_SERVICE_AUDITED',
  'X_FINANCE_AUDITED',
  'X_SORT_PRINTED',
  'X_SEND_PRINTED',
  'X_LOGISTICS_PRINTED',
  'X_SORTED',
  'X_EXAMINED',
  'X_PACKAGED',
  'X_WEIGHED',
  'X_OUT_WAREHOUSE',
] as const;

export type WorkStatus = (typeof WORK_STATUSES)[number];

/** Announced for a later version (以后版本支持); `TRANSER` is the document's spelling. */
export const FUTURE_STATUSES = ['X_COMMODITY_TRANSER', 'X_TRANSFER_SUCCESS'] as const;

/** The statuses that decide what may come next. */
export type FlowStatus =
  | 'X_ALLOCATION_NOTIFIED'
  | 'X_SHOP_ALLOCATION'
  | 'X_SHOP_DENY'
  | 'X_SHOP_HANDLED'
  | 'X_COMMODITY_CONFIRM'
  | 'X_SHOP_CANCEL'
  | 'X_SHOP_CANCEL_CONFIRM'
  | 'X_SHOP_CANCEL_DENIED'
  | 'X_HANDLED_CANCEL'
  | 'X_MATCHED';

export type Status = WorkStatus | FlowStatus;

/** Who sets each status (white paper 6.4 and 6.5, column 发起方; catalogue 4.1). */
export const SETTERS: Readonly<Record<FlowStatus, Setter>> = {
  X_ALLOCATION_NOTIFIED: 'ALLOCATOR',
  X_SHOP_ALLOCATION: 'STORE',
  X_SHOP_DENY: 'STORE',
  X_SHOP_HANDLED: 'STORE',
  X_COMMODITY_CONFIRM: 'STORE',
  X_SHOP_CANCEL: 'ASTROLABE',
  X_SHOP_CANCEL_CONFIRM: 'STORE',
  X_SHOP_CANCEL_DENIED: 'STORE',
  X_HANDLED_CANCEL: 'ASTROLABE',
  X_MATCHED: 'STORE',
};

export type Transitions = Readonly<Partial<Record<FlowStatus | 'NEW', readonly FlowStatus[]>>>;

/**
 * What may follow what (catalogue 4.2). A refused task gets a new allocation; pick-up may be refused
 * as well (decision D-11), and its goods are handed over outside this table.
 */
export const TRANSITIONS: Readonly<Record<Flow, Transitions>> = {
  SHIP: {
    NEW: ['X_ALLOCATION_NOTIFIED'],
    X_ALLOCATION_NOTIFIED: ['X_SHOP_ALLOCATION', 'X_SHOP_DENY', 'X_SHOP_CANCEL'],
    X_SHOP_DENY: ['X_ALLOCATION_NOTIFIED'],
    X_SHOP_ALLOCATION: ['X_SHOP_HANDLED', 'X_SHOP_CANCEL'],
    X_SHOP_CANCEL: ['X_SHOP_CANCEL_CONFIRM', 'X_SHOP_CANCEL_DENIED'],
    X_SHOP_CANCEL_DENIED: ['X_SHOP_HANDLED'],
    X_SHOP_HANDLED: ['X_HANDLED_CANCEL'],
    X_HANDLED_CANCEL: ['X_MATCHED'],
  },
  PICKUP: {
    NEW: ['X_ALLOCATION_NOTIFIED'],
    X_ALLOCATION_NOTIFIED: ['X_COMMODITY_CONFIRM', 'X_SHOP_DENY', 'X_SHOP_CANCEL'],
    X_SHOP_DENY: ['X_ALLOCATION_NOTIFIED'],
    X_COMMODITY_CONFIRM: ['X_SHOP_CANCEL', 'X_HANDLED_CANCEL'],
    X_SHOP_CANCEL: ['X_SHOP_CANCEL_CONFIRM'],
    X_HANDLED_CANCEL: ['X_MATCHED'],
  },
};

/**
 * From these an allocator may send a sub-order to another place, which begins the flow anew: until
 * the goods have left or a refund is under way (white paper 6.6.1, "already shipped" is an error).
 */
const REALLOCATABLE: readonly (FlowStatus | null)[] = [
  null,
  'X_ALLOCATION_NOTIFIED',
  'X_SHOP_DENY',
  'X_SHOP_ALLOCATION',
  'X_COMMODITY_CONFIRM',
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

/** A store's answer to the notice of an order; for pick-up it accepts with X_COMMODITY_CONFIRM. */
const ANSWERS: readonly Status[] = ['X_SHOP_ALLOCATION', 'X_COMMODITY_CONFIRM', 'X_SHOP_DENY'];

const TIMED: readonly Status[] = ['X_ALLOCATION_NOTIFIED', ...ANSWERS, 'X_SHOP_HANDLED'];

/** Whether white paper 5.4 sets a time for a status; nothing is early or late about the others. */
export const isTimed = (status: Status): boolean => TIMED.includes(status);

export const isAnswer = (status: Status): boolean => ANSWERS.includes(status);

const isWithinLimit = (from: Date, to: Date): boolean =>
  to.getTime() - from.getTime() < REPORT_LAG_MAX_MS;

/**
 * Whether a status was reported in time (white paper 5.4, docs/adr/0031): strictly less than five
 * minutes from the event to its report. `notifiedAt` is for the answers of stores: their event has to
 * follow the notice within the same time, since a report without a time of its own
 * (`taobao.omniorder.store.accpeted`, `refuse`) happens when it arrives and would never be late.
 */
export const isOnTime = (
  happenedAt: Date,
  receivedAt: Date,
  notifiedAt: Date | null = null,
): boolean =>
  isWithinLimit(happenedAt, receivedAt) &&
  (notifiedAt === null || isWithinLimit(notifiedAt, happenedAt));
