import type { Stored } from './aggregate-write.ts';
import { tracedIn } from './backend.ts';
import type { AggregateStore, AggregateStoreOptions } from './contract.ts';
import { createInPlace } from './in-place.ts';
import { storeOn } from './store-on.ts';

/**
 * Aggregates as one document each: state, outbox and inbox change in one compare-and-set write, so
 * effect, outgoing events and duplicate detection commit together or not at all.
 */
export function createAggregateStore<S>(options: AggregateStoreOptions<S>): AggregateStore<S> {
  const { topic, source } = options;
  const collection = options.db.collection<Stored>(options.collection);
  const traced = tracedIn(options.collection);
  return storeOn(options, collection, createInPlace({ collection, topic, source, traced }));
}
