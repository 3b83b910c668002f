/** What this library needs of a Kafka client. Only `kafkajs/` implements it. */

export type RawMessage = {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Fixed partition; by hash of the key when absent. */
  readonly partition?: number;
};

export type TopicMessages = { readonly topic: string; readonly messages: readonly RawMessage[] };

export type FetchedMessage = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Why the record cannot be an event of ours; absent when it may be one. */
  readonly unreadable?: string;
};

/** First offset of what one `send` appended to one partition. */
export type Appended = {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: bigint;
};

/**
 * Largest batch of a retry or dead-letter topic: brokers' default for every topic of 1,048,588 bytes and
 * 64 KiB of room for the headers of a message that is moved.
 */
export const MOVED_BYTES_MAX = 1_114_124;

/** Thrown for a message that no broker takes, or that is larger than its topic allows. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
}

export type Sender = {
  connect(): Promise<void>;
  /**
   * One request, acknowledged by all in-sync replicas. Order within a partition is kept.
   *
   * @throws MessageTooLarge when a topic refuses what it is to take.
   */
  send(batch: readonly TopicMessages[]): Promise<Appended[]>;
  disconnect(): Promise<void>;
};

export type TopicPartition = { readonly topic: string; readonly partition: number };
export type PartitionOffset = TopicPartition & { readonly offset: bigint };

export type FetchedBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly FetchedMessage[];
  /** Offset of the next message to be written to the partition. */
  readonly highWatermark: bigint;
  /** Moves the fetch position behind this batch; it commits nothing. */
  accept(): void;
  /** Tells the group that the member lives; throws when a rebalance has begun. */
  heartbeat(): Promise<void>;
  /** False once the client stops or has sought elsewhere. */
  isCurrent(): boolean;
};

export type SubscriptionEvents = {
  /** A new generation of the group: what this member holds from now on. */
  onAssigned(assignment: readonly TopicPartition[]): void;
  onBatch(batch: FetchedBatch): Promise<void>;
  /** The offset to fetch did not exist: the partition is read from its beginning. */
  onReset(at: TopicPartition): void;
  /** A fetch or heartbeat was answered. */
  onAlive(): void;
  onFetched(): void;
  /** `restarts`: the client tries again on its own. */
  onCrash(error: Error, restarts: boolean): void;
};

export type Subscription = {
  start(): Promise<void>;
  stop(): Promise<void>;
  commit(offsets: readonly PartitionOffset[]): Promise<void>;
  pause(at: TopicPartition): void;
  resume(at: TopicPartition): void;
  seek(to: PartitionOffset): void;
};

export type OffsetRange = {
  readonly partition: number;
  readonly low: bigint;
  /** Offset of the next message to be written. */
  readonly high: bigint;
};

export type TopicConfig = {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
};

export type Admin = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  ranges(topic: string): Promise<OffsetRange[]>;
  /** Committed offsets; a partition without one is left out. */
  committed(group: string, topics: readonly string[]): Promise<PartitionOffset[]>;
  partitionCounts(): Promise<Map<string, number>>;
  createTopics(topics: readonly TopicConfig[]): Promise<void>;
  addPartitions(topic: string, count: number): Promise<void>;
  /** Settings that each topic overrides; what it leaves to the cluster is not in it. */
  topicOverrides(topics: readonly string[]): Promise<Map<string, Record<string, string>>>;
  /** Replaces all overrides of each topic. */
  replaceOverrides(
    topics: readonly {
      readonly topic: string;
      readonly config: Readonly<Record<string, string>>;
    }[],
  ): Promise<void>;
};

/** Committed messages of one read, and the offset of the next read; undefined at the end. */
export type ReadResult = {
  readonly messages: readonly FetchedMessage[];
  readonly next: bigint | undefined;
};

/** Reads a partition without a consumer group. */
export type Reader = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /**
   * What stands at and behind `from`, up to about `maxBytes`. `messages` may be empty before the end:
   * records of aborted transactions and control records are passed over.
   */
  read(from: PartitionOffset, maxBytes: number): Promise<ReadResult>;
};

export type KafkaClient = {
  sender(): Sender;
  admin(): Admin;
  reader(): Reader;
  subscription(
    options: {
      readonly group: string;
      readonly topics: readonly string[];
      /** The brokers answer when much has come, or after a while. */
      readonly leisurely: boolean;
      /** Those of the topics on which nothing is urgent. */
      readonly seldom: readonly string[];
    },
    events: SubscriptionEvents,
  ): Subscription;
};

/** The part of a logger that this library uses (pino has this shape). */
export type MessagingLogger = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
