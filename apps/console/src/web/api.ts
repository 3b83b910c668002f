/** Shapes of the JSON API; 64-bit numbers are strings, absent fields are their zero value. */
export type PlaceJson = { type?: string; id?: string };
export type OrderRefJson = { channel: string; sellerId: string; number: string };
export type OrderLineJson = {
  subOrderId: string;
  itemId?: string;
  skuId?: string;
  quantityMilli?: string;
  routedPlace?: PlaceJson;
  routedKind?: string;
  state?: string;
};
export type OrderJson = {
  orderRef: OrderRefJson;
  state: string;
  paidAt?: string;
  paymentFen?: string;
  allocation?: number;
  /** What people have to look at, whatever the state, e.g. STOCK_REFUSED. */
  flags?: string[];
  lines?: OrderLineJson[];
  timeline?: { at?: string; what?: string; detail?: string }[];
  traceId?: string;
};
export type StatusEntryJson = {
  status?: string;
  actionTime?: string;
  operator?: string;
  /** Absent for statuses that no time is set for. */
  onTime?: boolean;
  withdrawn?: boolean;
  allocation?: number;
  place?: PlaceJson;
};
export type TaskJson = {
  subOrderId: string;
  allocation?: number;
  place?: PlaceJson;
  placeName?: string;
  status?: string;
  quantityMilli?: string;
  history?: StatusEntryJson[];
  logistics?: { logisticCompany?: string; mailNo?: string };
};
export type ReceivableJson = {
  orderRef: OrderRefJson;
  amountFen?: string;
  postFeeFen?: string;
  recordedAt?: string;
  state?: string;
  credits?: { subOrderId: string; amountFen?: string }[];
};
export type CellJson = {
  place: PlaceJson;
  kind: string;
  quantityMilli?: string;
  heldMilli?: string;
  short?: boolean;
};
export type StockJson = { goodsId: string; cells?: CellJson[]; nextToken?: string };
export type HistoryJson = {
  entries?: {
    atMs?: string;
    verb?: string;
    operationId?: string;
    actor?: string;
    cause?: string;
    quantityDeltaMilli?: string;
    heldDeltaMilli?: string;
    quantityMilli?: string;
    heldMilli?: string;
  }[];
  nextToken?: string;
};
/** Where the console opens when nobody says where; empty texts where nothing is configured. */
export type StartJson = { sellerId: string; itemId: string; skuId: string };

/** Why an address could not be read. Status 0: no answer came. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Nothing is wrong with what was asked for: the same may be asked again. */
  get isAway(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** Longer than the server takes until it says that a service is away. */
const TIMEOUT_MS = 12_000;

/** Reads a JSON address; everything but an answer of 200 is a `ReadError`. */
export async function readJson<T>(url: string, signal: AbortSignal): Promise<T> {
  let response: Response;
  try {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    response = await fetch(url, { signal: AbortSignal.any([signal, limit]) });
  } catch {
    throw new ReadError(0, 'NO_ANSWER', '');
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  const { code = 'NO_ANSWER', message = '' } = (body ?? {}) as { code?: string; message?: string };
  throw new ReadError(response.ok ? 0 : response.status, code, message);
}

/** The API's address of something of a seller, with what a list is asked for. */
export function sellerUrl(
  seller: string,
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  const address = ['/api/sellers', ...[seller, ...path].map(encodeURIComponent)].join('/');
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  return asked.size === 0 ? address : `${address}?${asked}`;
}
