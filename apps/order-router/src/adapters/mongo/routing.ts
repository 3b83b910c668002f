import type { Clock } from '@astrolabe/kernel';
import type { Db } from 'mongodb';
import { createCapacity } from './capacity.ts';
import { createDecisions } from './decisions.ts';
import { createGoneStores } from './gone-stores.ts';
import { createRules } from './rules.ts';
import { createStoreSettings } from './store-settings.ts';

/** What routing goes by, all of it in this service's database. */
export async function openRouting(db: Db, clock: Clock) {
  const now = (): number => clock().getTime();
  const rules = createRules(db, now);
  return {
    rules,
    ruleSets: rules,
    settings: await createStoreSettings(db, now),
    capacity: await createCapacity(db),
    archive: await createDecisions(db),
    gone: await createGoneStores(db),
  };
}
