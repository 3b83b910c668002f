import type { Place } from '@astrolabe/kernel';
import { allocate, getAllocation } from '@astrolabe/schemas/omni';
import type { ChannelReply } from '@astrolabe/schemas/wire';
import type { Seller } from '../../domain/seller.ts';

/** Where the seller's router sends a sub-order. */
export type IsvLine = { readonly oid: string; readonly place: Place };

const KEPT = 20_000;
const UNREADABLE = 'isv.invalid-parameter';

/**
 * The seller's own router (models B and D): it is asked to allocate, and later for a result that it
 * did not tell. It answers what it was set to; without that, its own key and "still waiting".
 */
export function createIsv() {
  const appKeys = new Map<string, readonly string[]>();
  const results = new Map<string, readonly IsvLine[]>();

  return {
    /** Whether this interface is the router's. */
    hears: (method: string): boolean => [allocate.method, getAllocation.method].includes(method),
    /** Takes the SPI's body; the answer to send back. */
    hear: (seller: Seller, method: string, body: Buffer): string => {
      if (method === allocate.method) {
        const request = allocate.decodeRequest(body);
        if (!request.ok) return allocate.encodeReply(refusal(request.error.message));
        const keys = appKeys.get(seller.sellerId) ?? [seller.keys.pos.appKey];
        return allocate.encodeReply({ ok: true, message: '', value: { appKeys: keys } });
      }
      const request = getAllocation.decodeRequest(body);
      if (!request.ok) return getAllocation.encodeReply(refusal(request.error.message));
      return getAllocation.encodeReply(result(request.value.tradeId, results));
    },
    /** What `allocate` answers from now on. */
    receive: (sellerId: string, keys: readonly string[]): void => {
      appKeys.set(sellerId, keys);
    },
    /** What a query for a trade answers from now on. */
    decide: (tid: string, lines: readonly IsvLine[]): void => {
      results.set(tid, lines);
      const [oldest] = results.keys();
      if (results.size > KEPT && oldest !== undefined) results.delete(oldest);
    },
  };
}

export type Isv = ReturnType<typeof createIsv>;

const refusal = (message: string): ChannelReply<never> => ({
  ok: false,
  code: UNREADABLE,
  message,
});

function result(tradeId: string, results: ReadonlyMap<string, readonly IsvLine[]>) {
  const lines = results.get(tradeId) ?? [];
  const status = lines.length > 0 ? ('ALLOCATED' as const) : ('WAITING' as const);
  const allocations = lines.map(({ oid, place }) => ({
    place,
    tradeId,
    subOrderId: oid,
    status: 'ALLOCATED' as const,
  }));
  return { ok: true as const, message: '', value: { tradeId, status, allocations } };
}
