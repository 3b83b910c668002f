import { formatShanghai, ok } from '@astrolabe/kernel';
import { createAggregateStore } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Feeds, StoreName } from '../../application/ports.ts';
import { EMPTY_FEED, addNews } from '../../domain/feed.ts';
import type { Feed } from '../../domain/feed.ts';

const keyOf = ({ sellerId, storeId }: StoreName): string => `${sellerId}/${storeId}`;
const DAY_LENGTH = '2016-09-22'.length;

/** What stores are told, one document per store. Nothing is published from here. */
export function createFeeds(db: Db): Feeds {
  const store = createAggregateStore<Feed>({
    db,
    collection: 'feeds',
    topic: '',
    source: 'console',
    wake: () => undefined,
  });
  return {
    load: async (name) => (await store.load(keyOf(name)))?.state ?? EMPTY_FEED,
    add: async (name, news) => {
      // Without an origin: the feed knows its events, and an inbox of every order would not end.
      await store.transact(keyOf(name), null, (feed) => {
        const day = formatShanghai(news.at).slice(0, DAY_LENGTH);
        return ok({ state: addNews(feed ?? EMPTY_FEED, news, day), events: [], result: null });
      });
    },
  };
}
