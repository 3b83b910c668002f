import {
  CatalogServiceClient,
  acceptorFromMessage,
  allocatorFromMessage,
} from '@astrolabe/contracts/catalog';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Sellers } from '../../application/ports.ts';
import type { Model } from '../../domain/fulfilment.ts';

const DEADLINE_MS = 1_500;
/** How long a changed model may still be seen as it was. */
const CACHE_MS = 5_000;
const CACHE_MAX = 1_000;

/** The sellers' models, read from the catalog and kept for seconds. */
export function connectSellers(address: string, ticks: () => number): Sellers & { close(): void } {
  const client = createGrpcClient(CatalogServiceClient, {
    address,
    name: 'fulfillment',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const cache = new Map<string, { model: Model; until: number }>();

  const read = async (sellerId: string): Promise<Model | null> => {
    try {
      const { seller } = await client.call('getSeller', { sellerId });
      const allocator = seller && allocatorFromMessage(seller.allocator);
      const acceptor = seller && acceptorFromMessage(seller.acceptor);
      return allocator && acceptor ? { allocator, acceptor } : null;
    } catch (error) {
      if (error instanceof GrpcCallError && error.outcome === 'refused') return null;
      throw error;
    }
  };

  return {
    close: () => client.close(),
    modelOf: async (sellerId) => {
      const cached = cache.get(sellerId);
      if (cached && cached.until > ticks()) return cached.model;
      // While the catalog does not answer, the last known model is better than none.
      const model = await read(sellerId).catch((error: unknown) => {
        if (cached && error instanceof GrpcCallError) return cached.model;
        throw error;
      });
      cache.delete(sellerId);
      if (model) {
        const [oldest] = cache.keys();
        if (cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
        cache.set(sellerId, { model, until: ticks() + CACHE_MS });
      }
      return model;
    },
  };
}
