import type { Milli, Place } from '@astrolabe/kernel';
import type { Flow, FlowStatus, Status, WorkStatus } from './status.ts';

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

export type StatusEntry = {
  status: Status;
  happenedAt: Date;
  receivedAt: Date;
  operator: string;
  onTime: boolean;
};

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
  flow: Flow;
  status: FlowStatus | null;
  /** The latest working step that was reported. */
  work: WorkStatus | null;
  history: readonly StatusEntry[];
  logistics: Logistics | null;
};

/** Telling a store system of an allocation. A time-out is UNKNOWN, never a failure. */
export type Notification = {
  allocation: number;
  state: 'PENDING' | 'UNKNOWN' | 'DELIVERED' | 'GIVEN_UP' | 'NOT_NEEDED';
  attempts: number;
  /** When to try (again). */
  nextAt: Date;
  lastError: string;
  deliveredAt: Date | null;
};

/** Everything that happens to an order at its places: one document, so it happens in one order. */
export type Fulfilment = {
  sellerId: string;
  tradeId: string;
  tasks: readonly Task[];
  notifications: readonly Notification[];
  shippedAtTmall: boolean;
  /** When a notification is due; null when none is. The sweeper's index. */
  notifyAt: Date | null;
};

export const HISTORY_MAX = 100;
const NOTIFICATIONS_MAX = 50;

export const emptyFulfilment = (sellerId: string, tradeId: string): Fulfilment => ({
  sellerId,
  tradeId,
  tasks: [],
  notifications: [],
  shippedAtTmall: false,
  notifyAt: null,
});

export const newTask = (
  line: Pick<Task, 'subOrderId' | 'itemId' | 'skuId' | 'outerId' | 'quantity'>,
): Task => ({
  ...line,
  allocation: 0,
  place: null,
  placeName: '',
  flow: 'SHIP',
  status: null,
  work: null,
  history: [],
  logistics: null,
});

/** Adds an entry; the oldest goes when there are too many. */
export const withEntry = (task: Task, entry: StatusEntry): Task => ({
  ...task,
  history: [...task.history, entry].slice(-HISTORY_MAX),
});

const isOpen = ({ state }: Notification): boolean => state === 'PENDING' || state === 'UNKNOWN';

/** Replaces the notifications and with them the time when the next one is due. */
export function withNotifications(
  fulfilment: Fulfilment,
  notifications: readonly Notification[],
): Fulfilment {
  const kept = notifications.slice(-NOTIFICATIONS_MAX);
  const due = kept.filter(isOpen).map(({ nextAt }) => nextAt.getTime());
  return {
    ...fulfilment,
    notifications: kept,
    notifyAt: due.length === 0 ? null : new Date(Math.min(...due)),
  };
}

/** The notification that is still to be delivered, if there is one. */
export const openNotification = ({ notifications }: Fulfilment): Notification | null =>
  notifications.find(isOpen) ?? null;
