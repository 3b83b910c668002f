import { IngressTradeServiceClient } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Receivers } from '../../application/store-ports.ts';

const DEADLINE_MS = 3_000;

/** The gateway, for what it keeps of trades and publishes to nobody. */
export function connectReceivers(address: string): Receivers & { close(): void } {
  const client = createGrpcClient(IngressTradeServiceClient, {
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
    // It only reads.
    repeatLost: true,
  });
  return {
    close: () => client.close(),
    find: async (askedBy, orderRef, reveal) => {
      const asked = { orderRef, askedBy, reveal };
      const answer = await client.call('getReceiver', asked).catch((error: unknown) => {
        if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
        throw error;
      });
      if (!answer?.receiver) return null;
      const { name, mobile, province, city, area, town, address: street } = answer.receiver;
      const parts = [province, city, area, town, street];
      return { name, mobile, address: parts.filter((part) => part !== '') };
    },
  };
}
