export type { AggregateDocument, OutboxEntry, StoredReceived } from './aggregate-document.ts';
export { inboxKey } from './aggregate-document.ts';
export type {
  AggregateStore,
  AggregateStoreOptions,
  Decision,
  NewEvent,
  StateMapping,
  Transacted,
} from './contract.ts';
export { createAggregateStore } from './aggregate-store.ts';
export type { Chain, Placed } from './chain.ts';
export { createChain } from './chain.ts';
export { countUpTo } from './count.ts';
export type { MongoComponent, MongoConnection, MongoOptions } from './client.ts';
export { connectMongo } from './client.ts';
export { dueIndex, dueOrders } from './due-orders.ts';
export { ConcurrencyExhausted, ValueTaken, isDuplicateKey, isOutcomeUnknown } from './errors.ts';
export { createGroupedReads } from './grouped-reads.ts';
export { createGroupedInserts, createGroupedUpdates } from './grouped-writes.ts';
export type { CollectionIndexes } from './indexes.ts';
export { ensureIndexes, expiryIndex, outboxIndexes } from './indexes.ts';
export { createKeyedMutex } from './keyed-mutex.ts';
export { createNewestRows } from './newest-rows.ts';
export { nextValue } from './next-value.ts';
export type { AggregateOutbox, OutboxEvent, OutboxSource } from './outbox-source.ts';
export { createOutboxSource } from './outbox-source.ts';
export { createJournalStore } from './journal/journal-store.ts';
export type { Page, PageItem, PageSort } from './page.ts';
export type { Position, ReadsByTime, TimeSort } from './reads-by-time.ts';
export { createReadsByTime } from './reads-by-time.ts';
export type { ListPart } from './page-by-token.ts';
export { NEWEST_FIRST, OLDEST_FIRST, pageByToken, pageInTurn } from './page-by-token.ts';
export type { Reseal, SealedField } from './reseal.ts';
export { createReseal, resealAtStart } from './reseal.ts';
export { createTrafficLog } from './traffic-log.ts';
export type { StoredConnections } from './seller-connections.ts';
export { createSellerConnections } from './seller-connections.ts';
export { mongoSpan } from './spans.ts';
