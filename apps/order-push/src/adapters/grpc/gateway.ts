import { IngressTradeServiceClient } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Gateway } from '../../application/ports.ts';

/** A claim's lease has to last for this and for the write. */
const DEADLINE_MS = 2_000;

/** The gateway, for receivers and buyers: for which application, and whether masked, is in its log. */
export function connectGateway(address: string): Gateway & { close(): void } {
  const client = createGrpcClient(IngressTradeServiceClient, {
    address,
    name: 'order-push',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    close: () => client.close(),
    personsOf: async (orderRef, { appKey, revealsReceiver }) => {
      const reveal = revealsReceiver === true;
      try {
        const asked = { orderRef, askedBy: `app:${appKey}`, reveal };
        const { receiver, buyerNick } = await client.call('getReceiver', asked);
        return receiver ? { kind: 'found', persons: { ...receiver, buyerNick } } : { kind: 'none' };
      } catch (error) {
        if (!(error instanceof GrpcCallError)) throw error;
        if (error.code === GRPC.notFound) return { kind: 'none' };
        return {
          kind: 'away',
          problem: { code: error.reason, message: `receiver: ${error.reason}` },
        };
      }
    },
  };
}
