import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '@astrolabe/kernel';
import type { EventOrigin, Result } from '@astrolabe/kernel';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { Collection, Document, Filter } from 'mongodb';
import { isApplied } from './aggregate-document.ts';
import { nextWrite } from './aggregate-write.ts';
import type { Stored } from './aggregate-write.ts';
import { tracedIn } from './backend.ts';
import type { Backend } from './backend.ts';
import type { AggregateStore, AggregateStoreOptions, Decision, Transacted } from './contract.ts';
import { ConcurrencyExhausted, ValueTaken, isOutcomeUnknown } from './errors.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { createPages } from './page.ts';

/** An insert that is refused this often, and no document of its id there, has met another value than its id. */
const REFUSED_INSERTS_MAX = 2;

/** Losing this often against other processes means that the aggregate is a hot spot: fail loudly. */
const ATTEMPTS_MAX = 64;
const BACKOFF_MAX_MS = 64;

const conflictsOf = (collection: string) =>
  counter(
    METRIC.mongoConflicts,
    'Compare-and-set writes that lost',
    ['collection'],
    [{ collection }],
  );

type Written<R> = { readonly result: R; readonly version: bigint };

/** The store of a backend; `documents` is the collection that pages are read from. */
export function storeOn<S>(
  options: AggregateStoreOptions<S>,
  documents: Collection<Stored>,
  backend: Backend,
): AggregateStore<S> {
  conflictsOf(options.collection);
  const decode = (stored: unknown): S =>
    options.mapping === undefined ? (stored as S) : options.mapping.decode(stored as Document);
  const traced = tracedIn(options.collection);
  const inTurn = createKeyedMutex();
  const pages = createPages(options.db, documents.collectionName, decode);
  return {
    outbox: backend.outbox,
    load: async (id) => {
      const doc = await backend.read(id);
      if (doc === null) backend.notFound(id);
      return doc === null ? null : { state: decode(doc.state), version: doc.version };
    },
    lastKnown: async (id) => {
      const remembered = backend.remembered(id);
      const isKnown = remembered !== null && remembered !== 'absent';
      const doc = isKnown ? remembered : await backend.read(id);
      return doc === null ? null : decode(doc.state);
    },
    isAt: (id, version) => backend.isNewest(id, version),
    expect: async (id) => {
      if (backend.remembered(id) !== null) return;
      const { document } = await backend.glance(id);
      if (document === null) backend.notFound(id);
    },
    transact: (id, from, decide) =>
      inTurn(id, () => transact({ options, backend, decode }, id, from, decide)),
    page: async (filter, sort, limit, after) => {
      await backend.caughtUp();
      return await traced('find', () => pages(filter as Filter<Stored>, sort, limit, after));
    },
    caughtUp: () => backend.caughtUp(),
    remove: (filter) =>
      traced('delete', () => removeAll(documents, backend, filter as Filter<Stored>)),
  };
}

const REMOVED_AT_ONCE = 500;

async function removeAll(
  documents: Collection<Stored>,
  backend: Backend,
  filter: Filter<Stored>,
): Promise<void> {
  await backend.caughtUp();
  for (;;) {
    const some = await documents
      .find(filter, { projection: { version: 1 }, limit: REMOVED_AT_ONCE })
      .toArray();
    if (some.length === 0) return;
    await backend.remove(some);
  }
}

type Internals<S> = {
  readonly options: AggregateStoreOptions<S>;
  readonly backend: Backend;
  readonly decode: (stored: unknown) => S;
};

/**
 * Load, decide, compare-and-set; again while another writer was faster. What this process wrote last, or has
 * looked for in vain, is not loaded; a decision from it that no write confirms is confirmed by a look at the version, or made again.
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
  let refusedInserts = 0;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { document: doc, isNewest } = await baseOf(store.backend, id, attempt);
    const mine = doc === null ? undefined : doubtful.get(doc.commitId);
    if (mine !== undefined) return ok(committed(store, id, mine));
    if (doc !== null && from !== null && isApplied(doc, from)) {
      return ok({ result: undefined, applied: false, version: doc.version });
    }
    // The lost write may stand under a newer one: only the inbox could tell, and there is none.
    if (doubt !== undefined && hasMovedOn(doc, doubtful)) throw doubt;
    if (doc === null && refusedInserts >= REFUSED_INSERTS_MAX) {
      throw new ValueTaken(store.options.collection, id);
    }

    const state = doc === null ? null : store.decode(doc.state);
    const decided = decide(state);
    const isWrite = decided.ok && !isUnchanged(state, decided.value, from);
    if (!isWrite && !isNewest && !(await store.backend.isNewest(id, doc?.version ?? 0n))) {
      store.backend.forget(id);
      continue;
    }
    if (!decided.ok) return decided;
    const { events, result } = decided.value;
    if (doc !== null && !isWrite) return ok({ result, applied: true, version: doc.version });

    const write = nextWrite(store.options, id, doc, decided.value, from);
    const written = { result, version: write.version };
    try {
      // What failed in company is tried again alone: one that cannot be written fails nobody else.
      if (await store.backend.write(doc, write, attempt > 0)) {
        return ok(committed(store, id, written, events.length > 0));
      }
      store.backend.forget(id);
      refusedInserts = doc === null ? refusedInserts + 1 : 0;
    } catch (error) {
      store.backend.forget(id);
      if (!isOutcomeUnknown(error)) throw error;
      doubt = error;
      doubtful.set(write.commitId, written);
    }
    conflictsOf(store.options.collection).inc({ collection: store.options.collection });
    await delay(Math.random() * Math.min(BACKOFF_MAX_MS, 2 ** attempt));
  }
  throw new ConcurrencyExhausted(store.options.collection, id, ATTEMPTS_MAX);
}

/** From what is decided: in the first attempt, what this process knows, or what queries show. */
async function baseOf(
  backend: Backend,
  id: string,
  attempt: number,
): Promise<{ readonly document: Stored | null; readonly isNewest: boolean }> {
  if (attempt > 0) return { document: await backend.read(id), isNewest: true };
  const remembered = backend.remembered(id);
  if (remembered === null) return await backend.glance(id);
  return { document: remembered === 'absent' ? null : remembered, isNewest: false };
}

/** A decision that leaves an aggregate as it is, and that nobody has to hear of. */
const isUnchanged = <S, R>(
  state: S | null,
  { events, state: next }: Decision<S, R>,
  from: EventOrigin | null,
): boolean => state !== null && next === state && events.length === 0 && from === null;

function committed<R>(
  store: { readonly options: Pick<AggregateStoreOptions<unknown>, 'wake'> },
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
