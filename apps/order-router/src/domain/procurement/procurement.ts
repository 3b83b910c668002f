import type { Milli, OrderRef, Place } from '@astrolabe/kernel';
import { holdRef, purchaseOrder } from '@astrolabe/kernel';
import type { OutboundCall } from '@astrolabe/outbound';
import { planned } from '@astrolabe/outbound';
import type { AskedLine, Life, OrderReading, OrderedLine, RequisitionReading } from './life.ts';
import { afterOrder, afterRequisition, hasEnded, placesOf } from './life.ts';
import type { Consumed, HoldLine, StockStep } from './stock-step.ts';

/** Of a line: what the platform calls the goods, for people and for finding them. */
type Named = { readonly cargoNo: string; readonly name: string };

/** A requisition's detail, our lines alone. */
export type RequisitionSeen = Omit<RequisitionReading, 'lines'> & {
  readonly lines: readonly (AskedLine & Named)[];
  readonly requisitionNo: string;
  readonly title: string;
  /** Whose requisition it is; empty where that was not said. */
  readonly companyCode: string;
};

export type PurchaseLine = OrderedLine &
  Named & {
    /** How much more than ordered may be sent; 0 without a tolerance. */
    readonly mayExceed: Milli;
    /** Taxed, of a piece, exact; empty where it was not said. */
    readonly priceYuan: string;
  };

export type Receiver = {
  readonly name: string;
  readonly mobile: string;
  readonly phone: string;
  readonly regionText: string;
  readonly address: string;
  readonly postCode: string;
};

/** Whoever it was is told to the warehouse, and not kept here any longer. */
export const NOBODY: Receiver = {
  name: '',
  mobile: '',
  phone: '',
  regionText: '',
  address: '',
  postCode: '',
};

/** A purchase order's detail. */
export type OrderSeen = Omit<OrderReading, 'lines'> & {
  readonly lines: readonly PurchaseLine[];
  readonly orderCode: string;
  readonly companyCode: string;
  readonly buyerName: string;
  readonly receiver: Receiver;
};

/** What is read of the platform again and again: the detail behind every message. */
export type Reading = {
  /** Rises with every reason to read. */
  readonly wanted: number;
  /** `wanted` when the newest read began: a reason that came later wants another one. */
  readonly asked: number;
  /** Null while nothing is to be read. */
  readonly call: OutboundCall | null;
};

/** A hold in the inventory; its lines are named after goods for a requisition, and after its lines for an order. */
export type Hold = {
  /** Which of its owner's holds, see holdRef. */
  readonly number: number;
  readonly state: 'HELD' | 'FAILED' | 'RELEASED';
  readonly lines: readonly (HoldLine & { readonly place: Place | null })[];
  /** Why it FAILED, or is not passed on. */
  readonly reason: string;
};

export type Requisition = {
  readonly id: string;
  readonly read: Reading;
  readonly seen: RequisitionSeen | null;
  readonly passedAt: Date | null;
  /** A person said that no further order comes of it. */
  readonly isClosed: boolean;
  /** It was asked about again because it is old (P-G6). */
  readonly isOld: boolean;
  readonly hold: Hold | null;
  /** Holds that were tried. */
  readonly holds: number;
};

/** What the platform is told of an order that waits for us: API 7 or API 8. */
export type Answer = {
  readonly kind: 'CONFIRM' | 'RETURN';
  readonly call: OutboundCall;
  readonly reason: string;
};

export type Purchase = {
  readonly orderId: string;
  readonly read: Reading;
  readonly seen: OrderSeen | null;
  /** It came of no requisition that we know, as a person said. */
  readonly isAlone: boolean;
  readonly hold: Hold | null;
  readonly holds: number;
  /** What our parcels took out of the stock, by line. */
  readonly consumed: readonly Consumed[];
  readonly answer: Answer | null;
  /** Readings that showed its end. */
  readonly endReadings: number;
  /** Since when the platform says that more was sent than our parcels took. */
  readonly unaccountedAt: Date | null;
  /** A person said that what the platform calls sent has left our stock. */
  readonly isAccountedFor: boolean;
  readonly told: {
    readonly revision: number;
    readonly state: 'NOTHING' | 'CONFIRMED' | 'CANCELLED';
  };
};

export type Entry = {
  readonly at: Date;
  readonly what: string;
  /** An order; empty: the requisition. */
  readonly about: string;
  readonly detail: string;
};

/** A requisition and the orders that came of it; or an order of which no requisition is known. */
export type Procurement = {
  readonly orderRef: OrderRef;
  readonly requisition: Requisition | null;
  readonly orders: readonly Purchase[];
  /** Readings that were begun; each has its number. */
  readonly readings: number;
  readonly stock: { readonly steps: number; readonly pending: StockStep | null };
  /** Where the order went when its requisition was found; nothing more happens here. */
  readonly movedTo: OrderRef | null;
  readonly timeline: readonly Entry[];
  readonly createdAt: Date;
  /** Why a person has to look; empty: nobody has to. */
  readonly problem: string;
  readonly dueAt: Date | null;
};

export const newProcurement = (orderRef: OrderRef, now: Date): Procurement => ({
  orderRef,
  requisition: null,
  orders: [],
  readings: 0,
  stock: { steps: 0, pending: null },
  movedTo: null,
  timeline: [],
  createdAt: now,
  problem: '',
  dueAt: null,
});

const TIMELINE_MAX = 200;
const DETAIL_MAX = 500;

/** Writes down what happened; the last 200 are kept. */
export const noted = (
  p: Procurement,
  at: Date,
  what: string,
  about = '',
  detail = '',
): Procurement => ({
  ...p,
  timeline: [...p.timeline, { at, what, about, detail: detail.slice(0, DETAIL_MAX) }].slice(
    -TIMELINE_MAX,
  ),
});

const NOT_READ: Reading = { wanted: 0, asked: 0, call: null };

const newPurchase = (orderId: string): Purchase => ({
  orderId,
  read: NOT_READ,
  seen: null,
  isAlone: false,
  hold: null,
  holds: 0,
  consumed: [],
  answer: null,
  endReadings: 0,
  unaccountedAt: null,
  isAccountedFor: false,
  told: { revision: 0, state: 'NOTHING' },
});

/** A reason to read the detail; a read that is under way may be too early for it. */
export const wanting = (read: Reading, at: Date): Reading => ({
  ...read,
  wanted: read.wanted + 1,
  call: read.call?.state === 'BEGUN' && read.call.nextAt ? read.call : planned(at),
});

export const orderIn = (p: Procurement, orderId: string): Purchase | undefined =>
  p.orders.find((order) => order.orderId === orderId);

/** Changes one order, which is made when it is not there. */
export function withOrder(
  p: Procurement,
  orderId: string,
  change: (order: Purchase) => Purchase,
): Procurement {
  const known = orderIn(p, orderId);
  if (!known) return { ...p, orders: [...p.orders, change(newPurchase(orderId))] };
  const changed = change(known);
  if (changed === known) return p;
  return { ...p, orders: p.orders.map((order) => (order === known ? changed : order)) };
}

export const withRequisition = (
  p: Procurement,
  change: (requisition: Requisition) => Requisition,
): Procurement => (p.requisition ? { ...p, requisition: change(p.requisition) } : p);

/** A message named the requisition: its detail is to be read (again). */
export function heardOfRequisition(
  p: Procurement,
  id: string,
  now: Date,
  why: string,
): Procurement {
  const known: Requisition = p.requisition ?? {
    id,
    read: NOT_READ,
    seen: null,
    passedAt: null,
    isClosed: false,
    isOld: false,
    hold: null,
    holds: 0,
  };
  const requisition = { ...known, read: wanting(known.read, now) };
  return noted({ ...p, requisition }, now, why);
}

/** A message named an order: its detail is to be read (again). */
export const heardOfOrder = (
  p: Procurement,
  orderId: string,
  now: Date,
  why: string,
): Procurement =>
  noted(
    withOrder(p, orderId, (order) => ({ ...order, read: wanting(order.read, now) })),
    now,
    why,
    orderId,
  );

/** Adds a reading of the requisition. */
export function sawRequisition(p: Procurement, read: RequisitionSeen, now: Date): Procurement {
  const changed = withRequisition(p, (requisition) => {
    const seen = afterRequisition(requisition.seen, read);
    const passedAt = requisition.passedAt ?? (seen.status === 'PASSED' ? now : null);
    return { ...requisition, seen, passedAt };
  });
  const isNews = p.requisition?.seen?.status !== changed.requisition?.seen?.status;
  return isNews ? noted(changed, now, 'READ', '', read.status) : changed;
}

/** Goods of an order's line that are known by its requisition alone; empty where several may be meant. */
function goodsOf({ requisition }: Procurement, { cargoNo }: PurchaseLine): string {
  if (cargoNo === '') return '';
  const found = new Set(
    requisition?.seen?.lines.flatMap((line) => (line.cargoNo === cargoNo ? line.goodsId : [])),
  );
  const [only = ''] = found;
  return found.size === 1 ? only : '';
}

/** Adds a reading of one of its orders. */
export function sawOrder(p: Procurement, orderId: string, read: OrderSeen, now: Date): Procurement {
  const before = orderIn(p, orderId)?.seen?.status;
  const lines = read.lines.map((line) => ({ ...line, goodsId: line.goodsId || goodsOf(p, line) }));
  const changed = withOrder(p, orderId, (order) => ({
    ...order,
    seen: afterOrder<PurchaseLine, OrderSeen>(order.seen, {
      ...read,
      lines,
      receiver: order.told.state === 'NOTHING' && !hasEnded(read) ? read.receiver : NOBODY,
    }),
    endReadings: order.endReadings + (hasEnded(read) ? 1 : 0),
  }));
  const after = orderIn(changed, orderId)?.seen?.status;
  return before === after ? changed : noted(changed, now, 'READ', orderId, read.status);
}

export const consumedOf = (order: Purchase, lineId: string): Milli =>
  order.consumed.find((one) => one.lineId === lineId)?.quantity ?? 0n;

/** What has left of each line: what the platform says, or our parcels, whichever is more. */
export const linesWithSent = (order: Purchase): readonly PurchaseLine[] =>
  (order.seen?.lines ?? []).map((line) => {
    const consumed = consumedOf(order, line.lineId);
    return consumed > line.sent ? { ...line, sent: consumed } : line;
  });

/** Adds quantities of lines to what has been consumed. */
export function withConsumed(order: Purchase, lines: readonly Consumed[]): Purchase {
  const consumed = new Map(order.consumed.map(({ lineId, quantity }) => [lineId, quantity]));
  for (const { lineId, quantity } of lines) {
    consumed.set(lineId, (consumed.get(lineId) ?? 0n) + quantity);
  }
  return {
    ...order,
    consumed: [...consumed].map(([lineId, quantity]) => ({ lineId, quantity })),
  };
}

/** A parcel of ours has left, and its stock with it; the platform's detail is read for what it makes of it. */
export const parcelLeft = (
  p: Procurement,
  orderId: string,
  parcel: { readonly parcelNo: string; readonly lines: readonly Consumed[] },
  now: Date,
): Procurement =>
  noted(
    withOrder(p, orderId, (order) => ({
      ...withConsumed(order, parcel.lines),
      read: wanting(order.read, now),
    })),
    now,
    'PARCEL_LEFT',
    orderId,
    parcel.parcelNo,
  );

/** The life of what was read. */
const lifeOf = (p: Procurement): Life => ({
  requisition: p.requisition?.seen ?? null,
  orders: p.orders.flatMap((order) =>
    order.seen ? [{ ...order.seen, lines: linesWithSent(order) }] : [],
  ),
});

/** Stock that the requisition keeps for orders that may still come, by goods. */
export function keptForMore(p: Procurement, isClosed: boolean): readonly HoldLine[] {
  return [...placesOf(lifeOf(p), isClosed)].flatMap(([goodsId, { held }]) =>
    held > 0n ? [{ lineId: goodsId, goodsId, quantityMilli: held }] : [],
  );
}

/** All its goods are known, and there is something to be supplied. */
export const isKnown = ({ lines }: Pick<OrderSeen, 'lines'>): boolean =>
  lines.every(({ goodsId }) => goodsId !== '');

/** Whether it is known what an order came of, so that its stock may be held. */
export const hasOrigin = (p: Procurement, { isAlone }: Purchase): boolean =>
  isAlone || (p.requisition?.seen ?? null) !== null;

export const refOfOrder = ({ orderRef }: Procurement, orderId: string): OrderRef =>
  purchaseOrder(orderRef.sellerId, orderId);

/** Name of an order's hold in the inventory; empty while there is none. */
export const holdNameOf = (p: Procurement, { orderId, hold }: Purchase): string =>
  hold && hold.state !== 'FAILED' ? holdRef(refOfOrder(p, orderId), hold.number) : '';

/** Name of what the requisition holds; empty while it holds nothing. */
export const keptNameOf = ({ orderRef, requisition }: Procurement): string =>
  requisition?.hold && requisition.hold.state !== 'FAILED'
    ? holdRef(orderRef, requisition.hold.number)
    : '';
