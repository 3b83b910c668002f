import { CatalogServiceClient, acceptorFromMessage } from '@astrolabe/contracts/catalog';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Sellers } from '../../application/store-ports.ts';

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
        // Where the switch is not set, nobody answers: a page that offers it would only be refused.
        return seller !== undefined && acceptorFromMessage(seller.acceptor) === 'DIANZHANGGUI';
      } catch (error) {
        if (error instanceof GrpcCallError && error.code === GRPC.notFound) return false;
        throw error;
      }
    },
    storeName: async (store) => {
      try {
        const found = await client.call('getStore', store);
        return found.store?.profile?.storeName ?? '';
      } catch (error) {
        if (error instanceof GrpcCallError && error.code === GRPC.notFound) return '';
        throw error;
      }
    },
  };
}
