import type { Lanes } from './lanes.ts';
import { createLanes } from './lanes.ts';
import type { PartitionOffset, TopicPartition } from './kafka-port.ts';
import { createOffsetTracker } from './offset-tracker.ts';
import type { OffsetTracker } from './offset-tracker.ts';

/** One partition while this process holds it. */
export type HeldPartition = TopicPartition & {
  readonly tracker: OffsetTracker;
  readonly lanes: Lanes;
  /** First offset that no member has committed: the first message must stand here or behind. */
  readonly start: bigint;
  /** Retry partitions: one behind the last message at the time of the assignment. */
  readonly end: bigint;
  /** Retry partitions: last parked offset of each key that still has parked messages. */
  readonly parked: Map<string, bigint>;
  paused: boolean;
  /** Whether a batch from before the rebalance has been refused. */
  soughtBack: boolean;
  committed: bigint | undefined;
};

/** What this process holds between two rebalances. */
export type Generation = {
  readonly number: number;
  /** Aborts when the next rebalance begins or the consumer stops. */
  readonly ended: AbortController;
  /** Empty until `prepared` resolves. */
  readonly partitions: Map<string, HeldPartition>;
  prepared: Promise<void>;
  /** Messages of main topics that are fetched and not done. */
  openMain: number;
  /** Batches of several partitions that wait until `openMain` falls below the window. */
  readonly waitingForRoom: (() => void)[];
};

export const partitionKey = ({ topic, partition }: TopicPartition): string =>
  `${topic}/${partition}`;

export function holdPartition(at: TopicPartition, start: bigint, end: bigint): HeldPartition {
  return {
    topic: at.topic,
    partition: at.partition,
    tracker: createOffsetTracker(),
    lanes: createLanes(),
    start,
    end,
    parked: new Map(),
    paused: false,
    soughtBack: false,
    committed: undefined,
  };
}

/** What has to be committed, and remembers it as committed. */
export function takeCommittable(generation: Generation): PartitionOffset[] {
  const offsets: PartitionOffset[] = [];
  for (const held of generation.partitions.values()) {
    const offset = held.tracker.committable();
    if (offset === undefined || offset === held.committed) continue;
    held.committed = offset;
    offsets.push({ topic: held.topic, partition: held.partition, offset });
  }
  return offsets;
}

/** After a commit that failed: these count as not committed. */
export function forgetCommitted(generation: Generation, offsets: readonly PartitionOffset[]): void {
  for (const offset of offsets) {
    const held = generation.partitions.get(partitionKey(offset));
    if (held !== undefined) held.committed = undefined;
  }
}

/**
 * Whether all messages that were parked before this assignment have been seen, so that `parked`
 * names every key that must wait. Until then the main partition stays paused.
 */
export function knowsParked(retry: HeldPartition): boolean {
  return (retry.tracker.position() ?? retry.start) >= retry.end;
}
