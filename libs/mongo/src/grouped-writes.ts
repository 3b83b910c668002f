import { MongoBulkWriteError } from 'mongodb';
import type { Collection, Document, Filter, OptionalUnlessRequiredId, UpdateFilter } from 'mongodb';
import { OutcomeUnknown, WriteRefused, isDuplicateKey } from './errors.ts';
import { createGatherer } from '@astrolabe/service';

/** One command at a time: what is asked for meanwhile, or within the same turn, makes up the next one. */
export const GROUPS = { runsMax: 1, sizeMax: 128, collects: true } as const;
/** What is appended: in a crowd nobody is hurt by some milliseconds, and each command costs as much as twenty documents. */
const APPENDS = { ...GROUPS, paced: true } as const;
export const UNORDERED = { ordered: false } as const;

/** False when the document's id, or another unique value of it, is taken. */
export type GroupedInserts<D> = {
  /** Those that are inserted while others are under way share a command. */
  together(document: D): Promise<boolean>;
  alone(document: D): Promise<boolean>;
};

/**
 * @throws OutcomeUnknown for each member of a group whose command failed as a whole; WriteRefused for
 * one that the database refused for another reason than a taken value.
 */
export function createGroupedInserts<D extends Document>(
  collection: Collection<D>,
): GroupedInserts<D> {
  const alone = async (document: D): Promise<boolean> => {
    try {
      await collection.insertOne(document as OptionalUnlessRequiredId<D>);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };
  const together = createGatherer<D, boolean>(async (group) => {
    const [only, ...others] = group;
    if (only && others.length === 0) return [await alone(only)];
    const documents = [...group] as OptionalUnlessRequiredId<D>[];
    const failures = await failuresOf(() => collection.insertMany(documents, UNORDERED));
    return group.map((_, index) => {
      const failure = failures.get(index);
      return isDuplicateKey(failure) ? false : (failure ?? true);
    });
  }, APPENDS);
  return { together, alone };
}

export type GroupedUpdate<D> = { filter: Filter<D>; update: UpdateFilter<D> };

/**
 * Updates of one document each that do not ask whether they met it; those that are asked for while
 * others are under way share a command.
 *
 * @throws OutcomeUnknown for each member of a group whose command failed as a whole; WriteRefused for
 * one that the database refused.
 */
export function createGroupedUpdates<D extends Document>(
  collection: Collection<D>,
): (update: GroupedUpdate<D>) => Promise<void> {
  return createGatherer<GroupedUpdate<D>, void>(async (group) => {
    const [only, ...others] = group;
    if (only && others.length === 0) {
      await collection.updateOne(only.filter, only.update);
      return [undefined];
    }
    const statements = group.map((each) => ({ updateOne: each }));
    const failures = await failuresOf(() => collection.bulkWrite(statements, UNORDERED));
    return group.map((_, index) => failures.get(index));
  }, GROUPS);
}

/** The members of a group that the database refused, by their place. */
export async function failuresOf(
  command: () => Promise<unknown>,
): Promise<ReadonlyMap<number, WriteRefused>> {
  try {
    await command();
    return new Map();
  } catch (error) {
    const refused = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
    // The driver reports what happened to the whole command by the same class, without a list.
    const isWhole = !(error instanceof MongoBulkWriteError) || refused.length === 0;
    if (isWhole || error.result.getWriteConcernError() !== undefined) {
      throw new OutcomeUnknown('a group of writes failed', error);
    }
    return new Map(
      refused.map(({ index, code, errmsg }) => [index, new WriteRefused(errmsg ?? '', code)]),
    );
  }
}
