import { placeToMessage } from '@astrolabe/contracts';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import type { Orders } from '../../application/ports.ts';

const DEADLINE_MS = 3_000;

/** The order-router: it takes a result that was asked for as it takes one that the seller reports. */
export function connectOrders(address: string): Orders & { close(): void } {
  const client = createGrpcClient(OrderServiceClient, {
    address,
    name: 'order-push',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    close: () => client.close(),
    report: async (orderRef, lines) => {
      try {
        await client.call('reportAllocation', {
          orderRef,
          lines: lines.map(({ subOrderId, place, status, description }) => ({
            subOrderId,
            place: placeToMessage(place),
            status,
            description,
            attributes: {},
          })),
          messageId: '',
          actor: 'order-push',
        });
        return { kind: 'succeeded' };
      } catch (error) {
        if (!(error instanceof GrpcCallError)) throw error;
        const { reason, outcome } = error;
        return {
          kind: outcome === 'unknown' ? 'unknown' : 'unanswered',
          problem: { code: reason, message: `report: ${reason}` },
        };
      }
    },
  };
}
