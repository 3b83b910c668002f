import { get, post } from '../shared/api.ts';
import type { Session, SessionStore } from '../shared/api.ts';

/** A clerk at work. */
export type Me = Pick<Session, 'login' | 'name' | 'csrf'> & SessionStore;

/** The name of an order; `number` is the channel's. */
export type OrderRef = { channel: string; sellerId: string; number: string };

export type Line = {
  subOrderId: string;
  itemId: string;
  skuId: string;
  outerId: string;
  /** What the channel shows of the goods; empty where it has told none. */
  title: string;
  spec: string;
  /** An https address. */
  picture: string;
  /** Thousandths of a piece, as text. */
  quantityMilli: string;
  /** What the seller's router gave along, such as gifts and batches: name and text. */
  attributes: [name: string, text: string][];
};

export type Order = {
  key: string;
  orderRef: OrderRef;
  allocation: number;
  status: string;
  pickup: boolean;
  toldAt: string | null;
  logistics: { company: string; mailNo: string } | null;
  /** A shipment that a clerk has begun and that is not through; `message` in Tmall's words. */
  shipping: {
    state: 'PENDING' | 'AT_TMALL' | 'REFUSED' | 'GIVEN_UP';
    company: string;
    mailNo: string;
    code: string;
    message: string;
  } | null;
  history: { status: string; at: string | null; operator: string }[];
  lines: Line[];
};

export type OrdersPage = { now: string; answerWithinMs: number; orders: Order[]; next: string };

export type Today = {
  accepted: number;
  refused: number;
  shipped: number;
  collected: number;
  late: number;
  acceptMs: number;
  acceptTimed: number;
};

export type JournalEntry = {
  orderRef: OrderRef;
  name: string;
  action: string;
  reason: string;
  at: string;
};

/** An order that a buyer has come for. */
export type Pickup = { orderRef: OrderRef; lines: Line[] };

/** To whom an order goes; name and number are masked. */
export type Receiver = { name: string; mobile: string; address: string[] };

/** The number of a parcel, before it is shipped. */
export type Waybill = {
  id: number;
  subOrderIds: string[];
  allocation: number;
  state: 'ASKED' | 'READY' | 'REFUSED' | 'GIVEN_UP' | 'CANCELLING' | 'CANCELLED';
  company: string;
  mailNo: string;
  code: string;
  message: string;
};

/** What a label shows beside its number; empty where the platform tells nothing. */
export type Label = Receiver & { sortation: string; routeCode: string };

export type ListName = 'new' | 'pack' | 'refunds' | 'done';

/** Orders that wait for the store, by list; 1,000 stands for so many or more. */
export type Counts = Partial<Record<ListName, number>>;

export type ActBody = {
  action: string;
  allocation: number;
  subOrderIds: string[];
  reason?: string;
  note?: string;
  company?: string;
  mailNo?: string;
  counts?: { subOrderId: string; pieces: number }[];
};

/** Where this browser takes messages, with the keys that only it can read them by. */
export type Subscription = {
  endpoint: string;
  p256dh: string;
  auth: string;
  language: 'zh' | 'en';
};

/** An order's place in the API; the seller is the clerk's own. */
const pathOf = ({ channel, number }: OrderRef): string =>
  `${encodeURIComponent(channel)}/${encodeURIComponent(number)}`;

export const api = {
  orders: (list: ListName, token: string) =>
    get<OrdersPage>(`/api/orders?${new URLSearchParams({ list, token })}`),
  counts: () => get<Counts>('/api/counts'),
  receiver: (order: OrderRef, reveal: boolean) =>
    get<Receiver>(`/api/orders/${pathOf(order)}/receiver?reveal=${reveal}`),
  journal: (token: string) =>
    get<{ entries: JournalEntry[]; next: string }>(
      `/api/journal?${new URLSearchParams({ token })}`,
    ),
  waybills: (order: OrderRef) =>
    get<{ waybills: Waybill[] }>(`/api/orders/${pathOf(order)}/waybills`),
  askWaybill: (me: Me, order: OrderRef, body: Pick<ActBody, 'allocation' | 'subOrderIds'>) =>
    post<{ waybill: Waybill }>(`/api/orders/${pathOf(order)}/waybill`, body, me.csrf),
  cancelWaybill: (me: Me, order: OrderRef, id: number) =>
    post<{ waybill: Waybill }>(`/api/orders/${pathOf(order)}/waybill/cancel`, { id }, me.csrf),
  label: (me: Me, order: OrderRef, id: number) =>
    post<{ label: Label }>(`/api/orders/${pathOf(order)}/waybill/label`, { id }, me.csrf),
  today: () => get<Today>('/api/today'),
  /** Empty where no messages are sent. */
  pushKey: () => get<{ key: string }>('/api/push'),
  subscribe: (me: Me, body: Subscription) => post<object>('/api/push', body, me.csrf),
  unsubscribe: (me: Me, endpoint: string) => post<object>('/api/push/end', { endpoint }, me.csrf),
  findPickup: (me: Me, code: string) => post<Pickup>('/api/pickups', { code }, me.csrf),
  handOver: (
    me: Me,
    order: OrderRef,
    body: { code: string; messageId: string; subOrderIds: readonly string[] },
  ) => post<{ subOrderIds: string[] }>(`/api/pickups/${pathOf(order)}`, body, me.csrf),
  act: (me: Me, order: OrderRef, body: ActBody) =>
    post<{ already: boolean; countsRefused: string[]; pending?: true }>(
      `/api/orders/${pathOf(order)}`,
      body,
      me.csrf,
    ),
};
