import type { MallMoneyServiceClient } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError } from '@astrolabe/grpc';
import type { MallCredit } from '../../../application/mall/ports.ts';

/** The credit of a mall's account, which settlement keeps. */
export const createMallCredit = (client: GrpcClient<MallMoneyServiceClient>): MallCredit => ({
  take: async ({ orderRef, account, totalFen: amountFen }) => {
    const { accepted, reason } = await client.call('checkCredit', { orderRef, account, amountFen });
    return accepted ? null : reason || 'CREDIT_EXCEEDED';
  },
  free: async ({ orderRef, account }) => {
    try {
      await client.call('freeCredit', { orderRef, account });
    } catch (error) {
      // The order was placed before under this name: its own end gives the credit back.
      if (error instanceof GrpcCallError && error.outcome === 'refused') return;
      throw error;
    }
  },
  state: async (orderRef) => {
    try {
      return (await client.call('getPayment', { orderRef })).state;
    } catch (error) {
      // It has not heard of the order yet.
      if (error instanceof GrpcCallError && error.outcome === 'refused') return '';
      throw error;
    }
  },
});
