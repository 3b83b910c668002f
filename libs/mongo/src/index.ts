export type { AggregateDocument, OutboxEntry, StoredReceived } from './aggregate-document.ts';
export { inboxKey } from './aggregate-document.ts';
export type {
  AggregateStore,
  AggregateStoreOptions,
  Decision,
  NewEvent,
  StateMapping,
  Transacted,
} from './aggregate-store.ts';
export { createAggregateStore } from './aggregate-store.ts';
export type { MongoComponent, MongoConnection, MongoOptions } from './client.ts';
export { connectMongo } from './client.ts';
export { ConcurrencyExhausted, isDuplicateKey, isOutcomeUnknown } from './errors.ts';
export { createGroupedInserts, createGroupedUpdates } from './grouped-writes.ts';
export type { CollectionIndexes } from './indexes.ts';
export { ensureIndexes, expiryIndex, outboxIndexes } from './indexes.ts';
export { createKeyedMutex } from './keyed-mutex.ts';
export { nextValue } from './next-value.ts';
export type { AggregateOutbox, OutboxEvent, OutboxSource } from './outbox-source.ts';
export { createOutboxSource } from './outbox-source.ts';
export type { Page, PageItem, PageSort } from './page.ts';
export { InvalidPageCursor } from './page.ts';
export type { Reseal, SealedField } from './reseal.ts';
export { createReseal, resealAtStart } from './reseal.ts';
export { mongoSpan } from './spans.ts';
