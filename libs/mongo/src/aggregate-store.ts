import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Binary } from 'mongodb';
import type { Db, Document, Filter, UpdateFilter } from 'mongodb';
import { ok } from '@astrolabe/kernel';
import type { EventOrigin, Result } from '@astrolabe/kernel';
import { ATTR, METRIC, counter, currentTraceparent } from '@astrolabe/telemetry';
import { applied, isApplied } from './aggregate-document.ts';
import type { AggregateDocument, OutboxEntry, StoredReceived } from './aggregate-document.ts';
import { ConcurrencyExhausted, isOutcomeUnknown } from './errors.ts';
import { createGroupedAccess } from './grouped-access.ts';
import type { GroupedAccess } from './grouped-access.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { createOutboxSource } from './outbox-source.ts';
import type { OutboxSource } from './outbox-source.ts';
import { createRecentDocuments } from './recent-documents.ts';
import type { RecentDocuments } from './recent-documents.ts';
import { readPage } from './page.ts';
import type { Page, PageSort } from './page.ts';
import { mongoSpan } from './spans.ts';

/** An event that a decision produces; the store adds id, sequence and trace context. */
export type NewEvent = {
  readonly type: string;
  /** Protobuf bytes. */
  readonly payload: Uint8Array;
  /** Message key; the aggregate's id when absent. */
  readonly key?: string;
  readonly time: Date;
};

export type Decision<S, R> = {
  readonly state: S;
  readonly events: readonly NewEvent[];
  readonly result: R;
};

export type Transacted<R> = {
  /** Undefined when `applied` is false. */
  readonly result: R | undefined;
  /** False when the event had been applied before. */
  readonly applied: boolean;
  readonly version: bigint;
};

/** Translates a state to and from its stored shape, for states that BSON cannot hold as they are. */
export type StateMapping<S> = {
  encode(state: S): Document;
  decode(stored: Document): S;
};

export type AggregateStoreOptions<S> = {
  readonly db: Db;
  readonly collection: string;
  readonly topic: string;
  /** CloudEvents source of everything this store publishes, e.g. the service's name. */
  readonly source: string;
  /** Called after each commit that left events to publish; must return at once. */
  readonly wake: (id: string) => void;
  readonly mapping?: StateMapping<S>;
};

export type AggregateStore<S> = {
  /** What the relay reads and trims. */
  readonly outbox: OutboxSource;
  load(id: string): Promise<{ state: S; version: bigint } | null>;
  transact<R, E>(
    id: string,
    from: EventOrigin | null,
    decide: (state: S | null) => Result<Decision<S, R>, E>,
  ): Promise<Result<Transacted<R>, E>>;
  page(
    filter: Filter<AggregateDocument<S>>,
    sort: PageSort,
    limit: number,
    after?: string,
  ): Promise<Page<S>>;
};

/** Losing this often against other processes means that the aggregate is a hot spot: fail loudly. */
const ATTEMPTS_MAX = 64;
const BACKOFF_MAX_MS = 64;
/** A broker takes about a megabyte; a larger event could never leave its outbox. */
const EVENT_BYTES_MAX = 512 * 1024;

const conflictsOf = (collection: string) =>
  counter(
    METRIC.mongoConflicts,
    'Compare-and-set writes that lost',
    ['collection'],
    [{ collection }],
  );

type Stored = AggregateDocument<unknown>;
type Written<R> = { readonly result: R; readonly version: bigint };

/**
 * Aggregates as one document each: state, outbox and inbox change in one compare-and-set write, so
 * effect, outgoing events and duplicate detection commit together or not at all.
 */
export function createAggregateStore<S>(options: AggregateStoreOptions<S>): AggregateStore<S> {
  conflictsOf(options.collection);
  const collection = options.db.collection<Stored>(options.collection);
  const decode = (stored: unknown): S =>
    options.mapping === undefined ? (stored as S) : options.mapping.decode(stored as Document);
  const traced = <T>(operation: string, fn: () => Promise<T>): Promise<T> =>
    mongoSpan(
      `${operation} ${options.collection}`,
      { [ATTR.dbCollection]: options.collection, [ATTR.dbOperation]: operation },
      fn,
    );
  const access = createGroupedAccess(collection);
  const read = (id: string): Promise<Stored | null> => traced('findOne', () => access.read(id));
  const inTurn = createKeyedMutex();
  const recent = createRecentDocuments();
  return {
    outbox: createOutboxSource(collection, options.topic, options.source, recent),
    load: async (id) => {
      const doc = await read(id);
      return doc === null ? null : { state: decode(doc.state), version: doc.version };
    },
    transact: (id, from, decide) =>
      inTurn(id, () =>
        transact({ options, access, recent, read, decode, traced }, id, from, decide),
      ),
    page: (filter, sort, limit, after) =>
      traced('find', () =>
        readPage(collection, decode, filter as Filter<Stored>, sort, limit, after),
      ),
  };
}

type Internals<S> = {
  readonly options: AggregateStoreOptions<S>;
  readonly access: GroupedAccess;
  readonly recent: RecentDocuments;
  readonly read: (id: string) => Promise<Stored | null>;
  readonly decode: (stored: unknown) => S;
  readonly traced: <T>(operation: string, fn: () => Promise<T>) => Promise<T>;
};

/**
 * Load, decide, compare-and-set; again while another writer was faster. What this process wrote last is
 * not loaded; a decision from it that would not be confirmed by a write is made again from a read.
 */
async function transact<S, R, E>(
  store: Internals<S>,
  id: string,
  from: EventOrigin | null,
  decide: (state: S | null) => Result<Decision<S, R>, E>,
): Promise<Result<Transacted<R>, E>> {
  /** Writes of this call whose outcome is not known yet, by commit id. */
  const doubtful = new Map<string, Written<R>>();
  let doubt: unknown;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const remembered = attempt === 0 ? store.recent.get(id) : null;
    const doc = remembered ?? (await store.read(id));
    const mine = doc === null ? undefined : doubtful.get(doc.commitId);
    if (mine !== undefined) return ok(committed(store, id, mine));
    if (doc !== null && from !== null && isApplied(doc, from)) {
      return ok({ result: undefined, applied: false, version: doc.version });
    }
    // The lost write may stand under a newer one: only the inbox could tell, and there is none.
    if (doubt !== undefined && hasMovedOn(doc, doubtful)) throw doubt;

    const state = doc === null ? null : store.decode(doc.state);
    const decided = decide(state);
    const isWrite = decided.ok && !isUnchanged(state, decided.value, from);
    if (remembered !== null && !isWrite) {
      store.recent.forget(id);
      continue;
    }
    if (!decided.ok) return decided;
    const { events, result } = decided.value;
    if (doc !== null && !isWrite) return ok({ result, applied: true, version: doc.version });

    const write = nextDocument(store, id, doc, decided.value, from);
    const written = { result, version: write.version };
    try {
      // What failed in company is tried again alone: one that cannot be written fails nobody else.
      if (await compareAndSet(store, doc, write, attempt > 0)) {
        store.recent.keep(documentOf(doc, write));
        return ok(committed(store, id, written, events.length > 0));
      }
      store.recent.forget(id);
    } catch (error) {
      store.recent.forget(id);
      if (!isOutcomeUnknown(error)) throw error;
      doubt = error;
      doubtful.set(write.commitId, written);
    }
    conflictsOf(store.options.collection).inc({ collection: store.options.collection });
    await delay(Math.random() * Math.min(BACKOFF_MAX_MS, 2 ** attempt));
  }
  throw new ConcurrencyExhausted(store.options.collection, id, ATTEMPTS_MAX);
}

/** A decision that leaves an aggregate as it is, and that nobody has to hear of. */
const isUnchanged = <S, R>(
  state: S | null,
  { events, state: next }: Decision<S, R>,
  from: EventOrigin | null,
): boolean => state !== null && next === state && events.length === 0 && from === null;

function committed<R>(
  store: Internals<unknown> | Internals<never>,
  id: string,
  written: Written<R>,
  hasEvents = true,
): Transacted<R> {
  if (hasEvents) store.options.wake(id);
  return { result: written.result, applied: true, version: written.version };
}

/** Whether the document is newer than the base of the write whose reply got lost. */
function hasMovedOn<R>(doc: Stored | null, doubtful: ReadonlyMap<string, Written<R>>): boolean {
  if (doc === null) return false;
  return [...doubtful.values()].some((written) => doc.version >= written.version);
}

type Write = {
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

function nextDocument<S, R>(
  store: Internals<S>,
  id: string,
  doc: Stored | null,
  decision: Decision<S, R>,
  from: EventOrigin | null,
): Write {
  const { mapping, source } = store.options;
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

/** One write; false when another writer was faster. */
async function compareAndSet<S>(
  { access, traced }: Internals<S>,
  doc: Stored | null,
  write: Write,
  alone: boolean,
): Promise<boolean> {
  if (doc === null) {
    return await traced('insertOne', () => access.insert(documentOf(null, write), alone));
  }
  const update: UpdateFilter<Stored> = {
    $set: {
      version: write.version,
      state: write.state,
      eventSeq: write.eventSeq,
      commitId: write.commitId,
      updatedAt: write.now,
      ...(write.traceparent !== undefined && { traceparent: write.traceparent }),
      ...(write.outboxAt !== null && { outboxAt: write.outboxAt }),
      ...(write.received !== null && {
        [`inbox.${write.received.field}`]: write.received.received,
      }),
    },
    ...(write.entries.length > 0 && { $push: { outbox: { $each: write.entries } } }),
  };
  const { id, commitId } = write;
  return await traced('updateOne', () =>
    access.change({ id, version: doc.version, commitId, update }, alone),
  );
}

/** The document as a write leaves it. */
const documentOf = (before: Stored | null, write: Write): Stored => ({
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
