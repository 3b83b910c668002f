import { err, mapOk } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { ValueTaken, createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { NewEvent, OutboxSource, StateMapping } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Offers } from '../../application/offer/ports.ts';
import type {
  Offer,
  OfferChange,
  OfferDifference,
  OfferRefusal,
} from '../../domain/offer/offer.ts';
import { searchTerms } from '../../domain/offer/terms.ts';
import { createOfferFeeds } from './offer-feeds.ts';
import { createOfferLists } from './offer-lists.ts';
import { idOf } from './registry.ts';

export type OfferOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly encode: (change: {
    readonly offer: Offer;
    readonly difference: OfferDifference;
  }) => Omit<NewEvent, 'time'>;
};

/** What an offer is found by stands beside its state. */
const mapping: StateMapping<NumberedOffer> = {
  encode: (offer) => ({ ...offer, terms: searchTerms(offer) }),
  decode: ({ terms: _terms, ...offer }) => offer as unknown as NumberedOffer,
};

const INDEXES = [
  // Goods are sold under one SKU: who comes second is refused, whichever process it asked.
  { key: { 'state.sellerId': 1, 'state.goodsId': 1 }, name: 'goods', unique: true },
  { key: { 'state.sellerId': 1, 'state.platform.goodsId': 1 }, name: 'platform' },
  { key: { 'state.sellerId': 1, 'state.cargoNo': 1 }, name: 'cargo' },
  { key: { 'state.sellerId': 1, 'state.poolIds': 1, 'state.listed': 1, _id: 1 }, name: 'pool' },
  { key: { 'state.sellerId': 1, 'state.listedAt': 1, _id: 1 }, name: 'listed' },
  { key: { 'state.sellerId': 1, 'state.modifiedAt': 1 }, name: 'modified' },
  { key: { 'state.sellerId': 1, 'state.promotions.endsAt': 1 }, name: 'promotions' },
  { key: { 'state.sellerId': 1, 'state.prices.tiers.fromMilli': 1 }, name: 'tiers' },
  { key: { 'state.sellerId': 1, 'state.terms': 1 }, name: 'terms' },
  { key: { 'state.sellerId': 1, 'state.obstacles': 1, _id: 1 }, name: 'obstacles' },
  { key: { 'state.sellerId': 1, 'state.turn': 1 }, name: 'turn' },
  { key: { 'state.sellerId': 1, _id: 1 }, name: 'seller' },
] as const;

/** An offer as it is written: with the number that its change has in the seller's feed. */
type NumberedOffer = Offer & { readonly turn: bigint };

/** Offers, one document each under seller and SKU. */
export async function createOffers({
  encode,
  ...options
}: OfferOptions): Promise<Offers & { readonly outbox: OutboxSource }> {
  await ensureIndexes(options.db, [
    outboxIndexes('offers'),
    { collection: 'offers', indexes: INDEXES },
  ]);
  const store = createAggregateStore<NumberedOffer>({
    ...options,
    collection: 'offers',
    source: 'catalog-sync',
    mapping,
  });
  const feeds = createOfferFeeds(options.db);
  const write = (sellerId: string, sku: string, turn: bigint, decide: Decide) =>
    store.transact<OfferChange, OfferRefusal>(idOf(sellerId, sku), null, (current) =>
      mapOk(decide(current), ({ offer, difference }) => ({
        state: current && difference === null ? current : { ...offer, turn },
        events: difference ? [eventOf(encode, { offer, difference })] : [],
        result: { offer, difference },
      })),
    );
  return {
    outbox: store.outbox,
    ...createOfferLists(options.db, feeds),
    load: async (sellerId, sku) => (await store.load(idOf(sellerId, sku)))?.state ?? null,
    change: async (sellerId, sku, decide) => {
      // What changes nothing is announced to nobody.
      const before = await store.load(idOf(sellerId, sku));
      const first = decide(before?.state ?? null);
      if (!first.ok || first.value.difference === null) return first;
      const begun = await feeds.begin(sellerId, sku);
      const changed = await refusedWhereTaken(write(sellerId, sku, begun.turn, decide));
      // Its end is told so that nobody looks at it again: one that is not told costs a look, and no more.
      void feeds.end(sellerId, begun).catch(() => undefined);
      return mapOk(changed, ({ result }) => {
        if (!result) throw new TypeError('a change without origin is always applied');
        return result;
      });
    },
  };
}

type Decide = Parameters<Offers['change']>[2];

const eventOf = (
  encode: OfferOptions['encode'],
  change: { readonly offer: Offer; readonly difference: OfferDifference },
): NewEvent => ({
  ...encode(change),
  key: `${change.offer.sellerId}/${change.offer.goodsId}`,
  time: change.offer.changedAt,
});

/** Another SKU took the goods since anybody looked. */
async function refusedWhereTaken<T>(
  change: Promise<Result<T, OfferRefusal>>,
): Promise<Result<T, OfferRefusal>> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof ValueTaken) return err('GOODS_TAKEN');
    throw error;
  }
}
