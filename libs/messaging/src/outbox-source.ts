/** One stored event; the payload holds protobuf bytes. */
export type OutboxEvent = {
  readonly id: string;
  readonly sequence: bigint;
  readonly type: string;
  readonly key: string;
  readonly time: Date;
  readonly payload: Uint8Array;
  readonly traceparent?: string;
};

/** The unpublished events of one aggregate, oldest first. */
export type AggregateOutbox = { readonly id: string; readonly events: readonly OutboxEvent[] };

/** What a relay reads and trims; the aggregate stores of libs/mongo have this shape. */
export type OutboxSource = {
  readonly topic: string;
  readonly source: string;
  /** Aggregates whose oldest unpublished event was written before `olderThan`. */
  pending(limit: number, olderThan: Date): Promise<AggregateOutbox[]>;
  pendingOf(id: string): Promise<AggregateOutbox>;
  /** The same for many at once; `pendingOf` is used where a source has no such query. */
  pendingOfMany?(ids: readonly string[]): Promise<AggregateOutbox[]>;
  trim(id: string, upToSequence: bigint): Promise<void>;
  /** The same for many in one write; `trim` is used where a source has no such write. */
  trimMany?(trims: readonly Trim[]): Promise<void>;
};

/** What is published of one aggregate. */
export type Trim = { readonly id: string; readonly upToSequence: bigint };
