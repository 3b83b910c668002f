import { mapOk } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
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
const mapping: StateMapping<Offer> = {
  encode: (offer) => ({ ...offer, terms: searchTerms(offer) }),
  decode: ({ terms: _terms, ...offer }) => offer as unknown as Offer,
};

const INDEXES = [
  { key: { 'state.sellerId': 1, 'state.goodsId': 1 }, name: 'goods' },
  { key: { 'state.sellerId': 1, 'state.platform.goodsId': 1 }, name: 'platform' },
  { key: { 'state.sellerId': 1, 'state.cargoNo': 1 }, name: 'cargo' },
  { key: { 'state.sellerId': 1, 'state.poolIds': 1, 'state.listed': 1, _id: 1 }, name: 'pool' },
  { key: { 'state.sellerId': 1, 'state.listedAt': 1, _id: 1 }, name: 'listed' },
  { key: { 'state.sellerId': 1, 'state.modifiedAt': 1 }, name: 'modified' },
  { key: { 'state.sellerId': 1, 'state.promotions.endsAt': 1 }, name: 'promotions' },
  { key: { 'state.sellerId': 1, 'state.prices.tiers.fromMilli': 1 }, name: 'tiers' },
  { key: { 'state.sellerId': 1, 'state.terms': 1 }, name: 'terms' },
  { key: { 'state.sellerId': 1, 'state.obstacles': 1, _id: 1 }, name: 'obstacles' },
  { key: { 'state.sellerId': 1, _id: 1 }, name: 'seller' },
] as const;

/** Offers, one document each under seller and SKU. */
export async function createOffers({
  encode,
  ...options
}: OfferOptions): Promise<Offers & { readonly outbox: OutboxSource }> {
  await ensureIndexes(options.db, [
    outboxIndexes('offers'),
    { collection: 'offers', indexes: INDEXES },
  ]);
  const store = createAggregateStore<Offer>({
    ...options,
    collection: 'offers',
    source: 'catalog-sync',
    mapping,
  });
  return {
    outbox: store.outbox,
    ...createOfferLists(options.db),
    load: async (sellerId, sku) => (await store.load(idOf(sellerId, sku)))?.state ?? null,
    change: async (sellerId, sku, decide) => {
      const changed = await store.transact<OfferChange, OfferRefusal>(
        idOf(sellerId, sku),
        null,
        (current) =>
          mapOk(decide(current), ({ offer, difference }) => ({
            state: offer,
            events: difference
              ? [
                  {
                    ...encode({ offer, difference }),
                    key: `${sellerId}/${offer.goodsId}`,
                    time: offer.changedAt,
                  },
                ]
              : [],
            result: { offer, difference },
          })),
      );
      return mapOk(changed, ({ result }) => {
        if (!result) throw new TypeError('a change without origin is always applied');
        return result;
      });
    },
  };
}
