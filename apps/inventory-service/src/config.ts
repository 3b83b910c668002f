import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'inventory_service' }),
  /** Sellers are spread over this many single-writer partitions. Fixed for the life of a journal. */
  PARTITIONS: Type.Integer({ default: 1, minimum: 1, maximum: 256 }),
  /**
   * Where other processes reach this one; host:port of the gRPC server when empty, which has to be one
   * address then, not all of a machine's.
   */
  ADVERTISED_ADDRESS: Type.String({ default: '' }),
  /** How long a dead owner keeps its partitions. */
  LEASE_TTL_MS: Type.Integer({ default: 2_000, minimum: 500, maximum: 60_000 }),
  /** Operations that may wait for their turn, per partition. */
  QUEUE_LIMIT: Type.Integer({ default: 16_384, minimum: 1_024, maximum: 1_048_576 }),
  /** Of these, the most that one seller may have waiting: a flood fills its own share alone. */
  SELLER_QUEUE_LIMIT: Type.Integer({ default: 8_192, minimum: 1_024, maximum: 1_048_576 }),
  /** Operations from one snapshot to the next: a crash costs the replay of at most so many. */
  SNAPSHOT_EVERY: Type.Integer({ default: 500_000, minimum: 100 }),
  /** Records of the journal that are older are moved into the archive; a week. */
  ARCHIVE_AFTER_MS: Type.Integer({ default: 604_800_000, minimum: 0 }),
  /** Operation ids that are recognised again, at the least; per partition. */
  IDEMPOTENCY_WINDOW: Type.Integer({ default: 1_048_576, minimum: 1_024, maximum: 16_777_216 }),
});

export type Config = Static<typeof ConfigSchema>;
