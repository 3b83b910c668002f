import { isDuplicateKey } from '@astrolabe/mongo';
import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { recordKey } from '../../application/journal/record.ts';
import type { CellName } from '../../application/journal/unpack.ts';
import type { Projections, RecordEffects } from '../../application/ports.ts';

type StockDocument = {
  _id: string;
  partition: string;
  seller: string;
  place: string;
  goods: string;
  kind: CellName['kind'];
  quantity: number;
  held: number;
  unreported: number;
  short: boolean;
  /** The record of the journal that this shows. */
  sequence: number;
};

/** Which records of the journal touched which cells: the history is read there, entry by entry. */
type MovementDocument = { _id: string; cells: string[] };

type PlaceDocument = { _id: string; sequence: number };

/** Indexes of the projections, for `ensureIndexes`. */
export const PROJECTION_INDEXES = [
  { collection: 'stock', indexes: [{ key: { partition: 1 } }, { key: { seller: 1, goods: 1 } }] },
  { collection: 'movements', indexes: [{ key: { cells: 1, _id: 1 } }] },
];

const keyOf = (cell: CellName): string =>
  `${cell.sellerId}|${placeKey(cell.place)}|${cell.goodsId}|${cell.kind}`;

export function createProjections(db: Db): Projections {
  const stock = db.collection<StockDocument>('stock');
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
      const cells = stockWrites(partition, effects);
      if (cells.length > 0) await ignoringDuplicates(stock.bulkWrite(cells, { ordered: false }));
      const touched = effects
        .filter((effect) => effect.cells.length > 0)
        .map((effect) => ({
          _id: recordKey(partition, effect.sequence),
          cells: effect.cells.map(({ cell }) => keyOf(cell)),
        }));
      if (touched.length > 0) {
        await ignoringDuplicates(movements.insertMany(touched, { ordered: false }));
      }
    },
    touching: async (partition, cell, before, limit) => {
      const range = { $gt: recordKey(partition, 0), $lt: recordKey(partition, before) };
      const found = movements
        .find({ cells: keyOf(cell), _id: range })
        .sort({ _id: -1 })
        .limit(limit);
      return (await found.toArray()).map(({ _id: key }) => Number(key.split(':')[1]));
    },
    cells: async function* (partition) {
      for await (const found of stock.find({ partition })) {
        const place = placeFromKey(found.place);
        if (!place) continue;
        const { seller: sellerId, goods: goodsId, kind, quantity, held, unreported } = found;
        const cell = { sellerId, place, goodsId, kind };
        yield { cell, quantity, held, unreported, sequence: found.sequence };
      }
    },
  };
}

/** The last state of each cell, guarded: an older one never replaces a newer one. */
function stockWrites(
  partition: string,
  effects: readonly RecordEffects[],
): AnyBulkWriteOperation<StockDocument>[] {
  const writes = new Map<string, AnyBulkWriteOperation<StockDocument>>();
  for (const { sequence, cells } of effects) {
    for (const { cell, quantity, held, unreported } of cells) {
      const key = keyOf(cell);
      const shown = {
        partition,
        seller: cell.sellerId,
        place: placeKey(cell.place),
        goods: cell.goodsId,
        kind: cell.kind,
        quantity,
        held,
        unreported,
        short: held > quantity,
        sequence,
      };
      const filter = { _id: key, sequence: { $lt: sequence } };
      writes.set(key, { updateOne: { filter, update: { $set: shown }, upsert: true } });
    }
  }
  return [...writes.values()];
}

/** A duplicate means that the document shows this record, or a later one, already. */
async function ignoringDuplicates(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
