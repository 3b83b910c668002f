import { mongoSpan } from '@astrolabe/mongo';
import { askTogether } from '@astrolabe/service';
import type { Db, Document, Filter } from 'mongodb';
import type {
  DescribedOffer,
  Followed,
  OfferRow,
  Offers,
  PageAsked,
  PicturedOffer,
  Rows,
  SpanAsked,
} from '../../application/offer/ports.ts';
import type { Offer } from '../../domain/offer/offer.ts';
import { inAnyPool, inPool, listedWithin, modifiedWithin } from '../../domain/offer/sku-list.ts';
import type { SkuRow } from '../../domain/offer/sku-list.ts';
import { createOfferViews } from './offer-views.ts';
import type {
  FindOffers as Find,
  OfferView,
  OfferViews,
  StoredOffer as Stored,
} from './offer-views.ts';
import type { OfferFeeds } from './offer-feeds.ts';
import { idOf } from './registry.ts';

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

const DESCRIBED = {
  'state.sku': 1,
  'state.detail': 1,
  'state.listed': 1,
  'state.obstacles': 1,
  'state.poolIds': 1,
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

/** Rows of one seller in memory. */
const ROWS_MAX = 2_000;

/** What is read of many offers at once. */
export function createOfferLists(
  db: Db,
  feeds: Pick<OfferFeeds, 'read'>,
): Omit<Offers, 'change' | 'load'> {
  const find: Find = async (filter, projection, limit, sort = {}) =>
    await mongoSpan('find offers', {}, () =>
      db.collection<Stored>('offers').find(filter, { projection, limit, sort }).toArray(),
    );
  const views = createOfferViews({ feeds, find, ticks: () => performance.now() });
  return { ...byNames(find, views), ...skuLists(find, views), ...rowLists(find) };
}

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

function byNames(find: Find, views: OfferViews) {
  const rows = async (filter: Filter<Stored>, limit: number) =>
    (await find(filter, ROW, limit)).map(rowOf);
  /** Rows by a name that several may have; who asks in one turn shares a read. */
  const by = (field: string, nameOf: (row: OfferRow) => string, each: number) => {
    const named = askTogether<readonly OfferRow[]>(async (sellerId, values) => {
      const filter = { 'state.sellerId': sellerId, [field]: { $in: [...values] } };
      return Map.groupBy(await rows(filter, values.length * each), nameOf);
    });
    return async (sellerId: string, values: readonly string[]): Promise<OfferRow[]> => {
      const found = await named(sellerId, values);
      return [...new Set(values)].flatMap((value) => found.get(value) ?? []);
    };
  };
  const methods: Pick<
    Offers,
    | 'bySkus'
    | 'follow'
    | 'byGoods'
    | 'byPlatform'
    | 'byCargo'
    | 'wholeByCargo'
    | 'described'
    | 'pictured'
  > = {
    bySkus: async (sellerId, skus) => await rowsIn(find, await views.of(sellerId), sellerId, skus),
    follow: (sellerId, turn, skus) => follow(find, views, { sellerId, turn, skus }),
    byGoods: by('state.goodsId', ({ goodsId }) => goodsId, 2),
    byPlatform: by('state.platform.goodsId', ({ platform }) => platform.goodsId, SKUS_OF_ONE_MAX),
    byCargo: by('state.cargoNo', ({ cargoNo }) => cargoNo, SKUS_OF_ONE_MAX),
    wholeByCargo: async (sellerId, cargoNo) => {
      const filter = { 'state.sellerId': sellerId, 'state.cargoNo': cargoNo };
      const found = await find(filter, { state: 1 }, SKUS_OF_ONE_MAX, { _id: 1 });
      return found.map(({ state }) => state as unknown as Offer);
    },
    described: async (sellerId, skus) => {
      const found = await find(idsOf(sellerId, skus), DESCRIBED, skus.length);
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

/** What is told of changes is of one moment of the view, and the rows are read after it. */
async function follow(
  find: Find,
  views: OfferViews,
  asked: {
    readonly sellerId: string;
    readonly turn: bigint | null;
    readonly skus: readonly string[];
  },
): Promise<Followed> {
  const { sellerId, skus } = asked;
  const view = await views.of(sellerId);
  if (!view) {
    const rows = await rowsIn(find, null, sellerId, skus);
    return { turn: null, changed: null, open: [], rows };
  }
  // A turn that is still to come is of a database that was there before this one.
  const isKnown = asked.turn !== null && asked.turn <= view.turn;
  const changed = isKnown ? view.log.since(asked.turn) : null;
  const told = { turn: view.turn, changed, open: [...view.open] };
  return { ...told, rows: await rowsIn(find, view, sellerId, skus) };
}

/** Rows by SKU: those that are in memory and have not changed since, and the others from the database. */
async function rowsIn(
  find: Find,
  view: OfferView | null,
  sellerId: string,
  skus: readonly string[],
): Promise<OfferRow[]> {
  const fromDatabase = async (some: readonly string[]) =>
    some.length === 0 ? [] : (await find(idsOf(sellerId, some), ROW, some.length)).map(rowOf);
  if (!view) return await fromDatabase(skus);
  const { rows, turn, open } = view;
  const known = skus.flatMap((sku) => rows.get(sku) ?? []);
  const read = await fromDatabase(skus.filter((sku) => !rows.has(sku)));
  // A change that nobody has looked at yet may have been read before it was written.
  if (view.turn === turn) {
    for (const row of read) {
      if (!open.has(row.sku) && !view.open.has(row.sku)) rows.set(row.sku, row);
    }
  }
  for (const oldest of rows.keys()) {
    if (rows.size <= ROWS_MAX) break;
    rows.delete(oldest);
  }
  return [...known, ...read];
}

function skuLists(find: Find, views: OfferViews) {
  const page = async (
    sellerId: string,
    fits: (row: SkuRow) => boolean,
    filter: Filter<Stored>,
    asked: PageAsked,
  ) => {
    const view = await views.of(sellerId);
    if (view) return view.list.page(fits, asked);
    const ofSeller = { 'state.sellerId': sellerId, ...filter };
    return await pageOf(find, ofSeller, asked, [{ _id: 1 }, skuOf]);
  };
  const methods: Pick<Offers, 'poolSkus' | 'newSkus' | 'modifiedSkus'> = {
    poolSkus: (sellerId, poolId, asked) => {
      const filter = { 'state.poolIds': poolId, 'state.listed': true };
      return page(sellerId, inPool(poolId), filter, asked);
    },
    newSkus: (sellerId, span, asked) => {
      const [fits, isIn] = [listedWithin(span), inAnyPool(span.poolIds)];
      const filter = { 'state.listedAt': { $gte: span.from, $lt: span.until }, ...inPools(span) };
      return page(sellerId, (row) => fits(row) && isIn(row), filter, asked);
    },
    modifiedSkus: (sellerId, span, asked) => {
      const [fits, isIn] = [modifiedWithin(span), inAnyPool(span.poolIds)];
      const within = { $elemMatch: { $gte: span.from, $lt: span.until } };
      const filter = { 'state.modifiedAt': within, ...inPools(span) };
      return page(sellerId, (row) => fits(row) && isIn(row), filter, asked);
    },
  };
  return methods;
}

const inPools = ({ poolIds }: SpanAsked) =>
  poolIds.length === 0 ? {} : { 'state.poolIds': { $in: [...poolIds] } };

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
