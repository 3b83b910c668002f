import type { Collection } from 'mongodb';
import type { Stored } from '../aggregate-write.ts';
import { createGatherer } from '@astrolabe/service';
import { byIdOf } from '../grouped-reads.ts';
import { GROUPS } from '../grouped-writes.ts';
import { documentIn, entryIdsBehind } from './entry.ts';
import type { Entry } from './entry.ts';

/** Versions behind the query document that one command asks for. */
const PROBES = 4n;

/**
 * Reads the newest documents: the query document first, and then the entries behind its version by their
 * names, until one is missing. Versions have no gaps, and entries are kept long after they are shown.
 */
export function createReader(
  documents: Collection<Stored>,
  entries: Collection<Entry>,
): (id: string) => Promise<Stored | null> {
  return createGatherer<string, Stored | null>(async (ids) => {
    const found = await documents.find({ _id: { $in: [...new Set(ids)] } }).toArray();
    const newest = new Map(byIdOf(found));
    for (let open = [...new Set(ids)]; open.length > 0;) open = await readOn(entries, newest, open);
    return ids.map((id) => newest.get(id) ?? null);
  }, GROUPS);
}

/** Reads the next versions of the aggregates; gives back those that may have more. */
async function readOn(
  entries: Collection<Entry>,
  newest: Map<string, Stored>,
  ids: readonly string[],
): Promise<string[]> {
  const bases = new Map(ids.map((id) => [id, newest.get(id)?.version ?? 0n]));
  const names = [...bases].flatMap(([id, base]) => entryIdsBehind(id, base, PROBES));
  for (const entry of await entries.find({ _id: { $in: names } }).toArray()) {
    if ((newest.get(entry.of)?.version ?? 0n) < entry.version) {
      newest.set(entry.of, documentIn(entry));
    }
  }
  return ids.filter((id) => newest.get(id)?.version === (bases.get(id) ?? 0n) + PROBES);
}
