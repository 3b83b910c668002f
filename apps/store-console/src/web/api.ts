export type Me = {
  login: string;
  name: string;
  sellerId: string;
  storeId: string;
  role: 'CLERK' | 'MANAGER';
  /** The seller's clerks answer here; else in the till, and this page shows what happens there. */
  answersHere: boolean;
  csrf: string;
};

/** The name of an order; `number` is the channel's. */
export type OrderRef = { channel: string; sellerId: string; number: string };

export type Line = {
  subOrderId: string;
  itemId: string;
  skuId: string;
  outerId: string;
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

export type ListName = 'new' | 'pack' | 'refunds' | 'done';

/** A refusal of the API, or `NETWORK` where no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  /** The colleague who was faster, for TAKEN. */
  readonly by: string;
  /** What Tmall has said, for TMALL_REFUSED. */
  readonly words: string;

  constructor(status: number, code: string, by = '', words = '') {
    super(code);
    this.status = status;
    this.code = code;
    this.by = by;
    this.words = words;
  }
}

/** Longer than a shipment at Tmall takes with all that is asked for it. */
const TIMEOUT_MS = 20_000;

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiError(0, 'NETWORK');
  }
  const body: unknown = await response.json().catch(() => ({}));
  if (response.ok) return body as T;
  const {
    code = 'UNKNOWN',
    by,
    message,
  } = body as {
    code?: string;
    by?: string;
    message?: string;
  };
  throw new ApiError(response.status, code, by, message);
}

const post = <T>(path: string, body: unknown, csrf = ''): Promise<T> =>
  call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
    body: JSON.stringify(body),
  });

export type ActBody = {
  action: string;
  allocation: number;
  subOrderIds: string[];
  reason?: string;
  company?: string;
  mailNo?: string;
  counts?: { subOrderId: string; pieces: number }[];
};

/** An order's place in the API; the seller is the clerk's own. */
const pathOf = ({ channel, number }: OrderRef): string =>
  `${encodeURIComponent(channel)}/${encodeURIComponent(number)}`;

export const api = {
  me: () => call<Me>('/api/me'),
  login: (login: string, password: string) => post<Me>('/api/login', { login, password }),
  logout: (me: Me) => post<unknown>('/api/logout', {}, me.csrf),
  orders: (list: ListName, token: string) =>
    call<OrdersPage>(`/api/orders?${new URLSearchParams({ list, token })}`),
  receiver: (order: OrderRef, reveal: boolean) =>
    call<Receiver>(`/api/orders/${pathOf(order)}/receiver?reveal=${reveal}`),
  journal: (token: string) =>
    call<{ entries: JournalEntry[]; next: string }>(
      `/api/journal?${new URLSearchParams({ token })}`,
    ),
  today: () => call<Today>('/api/today'),
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
