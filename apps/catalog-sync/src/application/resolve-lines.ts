import type { Clock } from '@astrolabe/kernel';
import type { LineKey, Obstacle, Relation } from '../domain/distribution.ts';
import { obstacleOf, specOf } from '../domain/distribution.ts';
import type { DistributionRegistry } from './ports.ts';

export type Resolved = {
  readonly obstacle: Obstacle | null;
  readonly relation: Relation | null;
  /** Price of the specification, fen; 0 where there is an obstacle. */
  readonly priceFen: bigint;
};

/** What the registries have for the lines of an order, in their order. */
export const makeResolveLines =
  (registry: DistributionRegistry, clock: Clock) =>
  async (sellerId: string, lines: readonly LineKey[]): Promise<readonly Resolved[]> => {
    const rows = lines.map((line) => ({ sellerId, ...line }));
    const [relations, shops, items] = await Promise.all([
      registry.relations.find(rows),
      registry.shops.find(rows),
      registry.items.find(rows),
    ]);
    const now = clock();
    return lines.map((line, index) => {
      const relation = relations[index] ?? null;
      const found = { relation, shop: shops[index] ?? null, item: items[index] ?? null };
      const obstacle = obstacleOf(line, found, now);
      const spec = relation && specOf(relation, line);
      return { obstacle, relation, priceFen: (obstacle ? null : spec)?.priceFen ?? 0n };
    });
  };
