import type { Collection, UpdateFilter } from 'mongodb';
import type { AggregateDocument } from './aggregate-document.ts';
import { OutcomeUnknown } from './errors.ts';
import { createGatherer } from '@astrolabe/service';
import { byIdOf, readTogether } from './grouped-reads.ts';
import { GROUPS, UNORDERED, createGroupedInserts, failuresOf } from './grouped-writes.ts';

type Stored = AggregateDocument<unknown>;

/** A change of the aggregate `id` that has `version`, marked with `commitId`. */
export type Change = {
  readonly id: string;
  readonly version: bigint;
  readonly commitId: string;
  readonly update: UpdateFilter<Stored>;
};

/**
 * Reads and writes of single aggregates; those that are asked for while others are under way share a
 * command. `alone` keeps one out of every group.
 */
export type GroupedAccess = {
  read(id: string): Promise<Stored | null>;
  /** False when the id is taken. */
  insert(document: Stored, alone: boolean): Promise<boolean>;
  /** False when another writer was faster. */
  change(change: Change, alone: boolean): Promise<boolean>;
};

/**
 * @throws OutcomeUnknown for each member of a group whose command failed as a whole, or whose change
 * may stand under a newer one.
 */
export function createGroupedAccess(collection: Collection<Stored>): GroupedAccess {
  const changeOne = async ({ id, version, update }: Change): Promise<boolean> => {
    const { matchedCount } = await collection.updateOne({ _id: id, version }, update);
    return matchedCount === 1;
  };
  const reads = createGatherer<string, Stored | null>(
    (ids) => readTogether(collection, ids),
    GROUPS,
  );
  const inserts = createGroupedInserts(collection);
  const changes = createGatherer<Change, boolean>(async (group) => {
    const [only, ...others] = group;
    if (only && others.length === 0) return [await changeOne(only)];
    return await changeTogether(collection, group);
  }, GROUPS);
  return {
    read: reads,
    insert: (document, alone) => (alone ? inserts.alone(document) : inserts.together(document)),
    change: (change, alone) => (alone ? changeOne(change) : changes(change)),
  };
}

async function changeTogether(
  collection: Collection<Stored>,
  group: readonly Change[],
): Promise<(boolean | Error)[]> {
  let matched = 0;
  const failures = await failuresOf(async () => {
    const statements = group.map(({ id, version, update }) => ({
      updateOne: { filter: { _id: id, version }, update },
    }));
    const outcome = await collection.bulkWrite(statements, UNORDERED);
    matched = outcome.matchedCount;
  });
  if (matched === group.length) return group.map(() => true);
  const outcomes = await outcomesOf(collection, group);
  return outcomes.map((outcome, index) => failures.get(index) ?? outcome);
}

/** Which changes of a group were done, from what stands there now. */
async function outcomesOf(
  collection: Collection<Stored>,
  group: readonly Change[],
): Promise<(boolean | Error)[]> {
  const filter = { _id: { $in: group.map(({ id }) => id) } };
  const found = await collection
    .find(filter, { projection: { version: 1, commitId: 1 } })
    .toArray()
    .catch((error: unknown) => {
      throw new OutcomeUnknown('what a group of changes did could not be read', error);
    });
  const byId = byIdOf(found);
  return group.map(({ id, version, commitId }) => {
    const now = byId.get(id);
    if (now?.commitId === commitId) return true;
    if (now === undefined || now.version <= version + 1n) return false;
    return new OutcomeUnknown(
      `a change of ${collection.collectionName} may stand under newer ones`,
    );
  });
}
