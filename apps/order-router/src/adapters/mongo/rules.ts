import { ok } from '@astrolabe/kernel';
import { ConcurrencyExhausted, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Collection, Db } from 'mongodb';
import type { RuleSets, Rules } from '../../application/ports.ts';
import type { RuleSet } from '../../domain/routing/rule-set.ts';
import { NO_RULES, rulesInForce } from '../../domain/routing/rule-set.ts';

type StoredRules = { _id: string; revision: number } & RuleSet;

const COLLECTION = 'routing_rules';
const MAX_SELLERS = 1000;
const FRESH_MS = 2000;
const MAX_TRIES = 10;

/**
 * Routing rules, one document per seller with all its versions, so that activating one and archiving
 * the former is one write. The rules in force are kept in memory for two seconds.
 */
export function createRules(db: Db, now: () => number): Rules & RuleSets {
  const collection = db.collection<StoredRules>(COLLECTION);
  const find = async (sellerId: string): Promise<StoredRules | null> =>
    mongoSpan(`findOne ${COLLECTION}`, {}, () => collection.findOne({ _id: sellerId }));
  const load = async (sellerId: string): Promise<RuleSet> => read(await find(sellerId));
  const inForce = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: FRESH_MS,
    now,
    most: MAX_SELLERS,
    read: async (sellerId) => rulesInForce(await load(sellerId)),
  });
  return {
    load,
    change: async (sellerId, change) => {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const found = await find(sellerId);
        const next = change(read(found));
        if (!next.ok) return next;
        const revision = found?.revision ?? 0;
        const { last, versions } = next.value;
        const document = { revision: revision + 1, last, versions };
        if (await replace(collection, sellerId, revision, document)) {
          inForce.forget(sellerId);
          return ok(next.value);
        }
      }
      throw new ConcurrencyExhausted(COLLECTION, sellerId, MAX_TRIES);
    },
    rules: inForce.of,
  };
}

/** Versions of before activations were kept have none. */
const read = (found: StoredRules | null): RuleSet =>
  found
    ? {
        ...found,
        versions: found.versions.map((of) => ({ ...of, activations: of.activations ?? [] })),
      }
    : NO_RULES;

/** Replaces the document that was seen; false when another writer was faster. */
async function replace(
  collection: Collection<StoredRules>,
  id: string,
  seen: number,
  document: Omit<StoredRules, '_id'>,
): Promise<boolean> {
  try {
    const written = await collection.replaceOne({ _id: id, revision: seen }, document, {
      upsert: seen === 0,
    });
    return written.modifiedCount + written.upsertedCount === 1;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
