import { receive, wasReceived } from '@astrolabe/kernel';
import type { EventOrigin, Received } from '@astrolabe/kernel';
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

/** Which events of a source were applied: all up to a sequence, or those but some that are missing. */
export type StoredReceived = bigint | Received;

/** An aggregate as it is stored: state, what it has to say and what it has heard, in one document. */
export type AggregateDocument<S> = {
  _id: string;
  version: bigint;
  state: S;
  outbox: OutboxEntry[];
  /** Applied events by source; keys are escaped, see `inboxKey`. */
  inbox: Record<string, StoredReceived>;
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

type Inboxed = Pick<AggregateDocument<unknown>, 'inbox'>;

/** Whether the event has had its effect. One that later events have overtaken is told from a duplicate. */
export function isApplied(doc: Inboxed, { source, sequence }: EventOrigin): boolean {
  const field = inboxKey(source);
  return wasReceived(inboxOf(doc, field), { source: field, sequence });
}

/** The field of the inbox and what it holds when the event has been applied. */
export function applied(
  doc: Inboxed | null,
  { source, sequence }: EventOrigin,
): { readonly field: string; readonly received: StoredReceived } {
  const field = inboxKey(source);
  const after = receive(inboxOf(doc, field), { source: field, sequence })[field];
  const isWithoutGap = after === undefined || after.missing.length === 0;
  return { field, received: isWithoutGap ? (after?.high ?? sequence) : after };
}

function inboxOf(doc: Inboxed | null, field: string): Record<string, Received> {
  const stored = doc?.inbox[field];
  if (stored === undefined) return {};
  return { [field]: typeof stored === 'bigint' ? { high: stored, missing: [] } : stored };
}
