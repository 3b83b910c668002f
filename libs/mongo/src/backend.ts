import { ATTR } from '@astrolabe/telemetry';
import type { Stored, Write } from './aggregate-write.ts';
import type { OutboxSource } from './outbox-source.ts';
import { mongoSpan } from './spans.ts';

/** Runs a database operation within its span; `operation` in the words of the driver. */
export type Traced = <T>(operation: string, fn: () => Promise<T>) => Promise<T>;

/** Where documents of aggregates stand, and what this process knows of them. */
export type Backend = {
  readonly outbox: OutboxSource;
  /** The newest document, as the database has it. */
  read(id: string): Promise<Stored | null>;
  /** The newest as far as this process knows: a decision from it has to be confirmed. */
  remembered(id: string): Stored | 'absent' | null;
  /** As queries show it, which may be behind: then a decision from it has to be confirmed, too. */
  glance(id: string): Promise<{ readonly document: Stored | null; readonly isNewest: boolean }>;
  /** Whether nobody has written behind this version; 0: whether there is none. False where it cannot be told. */
  isNewest(id: string, version: bigint): Promise<boolean>;
  /** `read` has just found none: the next decision need not look again. */
  notFound(id: string): void;
  forget(id: string): void;
  /** One write, remembered when it is done; false when another writer was faster. */
  write(before: Stored | null, write: Write, alone: boolean): Promise<boolean>;
  caughtUp(): Promise<void>;
  /** Deletes what there is of these versions and before. */
  remove(documents: readonly Pick<Stored, '_id' | 'version'>[]): Promise<void>;
};

/** Spans of one collection's operations. */
export const tracedIn =
  (collection: string): Traced =>
  (operation, fn) =>
    mongoSpan(
      `${operation} ${collection}`,
      { [ATTR.dbCollection]: collection, [ATTR.dbOperation]: operation },
      fn,
    );
