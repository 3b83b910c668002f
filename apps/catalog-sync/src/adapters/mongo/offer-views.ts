import { createKeyedMutex } from '@astrolabe/mongo';
import type { Document, Filter } from 'mongodb';
import type { OfferRow } from '../../application/offer/ports.ts';
import { createSkuList } from '../../domain/offer/sku-list.ts';
import type { SkuList, SkuRow } from '../../domain/offer/sku-list.ts';
import { createChangeLog } from '../../domain/offer/change-log.ts';
import type { ChangeLog } from '../../domain/offer/change-log.ts';
import type { Feed, OfferFeeds } from './offer-feeds.ts';
import { idOf } from './registry.ts';

export type StoredOffer = { _id: string; state: Document };

export type FindOffers = (
  filter: Filter<StoredOffer>,
  projection: Document,
  limit: number,
  sort?: Document,
) => Promise<StoredOffer[]>;

/** A seller's offers as this process holds them: its SKUs, and the rows that were asked for last. */
export type OfferView = {
  readonly list: SkuList;
  readonly rows: Map<string, OfferRow>;
  /** SKUs of changes whose end was not known at the last look: they are looked at again. */
  readonly open: ReadonlySet<string>;
  /** What began up to here was looked at. */
  readonly turn: bigint;
  readonly log: ChangeLog;
};

type Held = { -readonly [field in keyof OfferView]: OfferView[field] } & { readonly at: number };

export type OfferViews = {
  /** With all that was durable before the call; null while there is none, and the database is to be asked. */
  of(sellerId: string): Promise<OfferView | null>;
};

export type OfferViewOptions = {
  readonly feeds: Pick<OfferFeeds, 'read'>;
  readonly find: FindOffers;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
};

const SLIM = {
  _id: 1,
  'state.sku': 1,
  'state.poolIds': 1,
  'state.listed': 1,
  'state.listedAt': 1,
  'state.modifiedAt': 1,
  'state.revision': 1,
} as const;
const READ_AT_ONCE = 5_000;
/** A seller that has more is read from the database each time. */
const SKUS_MAX = 300_000;
/** SKUs of all sellers in memory, about 250 bytes each; those of whom nothing was asked for longest go first. */
const HELD_MAX = 400_000;
const SELLERS_MAX = 64;
/** Further behind, a view is read anew. */
const BEHIND_MAX = 20_000n;
/** A view is read anew after this: a process of an older version changes offers without saying so. */
const VIEW_MS = 600_000;
/** A seller whose offers could not be held is not tried again before this. */
const REFUSED_MS = 600_000;

/**
 * Views of sellers' offers in this process, each read once and then kept up with the feed (docs/adr/0084): one small read
 * tells that nothing has changed.
 */
export function createOfferViews({ feeds, find, ticks }: OfferViewOptions): OfferViews {
  const views = new Map<string, Held>();
  const loading = new Set<string>();
  const refusedAt = new Map<string, number>();
  const inTurn = createKeyedMutex();
  const toLoad = createKeyedMutex();
  const load = (sellerId: string): void => {
    const isRefused = ticks() - (refusedAt.get(sellerId) ?? -REFUSED_MS) < REFUSED_MS;
    if (loading.has(sellerId) || isRefused) return;
    loading.add(sellerId);
    void toLoad('one by one', async () => {
      try {
        const view = await loaded(sellerId, { feeds, find, ticks });
        if (view) hold(views, sellerId, view);
        else {
          if (refusedAt.size >= SELLERS_MAX) refusedAt.clear();
          refusedAt.set(sellerId, ticks());
        }
      } catch {
        // The database is asked instead, and says what is wrong with it.
      } finally {
        loading.delete(sellerId);
      }
    });
  };
  return {
    of: async (sellerId) => {
      const feed = await feeds.read(sellerId);
      const view = views.get(sellerId);
      if (!view || ticks() - view.at > VIEW_MS) load(sellerId);
      if (!view) return null;
      // The one that was asked for last stands last.
      views.delete(sellerId);
      views.set(sellerId, view);
      if (isUpTo(view, feed)) return view;
      const isCaughtUp = await inTurn(sellerId, () => catchUp(view, sellerId, feed, find));
      if (isCaughtUp) return view;
      views.delete(sellerId);
      load(sellerId);
      return null;
    },
  };
}

const isUpTo = (view: Held, { turn, open }: Feed): boolean =>
  turn < view.turn || (turn === view.turn && view.open.size === 0 && open.length === 0);

/**
 * Looks at what began since, and at what had not ended; false when that is too much. An offer whose change began up to
 * `turn` is in the database, or its SKU stands in `open` of the same feed: nothing is passed over.
 */
async function catchUp(
  view: Held,
  sellerId: string,
  feed: Feed,
  find: FindOffers,
): Promise<boolean> {
  if (isUpTo(view, feed)) return true;
  if (feed.turn - view.turn > BEHIND_MAX) return false;
  const again = new Set([...view.open, ...feed.open]);
  const max = Number(BEHIND_MAX);
  const changed =
    feed.turn === view.turn
      ? []
      : await find({ 'state.sellerId': sellerId, 'state.turn': { $gt: view.turn } }, SLIM, max);
  const seen =
    again.size === 0
      ? []
      : await find(
          { _id: { $in: [...again].map((sku) => idOf(sellerId, sku)) } },
          SLIM,
          again.size,
        );
  if (changed.length === max) return false;
  for (const row of [...changed, ...seen].map(slimOf)) {
    view.list.put(row);
    view.rows.delete(row.sku);
    view.log.add(feed.turn, row.sku);
  }
  view.turn = feed.turn;
  view.open = new Set(feed.open);
  return true;
}

/** All SKUs of a seller; null where there are too many. What changes meanwhile began after the feed was read, or is open. */
async function loaded(
  sellerId: string,
  { feeds, find, ticks }: OfferViewOptions,
): Promise<Held | null> {
  const at = ticks();
  const { turn, open } = await feeds.read(sellerId);
  const list = createSkuList();
  for (let after = ''; ;) {
    const filter = { 'state.sellerId': sellerId, _id: { $gt: after } };
    const found = await find(filter, SLIM, READ_AT_ONCE, { _id: 1 });
    for (const row of found.map(slimOf)) list.put(row);
    if (list.size > SKUS_MAX) return null;
    if (found.length < READ_AT_ONCE) break;
    after = found.at(-1)?.['_id'] ?? '';
  }
  return { at, turn, open: new Set(open), list, rows: new Map(), log: createChangeLog(turn) };
}

/** Holds a view; those that were asked for longest ago make room. */
function hold(views: Map<string, Held>, sellerId: string, view: Held): void {
  views.delete(sellerId);
  views.set(sellerId, view);
  const held = (): number => [...views.values()].reduce((sum, { list }) => sum + list.size, 0);
  for (const oldest of views.keys()) {
    if (views.size <= SELLERS_MAX && held() <= HELD_MAX) return;
    if (oldest !== sellerId) views.delete(oldest);
  }
}

function slimOf({ _id: id, state }: StoredOffer): SkuRow {
  const { sku, poolIds, listed, listedAt, modifiedAt, revision } = state as unknown as OfferRow;
  return {
    id,
    sku,
    poolIds,
    listed,
    revision,
    listedAt: listedAt?.getTime() ?? null,
    modifiedAt: modifiedAt.map((instant) => instant.getTime()),
  };
}
