import { randomBytes } from 'node:crypto';
import type { Collection } from 'mongodb';
import { documentIn, numberOf, placeIn } from './entry.ts';
import type { Entry } from './entry.ts';
import type { Stored } from '../aggregate-write.ts';

/** One writer process of a collection. */
export type LaneDocument = {
  /** The name of the lane. */
  _id: string;
  /** All its writes up to this number stand in the query documents. */
  done: number;
  /** When it last said so. */
  at: Date;
};

export type Lanes = {
  readonly own: string;
  /** Makes the lane known, before its first write; a repeat changes nothing. */
  open(): Promise<void>;
  tell(done: number): Promise<void>;
  /** Lanes of other processes that have told nothing since. */
  silentSince(time: Date): Promise<readonly LaneDocument[]>;
  /** The newest version of each aggregate that the lane wrote behind its `done`, some at a time. */
  rest(lane: LaneDocument): AsyncGenerator<{ documents: readonly Stored[]; upTo: number }>;
  /** Writes of another lane that this process has put into the query documents. */
  adopted(lane: string, done: number): Promise<void>;
  /** Takes away the entries of the lane up to this number, some at a time. */
  trim(lane: string, from: number, upTo: number): Promise<void>;
  /** Takes away a lane with all its entries. */
  remove(lane: string): Promise<void>;
};

const REST_BATCH = 500;
const TRIM_BATCH = 2_000;
/** Lanes that one look takes up; more is found by the next one. */
const LANES_MAX = 200;

/** A name that sorts by the time of its start, so that places of one lane stand together. */
const newLane = (): string => `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;

export function createLanes(entries: Collection<Entry>, lanes: Collection<LaneDocument>): Lanes {
  const own = newLane();
  const tell = async (lane: string, done: number, at: Date | null): Promise<void> => {
    await lanes.updateOne(
      { _id: lane },
      { $max: { done }, ...(at ? { $set: { at } } : {}) },
      { upsert: at !== null },
    );
  };
  const deleteBetween = async (lane: string, from: number, upTo: number): Promise<void> => {
    for (let start = from; start < upTo; start += TRIM_BATCH) {
      const end = Math.min(start + TRIM_BATCH, upTo);
      await entries.deleteMany({ l: { $gt: placeIn(lane, start), $lte: placeIn(lane, end) } });
    }
  };
  return {
    own,
    open: async () => {
      await lanes.updateOne(
        { _id: own },
        { $setOnInsert: { done: 0, at: new Date() } },
        { upsert: true },
      );
    },
    tell: (done) => tell(own, done, new Date()),
    silentSince: (time) =>
      lanes
        .find({ _id: { $ne: own }, at: { $lt: time } })
        .limit(LANES_MAX)
        .toArray(),
    rest: (lane) => restOf(entries, lane),
    adopted: (lane, done) => tell(lane, done, null),
    trim: deleteBetween,
    remove: async (lane) => {
      for (;;) {
        const [first] = await entries
          .find({ l: { $gt: placeIn(lane, 0), $lt: `${lane}/~` } }, { projection: { l: 1 } })
          .sort({ l: 1 })
          .limit(1)
          .toArray();
        if (!first) break;
        const start = numberOf(first.l) - 1;
        await deleteBetween(lane, start, start + TRIM_BATCH);
      }
      await lanes.deleteOne({ _id: lane });
    },
  };
}

async function* restOf(
  entries: Collection<Entry>,
  { _id: lane, done }: LaneDocument,
): AsyncGenerator<{ documents: readonly Stored[]; upTo: number }> {
  let after = done;
  for (;;) {
    const found = await entries
      .find({ l: { $gt: placeIn(lane, after), $lt: `${lane}/~` } })
      .sort({ l: 1 })
      .limit(REST_BATCH)
      .toArray();
    const last = found.at(-1);
    if (!last) return;
    after = numberOf(last.l);
    yield { documents: newestOf(found.map(documentIn)), upTo: after };
  }
}

/** The newest version of each aggregate. */
export function newestOf(documents: readonly Stored[]): readonly Stored[] {
  const newest = new Map<string, Stored>();
  for (const document of documents) {
    const { _id: id, version } = document;
    if ((newest.get(id)?.version ?? 0n) < version) newest.set(id, document);
  }
  return [...newest.values()];
}
