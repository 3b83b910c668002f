import type { Lanes } from './lanes.ts';
import { createLanes } from './lanes.ts';
import type {
  FetchedBatch,
  FetchedMessage,
  PartitionOffset,
  TopicPartition,
} from './kafka-port.ts';
import { createOffsetTracker } from './offset-tracker.ts';
import type { OffsetTracker } from './offset-tracker.ts';

/** One partition while this process holds it. */
export type HeldPartition = TopicPartition & {
  readonly tracker: OffsetTracker;
  readonly lanes: Lanes;
  /** First offset that no member has committed: the first message must stand here or behind. */
  readonly start: bigint;
  /** End of the partition as last read: offset of the next message to be written. */
  high: bigint;
  /** Retry partitions: last parked offset of each key that still has parked messages. */
  readonly parked: Map<string, bigint>;
  paused: boolean;
  /** The offset to fetch did not exist; the next batch is from the beginning of the log. */
  wasReset: boolean;
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
  isPrepared: boolean;
  /** Batches of several partitions that wait until fewer messages are open than the window. */
  readonly waitingForRoom: (() => void)[];
};

export const partitionKey = ({ topic, partition }: TopicPartition): string =>
  `${topic}/${partition}`;

export function holdPartition(at: TopicPartition, start: bigint, high: bigint): HeldPartition {
  return {
    topic: at.topic,
    partition: at.partition,
    tracker: createOffsetTracker(),
    lanes: createLanes(),
    start,
    high,
    parked: new Map(),
    paused: false,
    wasReset: false,
    soughtBack: false,
    committed: undefined,
  };
}

/**
 * The log ended before the position: the topic was deleted and made again, or its log was cut back. A
 * batch in front of the position is no sign by itself; around a rebalance batches arrive twice.
 */
export function beganAnew(held: HeldPartition, batch: FetchedBatch): boolean {
  const [first] = batch.messages;
  const position = held.tracker.position();
  return held.wasReset && first !== undefined && position !== undefined && first.offset < position;
}

/** Messages of the batch that were not fetched before in this generation. */
export function newMessages(held: HeldPartition, batch: FetchedBatch): readonly FetchedMessage[] {
  const position = held.tracker.position() ?? 0n;
  return batch.messages.filter(({ offset }) => offset >= position);
}

/** Holds the partition from its new beginning; what is still handled of the old one commits nothing. */
export function renewPartition(
  generation: Generation,
  before: HeldPartition,
  batch: FetchedBatch,
): HeldPartition {
  const held: HeldPartition = {
    ...holdPartition(before, batch.messages[0]?.offset ?? 0n, batch.highWatermark),
    lanes: before.lanes,
    paused: before.paused,
  };
  generation.partitions.set(partitionKey(before), held);
  return held;
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

/** The key has a message at this offset of the retry partition, so later ones must join it there. */
export function markParked(retry: HeldPartition, key: string, offset: bigint): void {
  const last = retry.parked.get(key);
  if (last === undefined || last < offset) retry.parked.set(key, offset);
}

/** The message of the retry partition is done; its key is free when it was the last one. */
export function unmarkParked(retry: HeldPartition, key: string, offset: bigint): void {
  const last = retry.parked.get(key);
  if (last !== undefined && last <= offset) retry.parked.delete(key);
}

/** First offset that is not committed, as far as this process can tell. */
export const committedOf = (held: HeldPartition): bigint => held.committed ?? held.start;
