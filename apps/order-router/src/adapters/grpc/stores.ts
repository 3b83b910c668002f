import type { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Stores } from '../../application/ports.ts';

/** Takes sub-orders back through fulfillment, where stores answer. */
export const createStores = (client: GrpcClient<FulfillmentServiceClient>): Stores => ({
  recall: async (orderRef, { subOrderIds, allocation, acceptedToo }) => {
    const asked = { orderRef, subOrderIds: [...subOrderIds], allocation, acceptedToo };
    const { recalled, standing } = await client.call('recall', asked);
    return recalled ? { kind: 'done', places: {} } : { kind: 'refused', reason: standing };
  },
});
