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
  /** Names the hold that the line is in; `#n` for a further one. */
  holdRef?: string;
  allocation?: number;
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
  /** Nothing is routed while it is there. */
  hold?: { reason?: string; askedBy?: string; at?: string };
  /** What operators did, oldest first. */
  actions?: {
    key: string;
    action?: string;
    askedBy?: string;
    reason?: string;
    at?: string;
    outcome?: string;
  }[];
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
  /** Of a refusal. */
  reason?: { code?: string; text?: string };
  /** The store had accepted before. */
  givenBack?: boolean;
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
  credits?: { subOrderId: string; amountFen?: string; returnedAt?: string }[];
};
/** Where the console opens when nobody says where; empty texts where nothing is configured. */
export type StartJson = { sellerId: string; itemId: string; skuId: string };

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
