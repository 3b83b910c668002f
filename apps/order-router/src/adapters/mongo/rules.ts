import type { Db } from 'mongodb';
import type { Rules } from '../../application/ports.ts';
import { DEFAULT_RULES } from '../../domain/routing/types.ts';

type StoredRules = { _id: string; version: string; openingHours: boolean };

const MAX_SELLERS = 1000;
const FRESH_MS = 2000;

/** Routing rules, one document per seller in `routing_rules`; kept in memory for two seconds. */
export function createRules(db: Db, now: () => number): Rules {
  const collection = db.collection<StoredRules>('routing_rules');
  const known = new Map<string, { until: number; rules: ReturnType<Rules['rules']> }>();
  return {
    rules: (sellerId) => {
      const cached = known.get(sellerId);
      if (cached && cached.until > now()) return cached.rules;
      const rules = collection
        .findOne({ _id: sellerId })
        .then((found) =>
          found ? { version: found.version, openingHours: found.openingHours } : DEFAULT_RULES,
        );
      rules.catch(() => known.delete(sellerId));
      if (known.size >= MAX_SELLERS) known.clear();
      known.set(sellerId, { until: now() + FRESH_MS, rules });
      return rules;
    },
  };
}
