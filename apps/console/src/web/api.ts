import { useEffect, useState } from 'react';

/** Shapes of the JSON API; 64-bit numbers are strings, absent fields are their zero value. */
export type PlaceJson = { type?: string; id?: string };
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
  sellerId: string;
  tradeId: string;
  state: string;
  paidAt?: string;
  paymentFen?: string;
  allocation?: number;
  lines?: OrderLineJson[];
  timeline?: { at?: string; what?: string; detail?: string }[];
  traceId?: string;
};
export type TaskJson = {
  subOrderId: string;
  allocation?: number;
  place?: PlaceJson;
  placeName?: string;
  status?: string;
  quantityMilli?: string;
  history?: {
    status?: string;
    actionTime?: string;
    operator?: string;
    onTime?: boolean;
    withdrawn?: boolean;
  }[];
  logistics?: { logisticCompany?: string; mailNo?: string };
};
export type ReceivableJson = {
  tradeId: string;
  amountFen?: string;
  postFeeFen?: string;
  recordedAt?: string;
  state?: string;
  credits?: { subOrderId: string; amountFen?: string }[];
};
export type OrderPageJson = {
  order: OrderJson;
  fulfillment: { tasks?: TaskJson[] } | null;
  receivable: ReceivableJson | null;
};
export type CellJson = {
  place: PlaceJson;
  kind: string;
  quantityMilli?: string;
  heldMilli?: string;
  short?: boolean;
};
export type StockJson = { goodsId: string; sellableMilli: string; cells?: CellJson[] };
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
};

/** What a page knows of an answer: still unknown, known, or why it could not be read. */
export type Loaded<T> =
  { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; message: string };

const REFRESH_MS = 2_000;

/**
 * Reads a JSON address and reads it again every two seconds while the page is visible. A failed
 * refresh keeps nothing on screen that could be stale: it shows the failure.
 */
export function useJson<T>(url: string | null): Loaded<T> {
  const [answer, setAnswer] = useState<Loaded<T>>({ kind: 'loading' });
  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    setAnswer({ kind: 'loading' });
    const read = async () => {
      if (document.hidden) return;
      const next = await readJson<T>(url, abort.signal);
      if (!abort.signal.aborted) setAnswer(next);
    };
    void read();
    const timer = setInterval(() => void read(), REFRESH_MS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [url]);
  return answer;
}

async function readJson<T>(url: string, signal: AbortSignal): Promise<Loaded<T>> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) {
      const { message = '', code = '' } = (await response.json()) as Record<string, string>;
      return { kind: 'failed', message: `${code} ${message}`.trim() };
    }
    return { kind: 'ready', value: (await response.json()) as T };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
