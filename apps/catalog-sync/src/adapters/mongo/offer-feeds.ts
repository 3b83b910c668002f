import { randomUUID } from 'node:crypto';
import { createGroupedUpdates, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import { createKeyedGatherer, createSharedReads } from '@astrolabe/service';
import type { Db } from 'mongodb';

type FeedDocument = {
  _id: string;
  /** How many changes of the seller's offers have begun. */
  turn: bigint;
  /** Those whose end is not known. */
  open: { id: string; sku: string; at: Date }[];
};

/** Where the changes of a seller's offers are: what began up to `turn` is in the database, except of the SKUs in `open`. */
export type Feed = { readonly turn: bigint; readonly open: readonly string[] };

/** A change that has begun. */
export type Begun = { readonly turn: bigint; readonly id: string };

/**
 * Says what of a seller's offers may have changed. A change is announced before it is written, has the number that it was given, and is
 * ended after; so whoever reads the feed first and then the offers knows what else to look at, in any process.
 */
export type OfferFeeds = {
  begin(sellerId: string, sku: string): Promise<Begun>;
  /** Resolves when it is written down. One that is never ended is looked at for a day. */
  end(sellerId: string, begun: Begun): Promise<void>;
  /** Of a read that begins after the call. */
  read(sellerId: string): Promise<Feed>;
};

const BEGUN_TOGETHER_MAX = 500;
const TRIES_MAX = 8;
const OPEN_MAX_MS = 24 * 3_600_000;

export function createOfferFeeds(db: Db): OfferFeeds {
  const feeds = db.collection<FeedDocument>('offer_feeds');
  const updates = createGroupedUpdates(feeds);
  const begin = createKeyedGatherer<string, Begun>(async (sellerId, skus) => {
    const at = new Date();
    const open = skus.map((sku) => ({ id: randomUUID(), sku, at }));
    const { turn, open: known } = await announced(sellerId, open);
    const old = new Date(at.getTime() - OPEN_MAX_MS);
    if (known.some((one) => one.at < old)) {
      await updates({
        filter: { _id: sellerId },
        update: { $pull: { open: { at: { $lt: old } } } },
      });
    }
    const first = turn - BigInt(open.length) + 1n;
    return open.map(({ id }, index) => ({ id, turn: first + BigInt(index) }));
  }, BEGUN_TOGETHER_MAX);
  /** Callers who race for the first one may get no document, or a duplicate key: what they announced is then looked at twice. */
  const announced = async (sellerId: string, open: FeedDocument['open']): Promise<FeedDocument> => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      try {
        const feed = await mongoSpan('findOneAndUpdate offer_feeds', {}, () =>
          feeds.findOneAndUpdate(
            { _id: sellerId },
            { $inc: { turn: BigInt(open.length) }, $push: { open: { $each: open } } },
            { upsert: true, returnDocument: 'after' },
          ),
        );
        if (feed) return feed;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new Error(`the changes of ${sellerId} could not be announced`);
  };
  return {
    begin,
    end: async (sellerId, { id }) => {
      await updates({ filter: { _id: sellerId }, update: { $pull: { open: { id } } } });
    },
    read: createSharedReads(
      (sellerId) => sellerId,
      async (sellerId) => {
        const feed = await mongoSpan('findOne offer_feeds', {}, () =>
          feeds.findOne({ _id: sellerId }),
        );
        return { turn: feed?.turn ?? 0n, open: feed?.open.map(({ sku }) => sku) ?? [] };
      },
    ),
  };
}
