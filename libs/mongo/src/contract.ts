import type { EventOrigin, Result } from '@astrolabe/kernel';
import type { Db, Document, Filter } from 'mongodb';
import type { AggregateDocument } from './aggregate-document.ts';
import type { OutboxSource } from './outbox-source.ts';
import type { Page, PageSort } from './page.ts';

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
  /**
   * Nobody of another process looks at its pages, or sweeps it, within seconds: a journal shows its changes when they have rested
   * for longer. A function says so of a state, e.g. of one that leaves nothing to do; what queries show as something to do is
   * soon shown otherwise.
   */
  readonly leisurely?: true | ((state: S) => boolean);
};

export type AggregateStore<S> = {
  /** What the relay reads and trims. */
  readonly outbox: OutboxSource;
  load(id: string): Promise<{ state: S; version: bigint } | null>;
  /**
   * The state as this process wrote it last, or else as the database has it. Another process may have written since: it
   * tells what is worth a try, and `transact` decides.
   */
  lastKnown(id: string): Promise<S | null>;
  /**
   * Whether it is still of this version, which was newest within the last minutes. False also where only a load
   * tells.
   */
  isAt(id: string, version: bigint): Promise<boolean>;
  /** Looks for what is about to be changed, beside other work: the change does not look again where there is none. */
  expect(id: string): Promise<void>;
  /** @throws ValueTaken for a new aggregate with a value that a unique index has given to another one. */
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
  /** Resolves when queries of the collection see all that this process had written before the call. */
  caughtUp(): Promise<void>;
  /** Deletes the aggregates that fit, with all that is known of them. */
  remove(filter: Filter<AggregateDocument<S>>): Promise<void>;
};
