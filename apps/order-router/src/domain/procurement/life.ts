import type { Milli } from '@astrolabe/kernel';

/** A line of a requisition; `goodsId` is ours, empty while nobody knows the goods. */
export type AskedLine = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantity: Milli;
};

/** A requisition as its detail was read; only our lines. `reading` counts the readings of one requisition. */
export type RequisitionReading = {
  readonly reading: number;
  readonly status: 'PENDING' | 'IN_APPROVAL' | 'PASSED' | 'REJECTED';
  readonly lines: readonly AskedLine[];
};

/** A line of a purchase order. */
export type OrderedLine = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly ordered: Milli;
  readonly sent: Milli;
  readonly received: Milli;
  readonly settled: Milli;
};

/** A purchase order as its detail was read. `reading` counts the readings of one order. */
export type OrderReading = {
  readonly reading: number;
  readonly status: 'APPROVED' | 'AWAITS_SUPPLIER' | 'CANCELLED' | 'RETURNED';
  readonly lines: readonly OrderedLine[];
};

/** All that is known of one requisition and of the orders that came of it. */
export type Life = {
  readonly requisition: RequisitionReading | null;
  readonly orders: readonly OrderReading[];
};

export const hasEnded = ({ status }: Pick<OrderReading | RequisitionReading, 'status'>): boolean =>
  status === 'REJECTED' || status === 'CANCELLED' || status === 'RETURNED';

/**
 * The reading that counts: an end is never taken back, and among others the later one counts. A detail may
 * lag behind the message that named it, so a later reading may be older than what is known (field Q1, Q2).
 */
function counting<R extends Pick<OrderReading | RequisitionReading, 'reading' | 'status'>>(
  known: R,
  read: R,
): R {
  if (hasEnded(known) !== hasEnded(read)) return hasEnded(known) ? known : read;
  return read.reading > known.reading ? read : known;
}

/** What is known of a requisition after a reading; readings may come in any order, and more than once. */
export const afterRequisition = <R extends RequisitionReading>(known: R | null, read: R): R =>
  known ? counting(known, read) : read;

/**
 * What is known of an order after a reading. What was sent stays sent, whichever reading said so, and an order
 * that was approved does not wait for us again: a reading that says so is an old one.
 */
export function afterOrder<L extends OrderedLine, R extends OrderReading & { lines: readonly L[] }>(
  known: R | null,
  read: R,
): R {
  if (!known) return read;
  const chosen = counting(known, read);
  const other = chosen === known ? read : known;
  const isApproved = !hasEnded(chosen) && [known, read].some(({ status }) => status === 'APPROVED');
  const sent = new Map(other.lines.map((line) => [line.lineId, line]));
  const lines = chosen.lines.map((line) => {
    const before = sent.get(line.lineId);
    return before && before.sent > line.sent ? { ...line, sent: before.sent } : line;
  });
  // A line that one reading has and the other does not: what was sent of it has left all the same.
  const gone = other.lines.filter(
    ({ lineId, sent: left }) => left > 0n && !chosen.lines.some((line) => line.lineId === lineId),
  );
  return {
    ...chosen,
    status: isApproved ? 'APPROVED' : chosen.status,
    lines: [...lines, ...gone.map((line) => ({ ...line, ordered: 0n, received: 0n, settled: 0n }))],
  };
}

/** Where a quantity of one goods should be: kept for the requisition, kept for its orders, or gone. */
export type Place = { readonly held: Milli; readonly bound: Milli; readonly consumed: Milli };

const more = (a: Milli, b: Milli): Milli => (a > b ? a : b);

/**
 * Where the stock of a life belongs. A requisition keeps what no order has claimed, until `isClosed`: no
 * further order is expected of it, since it passed and its time of grace is over (catalogue P-G8). An order
 * that ended keeps what was sent; what it had claimed does not go back to the requisition.
 */
export function placesOf(life: Life, isClosed: boolean): ReadonlyMap<string, Place> {
  const { requisition, orders } = life;
  const isOpen = requisition !== null && requisition.status !== 'REJECTED' && !isClosed;
  const places = new Map<string, { claimed: Milli; bound: Milli; consumed: Milli; asked: Milli }>();
  const of = (goodsId: string) => {
    const place = places.get(goodsId) ?? { claimed: 0n, bound: 0n, consumed: 0n, asked: 0n };
    places.set(goodsId, place);
    return place;
  };
  for (const { goodsId, quantity } of requisition?.lines ?? []) {
    if (isOpen) of(goodsId).asked += quantity;
    else of(goodsId);
  }
  for (const order of orders) {
    for (const { goodsId, ordered, sent } of order.lines) {
      const place = of(goodsId);
      place.claimed += more(ordered, sent);
      place.consumed += sent;
      if (!hasEnded(order)) place.bound += more(ordered - sent, 0n);
    }
  }
  // Nobody has stock of goods that nobody knows.
  places.delete('');
  return new Map(
    [...places].map(([goodsId, { claimed, bound, consumed, asked }]) => [
      goodsId,
      { held: more(asked - claimed, 0n), bound, consumed },
    ]),
  );
}

/** What the platform is to be told of an order, or a person. */
export type AnswerDue = 'ALERT' | 'CONFIRM' | 'NONE' | 'RETURN';

/**
 * Only an order that waits for us is answered: confirmed when its stock is kept, given back when it cannot be
 * (catalogue P-G7). There is no way to give an approved one back, so a person is told.
 */
export function answerDue({ status }: Pick<OrderReading, 'status'>, isCovered: boolean): AnswerDue {
  if (status === 'AWAITS_SUPPLIER') return isCovered ? 'CONFIRM' : 'RETURN';
  return status === 'APPROVED' && !isCovered ? 'ALERT' : 'NONE';
}

/** Words of the order's life (catalogue A.4). */
export type OrderState =
  | 'AWAIT_OUR_CONFIRM'
  | 'CANCELLED'
  | 'EXECUTING'
  | 'PARTIALLY_RECEIVED'
  | 'PARTIALLY_SHIPPED'
  | 'RECEIVED'
  | 'RETURNED'
  | 'SETTLED'
  | 'SETTLING'
  | 'SHIPPED';

/**
 * The state that an order's detail shows. Receipts and settlements may be taken back, so it is told from the
 * quantities of the reading that counts, not from the steps that led there.
 */
export function stateOf(order: OrderReading): OrderState {
  if (order.status === 'RETURNED' || order.status === 'CANCELLED') return order.status;
  if (order.status === 'AWAITS_SUPPLIER') return 'AWAIT_OUR_CONFIRM';
  const lines = order.lines.filter(({ ordered }) => ordered > 0n);
  const all = (what: 'received' | 'sent' | 'settled') =>
    lines.length > 0 && lines.every((line) => line[what] >= line.ordered);
  const some = (what: 'received' | 'sent' | 'settled') => lines.some((line) => line[what] > 0n);
  if (all('settled')) return 'SETTLED';
  if (some('settled')) return 'SETTLING';
  if (all('received')) return 'RECEIVED';
  if (some('received')) return 'PARTIALLY_RECEIVED';
  if (all('sent')) return 'SHIPPED';
  return some('sent') ? 'PARTIALLY_SHIPPED' : 'EXECUTING';
}
