import type { DistributionRegistryServiceClient } from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Registry } from '../../application/distribution/ports.ts';

/** The catalog's registries of distribution. */
export const createRegistry = (
  client: GrpcClient<DistributionRegistryServiceClient>,
): Registry => ({
  resolve: async (sellerId, lines) => {
    const keys = lines.map(({ offerId, specId, salesChannel, outShopCode, outItemCode }) => ({
      offerId,
      specId,
      salesChannel,
      outShopCode,
      outItemCode,
    }));
    const answer = await client.call('resolveLines', { sellerId, lines: keys });
    return answer.lines.map((line) => {
      const { obstacle: code, message, supplierId, priceFen, postFeeFen, ownStock } = line;
      return code === ''
        ? { ok: true, value: { supplierId, priceFen, postFeeFen, ownStock } }
        : { ok: false, error: { code, message } };
    });
  },
});
