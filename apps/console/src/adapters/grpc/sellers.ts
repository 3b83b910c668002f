import { Acceptor, CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Sellers } from '../../application/ports.ts';

const DEADLINE_MS = 3_000;

/** What the catalog has of sellers. */
export function connectSellers(address: string): Sellers & { close(): void } {
  const client = createGrpcClient(CatalogServiceClient, {
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
    // It only reads.
    repeatLost: true,
  });
  return {
    close: () => client.close(),
    acceptsHere: async (sellerId) => {
      try {
        const { seller } = await client.call('getSeller', { sellerId });
        return seller?.acceptor !== Acceptor.POS;
      } catch (error) {
        if (error instanceof GrpcCallError && error.code === GRPC.notFound) return false;
        throw error;
      }
    },
  };
}
