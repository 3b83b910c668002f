import type {
  DistributionRegistryServiceClient,
  LineKey,
  ResolvedLine as ResolvedMessage,
} from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import { askTogether } from '@astrolabe/service';
import type { Registry, ResolvedLine } from '../../application/distribution/ports.ts';
import type { DistributionLine } from '../../domain/distribution/order.ts';

/** Lines of one question, as many as the catalog takes. */
const LINES_MAX = 200;

/** The catalog's registries of distribution; orders of one turn share a call. */
export const createRegistry = (client: GrpcClient<DistributionRegistryServiceClient>): Registry => {
  const named = askTogether<ResolvedLine>(async (sellerId, names) => {
    const found = new Map<string, ResolvedLine>();
    for (let at = 0; at < names.length; at += LINES_MAX) {
      const some = names.slice(at, at + LINES_MAX);
      const lines = some.map((name) => JSON.parse(name) as LineKey);
      const answer = await client.call('resolveLines', { sellerId, lines });
      for (const [index, line] of answer.lines.entries()) {
        found.set(some[index] ?? '', resolvedFrom(line));
      }
    }
    return found;
  });
  return {
    resolve: async (sellerId, lines) => {
      const names = lines.map(nameOf);
      const found = await named(sellerId, names);
      return names.map((name) => {
        const resolved = found.get(name);
        if (!resolved) throw new TypeError('the registry left a line out');
        return resolved;
      });
    },
  };
};

/** What the registries are asked about a line, as the text by which equal lines are asked for once. */
const nameOf = ({
  offerId,
  specId,
  salesChannel,
  outShopCode,
  outItemCode,
}: DistributionLine): string =>
  JSON.stringify({ offerId, specId, salesChannel, outShopCode, outItemCode } satisfies LineKey);

function resolvedFrom(line: ResolvedMessage): ResolvedLine {
  const { obstacle: code, message, supplierId, priceFen, postFeeFen, ownStock } = line;
  return code === ''
    ? { ok: true, value: { supplierId, priceFen, postFeeFen, ownStock } }
    : { ok: false, error: { code, message } };
}
