import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { RollupStore } from '../../../application/figures/ports.ts';
import type { DayRollup } from '../../../domain/figures/rollup.ts';

type RollupDocument = { _id: string } & DayRollup;

const keyOf = (sellerId: string, day: string): string => `${sellerId}/${day}`;

/** Compacted days, one document per seller and day. */
export function createRollupStore(db: Db): RollupStore {
  const rollups = db.collection<RollupDocument>('day_figures');
  return {
    find: async (sellerId, day) => {
      const found = await mongoSpan('findOne day_figures', {}, () =>
        rollups.findOne({ _id: keyOf(sellerId, day) }),
      );
      if (!found) return null;
      const { all, stores } = found;
      return { sellerId, day, all, stores };
    },
    putOnce: async (rollup) => {
      const filter = { _id: keyOf(rollup.sellerId, rollup.day) };
      await mongoSpan('updateOne day_figures', {}, () =>
        rollups.updateOne(filter, { $setOnInsert: rollup }, { upsert: true }),
      );
    },
  };
}
