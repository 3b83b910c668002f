import type { ChannelOrder, Fen, OrderRef, Place, RefundState } from '@astrolabe/kernel';
import { isOpen as isOpenCall, isGivenUp, planned } from '@astrolabe/outbound';
import type { OutboundCall } from '@astrolabe/outbound';

/** The order as in its channel's newest message. */
export type SeenOrder = Omit<ChannelOrder, 'orderRef' | 'hold' | 'collectStoreId'> & {
  readonly publishedAt: Date;
};

/** Where a sub-order goes. */
export type Placement = {
  readonly subOrderId: string;
  readonly allocation: number;
  readonly place: Place;
  /** The buyer collects the goods there. */
  readonly pickup?: true;
  /** Extension fields of the seller's router, name and text: its names are not to be field names. */
  readonly attributes?: readonly (readonly [name: string, text: string])[];
};

/** What a store said of a sub-order. */
export type StoreAnswer = {
  readonly subOrderId: string;
  readonly allocation: number;
  readonly status: 'ACCEPTED' | 'REFUSED' | 'SHIPPED';
};

/** A refund that the seller's router was notified of. */
export type Refund = {
  readonly refundId: string;
  readonly subOrderId: string;
  readonly state: RefundState;
  readonly refundFeeFen: Fen;
  /** Money alone; absent where goods are given back. */
  readonly amountOnly?: true;
  readonly created: Date;
  readonly modified: Date;
};

/** A call to the seller's router. */
export type Call = OutboundCall & { readonly doneAt: Date | null };

/**
 * The order in the table of one application: what stands there, and the write of what is wanted. One that
 * is open at the revision that it is to have waits for what the gateway has of the trade.
 */
export type Row = OutboundCall & {
  readonly appKey: string;
  /** The revision that this application is to have. */
  readonly wanted: number;
  /** The revision that was written last; 0 before the first one. */
  readonly written: number;
  readonly writtenAt: Date | null;
  /** The application may not have the order now: its write waits until it may. */
  readonly isHeld?: true;
};

/** One order on its way to the seller's applications; kept as one document. */
export type PushedOrder = {
  readonly orderRef: OrderRef;
  readonly createdAt: Date;
  /** Grows by a second at least with every revision: the tables keep seconds and drop what is older. */
  readonly modifiedAt: Date;
  /** Counts what the applications are to see. */
  readonly revision: number;
  /** Null while only events of other services have come. */
  readonly order: SeenOrder | null;
  /** Who allocates; null until an event says so. */
  readonly allocator: 'isv' | 'astrolabe' | null;
  readonly acceptor: 'dianzhanggui' | 'pos' | null;
  /** Counts requests to allocate. */
  readonly round: number;
  /** Sub-orders that the seller's router has to allocate. */
  readonly waiting: readonly string[];
  readonly allocate: Call | null;
  readonly query: Call | null;
  /** Application keys that the last answer to `allocate` named. */
  readonly returned: readonly string[];
  /** Those of them that this seller has not registered. */
  readonly strangers: readonly string[];
  /** The newest allocation, and the newest one whose store system was notified or left to poll. */
  readonly allocation: number;
  readonly notified: number;
  readonly placements: readonly Placement[];
  readonly answers: readonly StoreAnswer[];
  readonly shipped: readonly string[];
  readonly closed: readonly string[];
  readonly refunds: readonly Refund[];
  readonly rows: readonly Row[];
  /** The audience has to be looked at again; null when it stands. */
  readonly planAt: Date | null;
  /** When the next thing is due; null when nothing is. */
  readonly nextAt: Date | null;
  readonly problems: readonly string[];
};

/** An order before its first event. */
export const newPushedOrder = (orderRef: OrderRef, now: Date): PushedOrder => ({
  orderRef,
  createdAt: now,
  modifiedAt: new Date(0),
  revision: 0,
  order: null,
  allocator: null,
  acceptor: null,
  round: 0,
  waiting: [],
  allocate: null,
  query: null,
  returned: [],
  strangers: [],
  allocation: 0,
  notified: 0,
  placements: [],
  answers: [],
  shipped: [],
  closed: [],
  refunds: [],
  rows: [],
  planAt: null,
  nextAt: null,
  problems: [],
});

export const newCall = (nextAt: Date): Call => ({ ...planned(nextAt), doneAt: null });

export const isOpen = (call: Call | null): boolean => call !== null && isOpenCall(call);

/** Why a request waits for an address that the seller must have. */
export const NO_SPI = { code: 'NO_SPI', message: 'no SPI is registered' } as const;

/** The request was given up until the seller has an address for it. */
export const lacksSpi = (call: Call | null): boolean =>
  call !== null && isGivenUp(call) && call.problem?.code === NO_SPI.code;

const SECOND_MS = 1_000;

/** The applications are to see something new. */
export function revised(push: PushedOrder, now: Date): PushedOrder {
  const modifiedAt = new Date(Math.max(now.getTime(), push.modifiedAt.getTime() + SECOND_MS));
  return { ...push, revision: push.revision + 1, modifiedAt, planAt: now };
}

/** Brings what is derived up to date: when the next thing is due, and what a person should look at. */
export function settled(push: PushedOrder): PushedOrder {
  const times = [
    push.planAt,
    push.allocate?.nextAt,
    push.query?.nextAt,
    ...push.rows.map((row) => (row.isHeld ? null : row.nextAt)),
  ].flatMap((time) => (time ? [time.getTime()] : []));
  const nextAt = times.length > 0 ? new Date(Math.min(...times)) : null;
  return { ...push, nextAt, problems: problemsOf(push) };
}

function problemsOf({ allocate, query, rows, strangers }: PushedOrder): readonly string[] {
  return [
    ...(lacksSpi(allocate) ? ['ALLOCATE_SPI_MISSING'] : []),
    ...(allocate && isGivenUp(allocate) && !lacksSpi(allocate) ? ['ALLOCATE_GIVEN_UP'] : []),
    ...(query && isGivenUp(query) ? ['RESULT_MISSING'] : []),
    ...(rows.some(isGivenUp) ? ['WRITE_GIVEN_UP'] : []),
    ...(strangers.length > 0 ? ['UNKNOWN_APP_KEY'] : []),
  ];
}

/** Everything that is still to be shipped has been; something has. */
export function isShipped({ order, shipped, closed }: PushedOrder): boolean {
  if (!order || shipped.length === 0) return false;
  return order.lines.every(
    ({ subOrderId }) => shipped.includes(subOrderId) || closed.includes(subOrderId),
  );
}
