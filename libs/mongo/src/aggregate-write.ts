import { randomUUID } from 'node:crypto';
import type { EventOrigin } from '@astrolabe/kernel';
import { currentTraceparent } from '@astrolabe/telemetry';
import { Binary } from 'mongodb';
import { applied } from './aggregate-document.ts';
import type { AggregateDocument, OutboxEntry, StoredReceived } from './aggregate-document.ts';
import type { Decision, StateMapping } from './contract.ts';

export type Stored = AggregateDocument<unknown>;

/** A broker takes about a megabyte; a larger event could never leave its outbox. */
const EVENT_BYTES_MAX = 512 * 1024;

/** What one decision changes in the document of its aggregate. */
export type Write = {
  readonly id: string;
  readonly version: bigint;
  readonly state: unknown;
  readonly entries: OutboxEntry[];
  readonly eventSeq: bigint;
  readonly received: { readonly field: string; readonly received: StoredReceived } | null;
  readonly outboxAt: Date | null;
  readonly commitId: string;
  readonly traceparent: string | undefined;
  readonly now: Date;
};

/** How states and events of a store are written. */
export type Notation<S> = {
  readonly source: string;
  readonly mapping?: StateMapping<S>;
};

/** @throws RangeError for an event of more than 512 KiB. */
export function nextWrite<S, R>(
  { source, mapping }: Notation<S>,
  id: string,
  doc: Stored | null,
  decision: Decision<S, R>,
  from: EventOrigin | null,
): Write {
  const now = new Date();
  const traceparent = currentTraceparent();
  const base = doc?.eventSeq ?? 0n;
  const entries = decision.events.map((event, index): OutboxEntry => {
    const sequence = base + BigInt(index) + 1n;
    if (event.payload.byteLength > EVENT_BYTES_MAX) {
      throw new RangeError(`${event.type} has ${event.payload.byteLength} bytes, too many to send`);
    }
    return {
      id: `${source}/${id}/${sequence}`,
      sequence,
      type: event.type,
      key: event.key ?? id,
      time: event.time,
      payload: new Binary(event.payload),
      ...(traceparent !== undefined && { traceparent }),
    };
  });
  return {
    id,
    version: (doc?.version ?? 0n) + 1n,
    state: mapping === undefined ? decision.state : mapping.encode(decision.state),
    entries,
    eventSeq: base + BigInt(entries.length),
    received: from === null ? null : applied(doc, from),
    // Written even if it was set before: a trim may have cleared it since the load.
    outboxAt: entries.length === 0 ? null : (doc?.outboxAt ?? now),
    commitId: randomUUID(),
    traceparent,
    now,
  };
}

/** The document as a write leaves it. */
export const documentOf = (before: Stored | null, write: Write): Stored => ({
  ...(before?.traceparent !== undefined && { traceparent: before.traceparent }),
  ...(before?.outboxAt !== undefined && { outboxAt: before.outboxAt }),
  _id: write.id,
  version: write.version,
  state: write.state,
  outbox: [...(before?.outbox ?? []), ...write.entries],
  inbox: {
    ...before?.inbox,
    ...(write.received !== null && { [write.received.field]: write.received.received }),
  },
  ...(write.outboxAt !== null && { outboxAt: write.outboxAt }),
  eventSeq: write.eventSeq,
  commitId: write.commitId,
  ...(write.traceparent !== undefined && { traceparent: write.traceparent }),
  createdAt: before?.createdAt ?? write.now,
  updatedAt: write.now,
});
