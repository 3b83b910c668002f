import { isDuplicateKey } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import { recordKey } from '../../application/journal/record.ts';
import type { Projections } from '../../application/ports.ts';
import type { PageDocument } from './stock-pages.ts';
import { cellKeyOf, createStockPages } from './stock-pages.ts';

/** Which records of the journal touched which cells: the history is read there, entry by entry. */
type MovementDocument = { _id: string; cells: string[] };

type PlaceDocument = { _id: string; sequence: number };

/** Indexes of the projections, for `ensureIndexes`. */
export const PROJECTION_INDEXES = [
  { collection: 'stock', indexes: [{ key: { partition: 1 } }] },
  { collection: 'movements', indexes: [{ key: { cells: 1, _id: 1 } }] },
];

export function createProjections(db: Db): Projections {
  const stock = createStockPages(db.collection<PageDocument>('stock'));
  const movements = db.collection<MovementDocument>('movements');
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
    write: async (partition, effects) => {
      await stock.write(partition, effects);
      const touched = effects
        .filter((effect) => effect.cells.length > 0)
        .map((effect) => ({
          _id: recordKey(partition, effect.sequence),
          cells: effect.cells.map(({ cell }) => cellKeyOf(cell)),
        }));
      if (touched.length > 0) {
        await ignoringDuplicates(movements.insertMany(touched, { ordered: false }));
      }
    },
    touching: async (partition, cell, before, limit) => {
      const range = { $gt: recordKey(partition, 0), $lt: recordKey(partition, before) };
      const found = movements
        .find({ cells: cellKeyOf(cell), _id: range })
        .sort({ _id: -1 })
        .limit(limit);
      return (await found.toArray()).map(({ _id: key }) => Number(key.split(':')[1]));
    },
    cells: async function* (partition) {
      yield* (await stock.cells(partition)).values();
    },
  };
}

/** A duplicate means that the document shows this record, or a later one, already. */
async function ignoringDuplicates(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
