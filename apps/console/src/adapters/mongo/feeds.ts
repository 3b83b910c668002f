import { formatShanghai, ok } from '@astrolabe/kernel';
import { createJournalStore } from '@astrolabe/mongo';
import { createKeyedGatherer } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Feeds, StoreName } from '../../application/store-ports.ts';
import { EMPTY_FEED, addNews } from '../../domain/feed.ts';
import type { Feed, News } from '../../domain/feed.ts';

const keyOf = ({ sellerId, storeId }: StoreName): string => `${sellerId}/${storeId}`;
/** A store of many orders is told of them together. */
const NEWS_AT_ONCE = 64;
const DAY_LENGTH = '2016-09-22'.length;

/** What stores are told, one document per store. Nothing is published from here. */
export async function createFeeds(db: Db): Promise<Feeds> {
  const store = await createJournalStore<Feed>({
    db,
    collection: 'feeds',
    topic: '',
    source: 'console',
    wake: () => undefined,
  });
  // Without an origin: the feed knows its events, and an inbox of every order would not end.
  const add = createKeyedGatherer<News, void>(async (key, items) => {
    await store.transact(key, null, (feed) =>
      ok({ state: items.reduce(withNews, feed ?? EMPTY_FEED), events: [], result: null }),
    );
    return items.map(() => undefined);
  }, NEWS_AT_ONCE);
  return {
    load: async (name) => (await store.load(keyOf(name)))?.state ?? EMPTY_FEED,
    add: (name, news) => add(keyOf(name), news),
  };
}

const withNews = (feed: Feed, news: News): Feed =>
  addNews(feed, news, formatShanghai(news.at).slice(0, DAY_LENGTH));
