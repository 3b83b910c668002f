import type { ChannelOrder, Fen, OrderRef, Place, RefundState } from '@astrolabe/kernel';

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

/**
 * An intent to call the seller's router, and how it went. `PENDING` had no effect, `UNKNOWN` may have had
 * one; `MISSING` waits for an address that the seller must have; the others are ends.
 */
export type CallState = 'PENDING' | 'UNKNOWN' | 'DONE' | 'GIVEN_UP' | 'MISSING';
export type Call = {
  readonly state: CallState;
  /** Tries that were begun; the one of a crashed process counts. */
  readonly attempts: number;
  /** Times that a connection which fails again and again was left alone. */
  readonly pauses: number;
  readonly lastError: string;
  /** When anybody may take it up; null at its end. */
  readonly nextAt: Date | null;
  readonly doneAt: Date | null;
};

/**
 * The order in the table of one application: what stands there, and what has to be done. A row that is
 * PENDING at the revision that it is to have waits for what the gateway has of the trade.
 */
export type Row = {
  readonly appKey: string;
  readonly state: 'PENDING' | 'WRITTEN' | 'GIVEN_UP';
  /** The revision that this application is to have. */
  readonly wanted: number;
  /** The revision that was written last; 0 before the first one. */
  readonly written: number;
  readonly attempts: number;
  readonly lastError: string;
  readonly nextAt: Date | null;
  readonly writtenAt: Date | null;
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

export const newCall = (nextAt: Date): Call => ({
  state: 'PENDING',
  attempts: 0,
  pauses: 0,
  lastError: '',
  nextAt,
  doneAt: null,
});

type OpenCall = Call & { readonly state: 'PENDING' | 'UNKNOWN' };

export const isOpen = (call: Call | null): call is OpenCall =>
  call !== null && (call.state === 'PENDING' || call.state === 'UNKNOWN');

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
    ...push.rows.map((row) => row.nextAt),
  ].flatMap((time) => (time ? [time.getTime()] : []));
  const nextAt = times.length > 0 ? new Date(Math.min(...times)) : null;
  return { ...push, nextAt, problems: problemsOf(push) };
}

function problemsOf({ allocate, query, rows, strangers }: PushedOrder): readonly string[] {
  return [
    ...(allocate?.state === 'MISSING' ? ['ALLOCATE_SPI_MISSING'] : []),
    ...(allocate?.state === 'GIVEN_UP' ? ['ALLOCATE_GIVEN_UP'] : []),
    ...(query?.state === 'GIVEN_UP' ? ['RESULT_MISSING'] : []),
    ...(rows.some((row) => row.state === 'GIVEN_UP') ? ['WRITE_GIVEN_UP'] : []),
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
