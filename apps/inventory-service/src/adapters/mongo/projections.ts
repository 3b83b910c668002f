import type { Db } from 'mongodb';
import type { Projections } from '../../application/ports.ts';
import type { PageDocument } from './stock-pages.ts';
import { createStockPages } from './stock-pages.ts';

type PlaceDocument = { _id: string; sequence: number };

/** Indexes of the projections, for `ensureIndexes`. */
export const PROJECTION_INDEXES = [{ collection: 'stock', indexes: [{ key: { partition: 1 } }] }];

export function createProjections(db: Db): Projections {
  const stock = createStockPages(db.collection<PageDocument>('stock'));
  const places = db.collection<PlaceDocument>('places');
  return {
    place: async (partition, follower) =>
      (await places.findOne({ _id: `${partition}:${follower}` }))?.sequence ?? 0,
    keepPlace: async (partition, follower, sequence) => {
      await places.updateOne(
        { _id: `${partition}:${follower}` },
        { $max: { sequence } },
        { upsert: true },
      );
    },
    forgetPlace: async (partition, follower) => {
      await places.deleteOne({ _id: `${partition}:${follower}` });
    },
    clear: async (partition) => {
      await stock.clear(partition);
    },
    write: async (partition, effects) => {
      await stock.write(partition, effects);
    },
    cells: async function* (partition) {
      yield* (await stock.cells(partition)).values();
    },
  };
}
