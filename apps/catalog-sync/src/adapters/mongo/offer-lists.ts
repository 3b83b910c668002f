import { mongoSpan } from '@astrolabe/mongo';
import type { Db, Document, Filter } from 'mongodb';
import type {
  DescribedOffer,
  OfferRow,
  Offers,
  PageAsked,
  PicturedOffer,
  Rows,
} from '../../application/offer/ports.ts';
import type { Offer } from '../../domain/offer/offer.ts';
import { idOf } from './registry.ts';

type Stored = { _id: string; state: Document };

/** A row has no long texts and no pictures: they are a hundred times as long as what is asked for. */
const ROW = {
  _id: 1,
  'state.sellerId': 1,
  'state.goodsId': 1,
  'state.sku': 1,
  'state.cargoNo': 1,
  'state.specs': 1,
  'state.detail.name': 1,
  'state.detail.unit': 1,
  'state.detail.brand': 1,
  'state.detail.model': 1,
  'state.prices': 1,
  'state.poolIds': 1,
  'state.published': 1,
  'state.promotions': 1,
  'state.rating': 1,
  'state.platform': 1,
  'state.listed': 1,
  'state.obstacles': 1,
  'state.revision': 1,
  'state.changedAt': 1,
  'state.listedAt': 1,
} as const;

/** One article number, or one id at the platform, has as many SKUs as its interface takes. */
const SKUS_OF_ONE_MAX = 500;

const rowOf = ({ state }: Stored): OfferRow => state as unknown as OfferRow;
/** A SKU is the second part of its document's name: a list of ten thousand reads no more of them than that. */
const skuOf = (document: Stored): string =>
  decodeURIComponent(document['_id'].slice(document['_id'].indexOf('/') + 1));

const idsOf = (sellerId: string, skus: readonly string[]) => ({
  _id: { $in: skus.map((sku) => idOf(sellerId, sku)) },
});

/** What is read of many offers at once. */
export function createOfferLists(db: Db): Omit<Offers, 'change' | 'load'> {
  const find: Find = async (filter, projection, limit, sort = {}) =>
    await mongoSpan('find offers', {}, () =>
      db.collection<Stored>('offers').find(filter, { projection, limit, sort }).toArray(),
    );
  return { ...byNames(find), ...skuLists(find), ...rowLists(find) };
}

type Find = (
  filter: Filter<Stored>,
  projection: Document,
  limit: number,
  sort?: Document,
) => Promise<Stored[]>;

/** A page by id; its token is the last id. */
async function pageOf<T>(
  find: Find,
  filter: Filter<Stored>,
  { size, token }: PageAsked,
  [projection, read]: readonly [Document, (document: Stored) => T],
): Promise<Rows<T>> {
  const behind = token === '' ? {} : { _id: { $gt: token } };
  const found = await find({ $and: [filter, behind] }, projection, size + 1, { _id: 1 });
  const shown = found.slice(0, size);
  const next = found.length > size ? (shown.at(-1)?.['_id'] ?? '') : '';
  return { rows: shown.map(read), next };
}

function byNames(find: Find) {
  const rows = async (filter: Filter<Stored>, limit: number) =>
    (await find(filter, ROW, limit)).map(rowOf);
  const some = (sellerId: string, field: string, values: readonly string[], each: number) =>
    rows({ 'state.sellerId': sellerId, [field]: { $in: [...values] } }, values.length * each);
  const methods: Pick<
    Offers,
    'bySkus' | 'byGoods' | 'byPlatform' | 'byCargo' | 'wholeByCargo' | 'described' | 'pictured'
  > = {
    bySkus: (sellerId, skus) => rows(idsOf(sellerId, skus), skus.length),
    byGoods: (sellerId, ids) => some(sellerId, 'state.goodsId', ids, 2),
    byPlatform: (sellerId, ids) => some(sellerId, 'state.platform.goodsId', ids, SKUS_OF_ONE_MAX),
    byCargo: (sellerId, numbers) => some(sellerId, 'state.cargoNo', numbers, SKUS_OF_ONE_MAX),
    wholeByCargo: async (sellerId, cargoNo) => {
      const filter = { 'state.sellerId': sellerId, 'state.cargoNo': cargoNo };
      const found = await find(filter, { state: 1 }, SKUS_OF_ONE_MAX, { _id: 1 });
      return found.map(({ state }) => state as unknown as Offer);
    },
    described: async (sellerId, skus) => {
      const fields = { 'state.sku': 1, 'state.detail': 1, 'state.listed': 1 };
      const found = await find(idsOf(sellerId, skus), fields, skus.length);
      return found.map(({ state }) => state as unknown as DescribedOffer);
    },
    pictured: async (sellerId, skus) => {
      const fields = { 'state.sku': 1, 'state.detail.mainImage': 1, 'state.detail.images': 1 };
      const found = await find(idsOf(sellerId, skus), fields, skus.length);
      return found.map(({ state }) => state as unknown as PicturedOffer);
    },
  };
  return methods;
}

function skuLists(find: Find) {
  const page = (filter: Filter<Stored>, asked: PageAsked) =>
    pageOf(find, filter, asked, [{ _id: 1 }, skuOf]);
  const methods: Pick<Offers, 'poolSkus' | 'newSkus' | 'modifiedSkus'> = {
    poolSkus: (sellerId, poolId, asked) =>
      page({ 'state.sellerId': sellerId, 'state.poolIds': poolId, 'state.listed': true }, asked),
    newSkus: (sellerId, { from, until }, asked) =>
      page({ 'state.sellerId': sellerId, 'state.listedAt': { $gte: from, $lt: until } }, asked),
    modifiedSkus: (sellerId, { from, until }, asked) =>
      page(
        {
          'state.sellerId': sellerId,
          'state.modifiedAt': { $elemMatch: { $gte: from, $lt: until } },
        },
        asked,
      ),
  };
  return methods;
}

function rowLists(find: Find) {
  const page = (filter: Filter<Stored>, asked: PageAsked) =>
    pageOf(find, filter, asked, [ROW, rowOf]);
  const methods: Pick<Offers, 'promoted' | 'tiered' | 'search'> = {
    promoted: (sellerId, skus, now, asked) =>
      page(
        {
          'state.sellerId': sellerId,
          'state.promotions.endsAt': { $gt: now },
          ...(skus.length > 0 && idsOf(sellerId, skus)),
        },
        asked,
      ),
    tiered: (sellerId, asked) =>
      page({ 'state.sellerId': sellerId, 'state.prices.tiers.fromMilli': { $gt: 0n } }, asked),
    search: (sellerId, { words, poolId, withFaults }, asked) =>
      page(
        {
          'state.sellerId': sellerId,
          ...(poolId !== '' && { 'state.poolIds': poolId }),
          ...(withFaults && { 'state.obstacles': { $elemMatch: { $gt: '', $ne: 'UNPUBLISHED' } } }),
          ...(words.length > 0 && {
            $and: words.map((word) => ({ 'state.terms': beginningWith(word) })),
          }),
        },
        asked,
      ),
  };
  return methods;
}

/** Words have letters and digits alone, so nothing of them is an operator. */
const beginningWith = (word: string) => ({ $elemMatch: { $gte: word, $lt: `${word}\uFFFF` } });
