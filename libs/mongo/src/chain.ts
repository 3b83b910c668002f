import type { Clock } from '@astrolabe/kernel';
import { CHAIN_START } from '@astrolabe/signing';
import type { Collection, Db, Document } from 'mongodb';
import { isDuplicateKey } from './errors.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { mongoSpan } from './spans.ts';

/** What an entry gets when it is put into its place: 1, 2, 3, ... without gaps, and when. */
export type Placed = { readonly sequence: bigint; readonly at: Date };

export type Chained<Entry> = Entry & Placed & { readonly hash: string };

/** An append-only log in which each entry has the hash of itself and of the hash before it. */
export type Chain<Entry> = {
  /** Durable when it resolves. */
  append(entry: Entry): Promise<Chained<Entry>>;
  /** Entries after a number, oldest first. */
  after(sequence: bigint, limit: number): Promise<readonly Chained<Entry>[]>;
  /** Entries that a filter allows, newest first; those before a number, or from the newest. */
  newest(filter: Document, before: bigint | null, limit: number): Promise<Chained<Entry>[]>;
};

type Stored = { _id: bigint; hash: string };

/**
 * Several replicas append to one chain. The number is the key, so of those who follow the same entry one
 * is written, and the others look again.
 */
const RACES_MAX = 200;

export type ChainOptions<Entry> = {
  db: Db;
  collection: string;
  clock: Clock;
  /** The hash of an entry that follows one with the hash `previous`. */
  hashOf: (previous: string, entry: Entry & Placed) => string;
};

/** The chain of a collection, whose keys are the numbers of its entries. */
export function createChain<Entry extends object>(options: ChainOptions<Entry>): Chain<Entry> {
  const { db, collection } = options;
  const log = db.collection<Stored>(collection);
  const inTurn = createKeyedMutex();
  const find = (filter: Document, order: 1 | -1, limit: number) =>
    mongoSpan(`find ${collection}`, {}, () =>
      log.find(filter).sort({ _id: order }).limit(limit).toArray(),
    );
  return {
    append: (entry) => inTurn(collection, () => appended(log, options, entry)),
    after: async (sequence, limit) =>
      (await find({ _id: { $gt: sequence } }, 1, limit)).map((one) => toEntry<Entry>(one)),
    newest: async (filter, before, limit) => {
      const asked = before === null ? filter : { ...filter, _id: { $lt: before } };
      return (await find(asked, -1, limit)).map((one) => toEntry<Entry>(one));
    },
  };
}

const toEntry = <Entry>({ _id: sequence, ...rest }: Stored): Chained<Entry> =>
  ({ sequence, ...rest }) as unknown as Chained<Entry>;

async function appended<Entry extends object>(
  log: Collection<Stored>,
  { collection, clock, hashOf }: ChainOptions<Entry>,
  entry: Entry,
): Promise<Chained<Entry>> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const [last] = await log.find({}).sort({ _id: -1 }).limit(1).toArray();
    const { _id: before, hash: previous } = last ?? { _id: 0n, hash: CHAIN_START };
    const placed = { ...entry, sequence: before + 1n, at: clock() };
    const hash = hashOf(previous, placed);
    const { sequence: _id, ...rest } = placed;
    try {
      await mongoSpan(`insertOne ${collection}`, {}, () => log.insertOne({ _id, ...rest, hash }));
      return { ...placed, hash };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  throw new Error(`${collection} was appended to by others ${RACES_MAX} times in a row`);
}
