import {
  CatalogServiceClient,
  acceptorFromMessage,
  allocatorFromMessage,
} from '@astrolabe/contracts/catalog';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { createBriefAnswers } from '@astrolabe/service';
import type { Sellers } from '../../application/ports.ts';
import type { Model } from '../../domain/fulfilment.ts';

const DEADLINE_MS = 1_500;
/** How long a changed model may still be seen as it was. */
const CACHE_MS = 5_000;
const CACHE_MAX = 1_000;

/** The sellers' models, read from the catalog and kept for seconds. */
export function connectSellers(address: string): Sellers & { close(): void } {
  const client = createGrpcClient(CatalogServiceClient, {
    address,
    name: 'fulfillment',
    defaultDeadlineMs: DEADLINE_MS,
  });

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

  const models = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: CACHE_MS,
    most: CACHE_MAX,
    // While the catalog does not answer, the last known model is better than none.
    outlives: (failure) => failure instanceof GrpcCallError,
    read,
  });
  return { close: () => client.close(), modelOf: models.of };
}
