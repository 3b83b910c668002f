import type { Binary } from 'mongodb';

/** One event that waits to be published, as it is stored. */
export type OutboxEntry = {
  id: string;
  /** Position in the aggregate's own history: 1, 2, 3, ... without gaps. */
  sequence: bigint;
  type: string;
  key: string;
  time: Date;
  /** Protobuf bytes. */
  payload: Binary;
  traceparent?: string;
};

/** An aggregate as it is stored: state, what it has to say and what it has heard, in one document. */
export type AggregateDocument<S> = {
  _id: string;
  version: bigint;
  state: S;
  outbox: OutboxEntry[];
  /** Highest applied sequence by source; keys are escaped, see `inboxKey`. */
  inbox: Record<string, bigint>;
  /** When the oldest unpublished event was written; absent when there is none. */
  outboxAt?: Date | null;
  eventSeq: bigint;
  /** Marks the last writer, so that a writer whose reply got lost recognises its own write. */
  commitId: string;
  traceparent?: string;
  createdAt: Date;
  updatedAt: Date;
};

const UNSAFE = /[%.$\0]/g;

/** The field name of a source inside `inbox`: `.`, `$`, NUL and `%` are percent-encoded. */
export function inboxKey(source: string): string {
  if (source.length === 0) throw new RangeError('the source of an event must not be empty');
  return source.replace(
    UNSAFE,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
