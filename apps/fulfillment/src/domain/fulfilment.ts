import type { Fen, Milli, OrderRef, Place } from '@astrolabe/kernel';
import type { OutboundCall } from '@astrolabe/outbound';
import type { Reason } from './reason.ts';
import type { Flow, FlowStatus, Status } from './status.ts';

/** Whether Astrolabe or the seller's own router allocates, and who accepts: the four models. */
export type Model = {
  allocator: 'ASTROLABE' | 'ISV';
  acceptor: 'DIANZHANGGUI' | 'POS';
};

export type Logistics = {
  logisticId: string;
  logisticCompany: string;
  mailNo: string;
  description: string;
};

/** A status that was taken, with the allocation and the place that it belongs to. */
export type StatusEntry = {
  status: Status;
  allocation: number;
  place: Place | null;
  happenedAt: Date;
  receivedAt: Date;
  operator: string;
  onTime: boolean;
  /** Of a refund that the buyer withdrew: it has happened, but nothing follows from it. */
  withdrawn?: true;
  /** Of a refusal, where its teller has given one. */
  reason?: Reason;
  /** Of a refusal: the store had accepted before. */
  givenBack?: true;
  /** Of what was given back: goods that are not on the shelf. */
  lost?: Milli;
};

/**
 * What the seller's own router gave with its allocation, such as gifts and batches (white paper 2.4):
 * name and text. Its names come from outside and are not to be field names of a document.
 */
export type Attributes = readonly (readonly [name: string, text: string])[];

/** What the channel shows of goods: who fetches them from a shelf knows them by it. Texts are empty where it told none. */
export type Shown = { title: string; spec: string; picture: string };

/** One sub-order on its way to the buyer. */
export type Task = {
  subOrderId: string;
  itemId: string;
  skuId: string;
  outerId: string;
  quantity: Milli;
  /** Counts allocations; 0 before the first. */
  allocation: number;
  place: Place | null;
  placeName: string;
  attributes?: Attributes;
  shown?: Shown;
  flow: Flow;
  status: FlowStatus | null;
  /**
   * Oldest first by the time of the event; statuses of one allocation form a path of the table, but for what a
   * store gave back.
   */
  history: readonly StatusEntry[];
  logistics: Logistics | null;
  /** Tmall has marked this sub-order as shipped. */
  shippedAtTmall: boolean;
  /** The order was closed: nothing may be shipped any more. */
  closed: boolean;
  /** When the buyer collected the goods; no status says so (catalogue 4.5). */
  handedOverAt?: Date;
  /** The pick-up that it was collected by. */
  pickupNumber?: number;
  /** The newest refund that the buyer asked for. */
  refund?: TaskRefund;
  /** An allocation that came while the store was asked about a refund; it waits for the answer. */
  waiting?: WaitingAllocation;
  /** Ids of refunds that the buyer has withdrawn, the newest last. */
  withdrawnRefunds?: readonly string[];
};

/**
 * A buyer's appointment at a store: whatever the store has confirmed of the order is handed over for
 * one code, once. The code itself is not kept, only its keyed hash.
 */
export type Pickup = {
  /** Counts the order's pick-ups, from 1; the code is made from it. */
  number: number;
  place: Place;
  codeHash: string;
  issuedAt: Date;
  redeemedAt: Date | null;
  /** Of the redeeming message: the same one again is no second redemption. */
  redeemedBy: string;
};

/** Wrong codes since the last right one. */
export type Failures = { count: number; lockedUntil: Date | null };

/** Where a sub-order goes if its refund comes to nothing. */
export type WaitingAllocation = {
  allocation: number;
  place: Place;
  placeName: string;
  attributes?: Attributes;
  flow: Flow;
  allocatedAt: Date;
  /** The store system is to be told by SPI. */
  notify: boolean;
};

/**
 * What is told. ALLOCATED goes to the POS (model C); the others go to the ISV that allocates, after
 * the store's report is durable (models B and D; white paper 6.6.5 to 6.6.7). REFUND goes to whichever
 * system the seller has (6.6.4); REFUND_CHANGED and REFUND_WITHDRAWN have no SPI (docs/adr/0020).
 */
export type NotificationKind =
  | 'ALLOCATED'
  | 'ACCEPTED'
  | 'REFUSED'
  | 'CONSIGNED'
  | 'REFUND'
  | 'REFUND_CHANGED'
  | 'REFUND_WITHDRAWN';

/** What the buyer wants back. */
export type WantedRefund = {
  subOrderId: string;
  /** Empty when the channel gave none. */
  refundId: string;
  feeFen: Fen;
  /** Money alone: the goods are not given back. */
  amountOnly?: true;
  /** The channel has given the money back: nobody can take the refund back. */
  granted?: true;
};

export type TaskRefund = WantedRefund & {
  askedAt: Date;
  /** When the channel published what is known of it; absent for refunds of before. */
  toldAt?: Date;
  withdrawnAt: Date | null;
};

export type ToldRefund = WantedRefund & {
  afterSale: boolean;
  /** The store had been asked for the goods and is to prepare them after all. */
  again?: true;
};

/** Telling a store system. A time-out is UNKNOWN, never a failure. */
export type Notification = OutboundCall & {
  /** Counts the order's notifications, from 1. */
  id: number;
  kind: NotificationKind;
  allocation: number;
  /** Of a REFUND, its change or its withdrawal: what it is about, from before or after the shipment. */
  refunds?: readonly ToldRefund[];
  deliveredAt: Date | null;
};

/** Everything that happens to an order at its places: one document, so it happens in one order. */
export type Fulfilment = {
  orderRef: OrderRef;
  tasks: readonly Task[];
  notifications: readonly Notification[];
  /** When a notification is due; null when none is. The sweeper's index. */
  notifyAt: Date | null;
  /** Absent for orders without pick-up. */
  pickups?: readonly Pickup[];
  pickupFailures?: Failures;
};

/** Where a store still owes its word about goods, also of an order that is closed. */
const ASKED: readonly (FlowStatus | null)[] = ['CANCEL_ASKED', 'RETURN_EXPECTED'];

/** Whether the task stands in its place's lists: closed ones only while they wait for an answer. */
export const isListed = ({ closed, status }: Task): boolean => !closed || ASKED.includes(status);

const HISTORY_MAX = 100;

export const emptyFulfilment = (orderRef: OrderRef): Fulfilment => ({
  orderRef,
  tasks: [],
  notifications: [],
  notifyAt: null,
});

export const newTask = (
  line: Pick<Task, 'subOrderId' | 'itemId' | 'skuId' | 'outerId' | 'quantity' | 'shown'>,
): Task => ({
  ...line,
  allocation: 0,
  place: null,
  placeName: '',
  flow: 'SHIP',
  status: null,
  history: [],
  logistics: null,
  shippedAtTmall: false,
  closed: false,
});

/** Puts an entry at an index of the history; the oldest goes when there are too many. */
export const withEntry = (task: Task, entry: StatusEntry, index: number): Task => ({
  ...task,
  history: task.history.toSpliced(index, 0, entry).slice(-HISTORY_MAX),
});

/** Changes the tasks that are named. */
export const changeTasks = (
  fulfilment: Fulfilment,
  subOrderIds: readonly string[],
  change: (task: Task) => Task,
): Fulfilment => ({
  ...fulfilment,
  tasks: fulfilment.tasks.map((task) =>
    subOrderIds.includes(task.subOrderId) ? change(task) : task,
  ),
});
