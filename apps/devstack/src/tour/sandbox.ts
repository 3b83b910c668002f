import type { Place } from '@astrolabe/kernel';
import type { DemoSeller } from '@astrolabe/local-stack';

/** One call on the wire, as the sandbox made it. */
export type WireCall = { status: number; request: string; response: string };
export type Reported = WireCall & { code: string; message: string };
export type HeardAllocation = { tid: string; oids: string[]; place: Place };

/** The counterparties, driven through the sandbox's control interface. */
export type Sandbox = {
  configure(seller: DemoSeller): Promise<void>;
  erp(sellerId: string, method: string, xml: string): Promise<WireCall>;
  pay(sellerId: string, tid: string, oid: string): Promise<WireCall & { taken: boolean }>;
  ship(sellerId: string, tid: string): Promise<WireCall & { taken: boolean }>;
  /** The n-th allocation (from 1) that the POS has heard of; waits for it. */
  allocation(tid: string, nth: number): Promise<HeardAllocation>;
  report(
    sellerId: string,
    verb: 'accept' | 'refuse' | 'consign',
    task: HeardAllocation,
  ): Promise<Reported>;
};

const WAIT_MS = 10_000;
const TIMEOUT_MS = 30_000;

/** Connects to a running sandbox. */
export function connectSandbox(url: string): Sandbox {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    configure: async ({ sellerId, nick, keys, spi }) => {
      const { appKey, secret } = spi;
      const seller = { sellerId, nick, keys, spi: { appKey, secret } };
      await call('PUT', '/control/config', seller);
    },
    erp: (sellerId, method, xml) => call('POST', '/control/erp/call', { sellerId, method, xml }),
    pay: (sellerId, tid, oid) => call('POST', '/control/tmall/trades', { sellerId, tid, oid }),
    ship: (sellerId, tid) =>
      call('POST', `/control/tmall/trades/${tid}/shipped?sellerId=${sellerId}`),
    allocation: async (tid, nth) => {
      const query = new URLSearchParams({ tid, count: String(nth), waitMs: String(WAIT_MS) });
      const heard = await call<HeardAllocation[]>(
        'GET',
        `/control/pos/allocations?${query.toString()}`,
      );
      const found = heard[nth - 1];
      if (!found) throw new Error(`The POS did not hear of allocation ${nth} within ${WAIT_MS} ms`);
      return found;
    },
    report: (sellerId, verb, { tid, oids, place }) =>
      call('POST', `/control/pos/${verb}`, { sellerId, tid, oids, place }),
  };
}
