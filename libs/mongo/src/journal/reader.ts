import type { Collection } from 'mongodb';
import type { Stored } from '../aggregate-write.ts';
import { createGatherer } from '@astrolabe/service';
import { byIdOf, readTogether } from '../grouped-reads.ts';
import { GROUPS } from '../grouped-writes.ts';
import { documentIn, entryIdsFrom } from './entry.ts';
import type { Entry } from './entry.ts';

/** Most aggregates have no version behind the query document; of one that has, so many are asked for in a command. */
const PROBES = { first: 1n, further: 4n } as const;

export type Reader = {
  /**
   * The newest document: the query document first, and then the entries behind its version by their
   * names, until one is missing. Versions have no gaps, and entries are kept long after they are shown.
   */
  read(id: string): Promise<Stored | null>;
  /** The query document. */
  shown(id: string): Promise<Stored | null>;
  /**
   * Whether the entry of this version is there and none behind it; of 0, whether there is none. For versions
   * that are younger than entries are kept.
   */
  isNewest(id: string, version: bigint): Promise<boolean>;
};

type Version = { readonly id: string; readonly version: bigint };

/** Reads of aggregates; those that are asked for in a turn, or while a read is under way, share commands. */
export function createReader(documents: Collection<Stored>, entries: Collection<Entry>): Reader {
  const read = createGatherer<string, Stored | null>(async (ids) => {
    const found = await readTogether(documents, ids);
    const newest = new Map(byIdOf(found.filter((one) => one !== null)));
    let open = await readOn(entries, newest, [...new Set(ids)], PROBES.first);
    while (open.length > 0) open = await readOn(entries, newest, open, PROBES.further);
    return ids.map((id) => newest.get(id) ?? null);
  }, GROUPS);
  const isNewest = createGatherer<Version, boolean>(async (asked) => {
    const names = asked.flatMap(({ id, version }) => entryIdsFrom(id, version, 2n));
    const found = await entries
      .find({ _id: { $in: [...new Set(names)] } }, { projection: { _id: 1 } })
      .toArray();
    const there = new Set(found.map(({ _id: name }) => name));
    return asked.map(({ id, version }) => {
      const [own = '', next = ''] = entryIdsFrom(id, version, 2n);
      return !there.has(next) && (version === 0n || there.has(own));
    });
  }, GROUPS);
  return {
    read,
    shown: createGatherer<string, Stored | null>((ids) => readTogether(documents, ids), GROUPS),
    isNewest: (id, version) => isNewest({ id, version }),
  };
}

/** Reads the next versions of the aggregates; gives back those that may have more. */
async function readOn(
  entries: Collection<Entry>,
  newest: Map<string, Stored>,
  ids: readonly string[],
  count: bigint,
): Promise<string[]> {
  const bases = new Map(ids.map((id) => [id, newest.get(id)?.version ?? 0n]));
  const names = [...bases].flatMap(([id, base]) => entryIdsFrom(id, base + 1n, count));
  for (const entry of await entries.find({ _id: { $in: names } }).toArray()) {
    if ((newest.get(entry.of)?.version ?? 0n) < entry.version) {
      newest.set(entry.of, documentIn(entry));
    }
  }
  return ids.filter((id) => newest.get(id)?.version === (bases.get(id) ?? 0n) + count);
}
