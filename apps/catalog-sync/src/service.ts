import { randomUUID } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import { CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { Clock, NewId } from '@astrolabe/kernel';
import { openService, systemClock } from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin-service.ts';
import { goodsMethods, scItemMethods } from './adapters/grpc/goods-methods.ts';
import { storeTo } from './adapters/grpc/messages.ts';
import { storeMethods } from './adapters/grpc/store-methods.ts';
import { encodeBindingsChanged, encodeStoreChanged } from './adapters/kafka/outgoing.ts';
import { createBindings } from './adapters/mongo/bindings.ts';
import { createGoodsBook } from './adapters/mongo/goods.ts';
import { createAreas, createSellers } from './adapters/mongo/sellers.ts';
import { createStores } from './adapters/mongo/stores.ts';
import type { Config } from './config.ts';

/** Everything of the catalog, wired but not started. `overrides` replace clock and ids in tests. */
export async function createService(
  context: ServiceContext<Config>,
  {
    clock = systemClock,
    newId = randomUUID,
  }: { readonly clock?: Clock; readonly newId?: NewId } = {},
): Promise<Service> {
  const service = await openService('catalog-sync', context);
  const { db } = service;
  const stores = await service.outbox(TOPICS.catalogEvents, (outbox) =>
    createStores({
      ...outbox,
      clock,
      sealer: createSealer(context.config.RAW_BODY_KEY),
      encode: (store) => encodeStoreChanged(storeTo(store), store.deleted),
    }),
  );
  const bindings = await service.outbox(TOPICS.catalogEvents, (outbox) =>
    createBindings({ ...outbox, clock, encode: encodeBindingsChanged }),
  );
  const sellers = createSellers(db);
  const goods = { sellers, areas: createAreas(db), book: await createGoodsBook(db), newId };
  const methods = {
    ...storeMethods({ sellers, stores, bindings }),
    ...goodsMethods(goods),
    ...scItemMethods(goods),
  };
  return service.of({
    reseals: [stores.reseal],
    contracts: [[CatalogServiceService, methods], adminService(goods)],
  });
}
