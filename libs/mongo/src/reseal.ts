import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Collection } from 'mongodb';
import { mongoSpan } from './spans.ts';

/** A field of a collection's documents that holds sealed bytes, or a list of them. */
export type SealedField = {
  /** Dotted path. */
  readonly path: string;
  /** What the bytes of the document with this id are bound to. */
  readonly contextOf: (id: string) => string;
  /** The bytes of a value that was stored before it was sealed; absent where there never was one. */
  readonly plainOf?: (value: unknown) => Buffer;
};

/** Brings sealed fields of one collection under the newest key; the number of fields that changed. */
export type Reseal = (signal: AbortSignal) => Promise<number>;

const BATCH = 200;

/**
 * Walks a collection and seals again, with the newest key, what an older one has sealed. A field that
 * somebody else writes meanwhile is left as it is: its writer has used the newest key.
 */
export function createReseal(
  collection: Collection<{ _id: string }>,
  sealer: Sealer,
  fields: readonly SealedField[],
): Reseal {
  const projection = Object.fromEntries(fields.map(({ path }) => [path, 1]));
  const pageAfter = (id: string | null) =>
    mongoSpan('find sealed', {}, () =>
      collection
        .find(id === null ? {} : { _id: { $gt: id } }, { projection })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
    );
  return async (signal) => {
    let changed = 0;
    let page = await pageAfter(null);
    while (page.length > 0 && !signal.aborted) {
      for (const found of page) {
        const { _id: id } = found;
        for (const field of fields) {
          const before = valueAt(found, field.path);
          const after = renewed(before, field, id, sealer);
          if (after === null) continue;
          const filter = { _id: id, [field.path]: before };
          const { modifiedCount } = await mongoSpan('updateOne sealed', {}, () =>
            collection.updateOne(filter, { $set: { [field.path]: after } }),
          );
          changed += modifiedCount;
        }
      }
      const { _id: last } = page.at(-1) ?? { _id: null };
      page = await pageAfter(last);
    }
    return changed;
  };
}

/** The value under the newest key; null where nothing is to do. */
function renewed(
  value: unknown,
  { contextOf, plainOf }: SealedField,
  id: string,
  sealer: Sealer,
): Binary | Binary[] | null {
  const context = contextOf(id);
  const renewOne = (one: Binary): Binary | null => {
    const sealed = sealer.reseal(one.buffer, context);
    return sealed && new Binary(sealed);
  };
  if (value instanceof Binary) return renewOne(value);
  if (Array.isArray(value) && value.every((one) => one instanceof Binary)) {
    const all = value.map(renewOne);
    if (all.every((one) => one === null)) return null;
    return all.map((one, index) => one ?? (value[index] as Binary));
  }
  if (value === undefined || value === null || !plainOf) return null;
  return new Binary(sealer.seal(plainOf(value), context));
}

const valueAt = (document: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === 'object' && inner !== null
          ? (inner as Record<string, unknown>)[name]
          : undefined,
      document,
    );

/**
 * Runs them once, beside everything else, when the process starts: each start with a new key brings
 * all under it. The next start goes on where one failed.
 */
export function resealAtStart(
  logger: { info(fields: object, text: string): void; warn(fields: object, text: string): void },
  all: readonly Reseal[],
): { name: string; start(): Promise<void>; stop(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      let changed = 0;
      for (const reseal of all) changed += await reseal(stopping.signal);
      if (changed > 0) logger.info({ changed }, 'sealed fields are under the newest key');
    } catch (err) {
      logger.warn({ err }, 'not all sealed fields are under the newest key');
    }
  };
  return {
    name: 'reseal',
    start: async () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
