import { randomUUID } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import { CatalogServiceService } from '@astrolabe/contracts/catalog';
import { createGrpcServer } from '@astrolabe/grpc';
import type { Clock, NewId } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
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

const NAME = 'catalog-sync';

/** Everything of the catalog, wired but not started. `overrides` replace clock and ids in tests. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { readonly clock?: Clock; readonly newId?: NewId } = {},
): Promise<Service> {
  const clock = overrides.clock ?? ((): Date => new Date());
  const newId = overrides.newId ?? ((): string => randomUUID());
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: NAME,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => health.fatal(error),
  });
  const wakers = { stores: (_id: string): void => {}, bindings: (_id: string): void => {} };
  const topic = TOPICS.catalogEvents.name;
  const stores = await createStores({
    db: mongo.db,
    topic,
    clock,
    sealer: createSealer(config.RAW_BODY_KEY),
    wake: (id) => wakers.stores(id),
    encode: (store) => encodeStoreChanged(storeTo(store), store.deleted),
  });
  const bindings = await createBindings({
    db: mongo.db,
    topic,
    clock,
    wake: (id) => wakers.bindings(id),
    encode: encodeBindingsChanged,
  });
  const book = await createGoodsBook(mongo.db);
  const storeRelay = messaging.outboxRelay(stores.outbox);
  const bindingRelay = messaging.outboxRelay(bindings.outbox);
  wakers.stores = (id) => storeRelay.wake(id);
  wakers.bindings = (id) => bindingRelay.wake(id);
  const sellers = createSellers(mongo.db);
  const goods = { sellers, areas: createAreas(mongo.db), book, newId };
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    adminPort: config.ADMIN_PORT,
    services: [
      [
        CatalogServiceService,
        {
          ...storeMethods({ sellers, stores, bindings }),
          ...goodsMethods(goods),
          ...scItemMethods({ book, newId }),
        },
      ],
      adminService(goods),
    ],
  });
  health.addCheck('mongo', () => mongo.check());
  return {
    components: [
      mongo.component,
      resealAtStart(logger, [stores.reseal]),
      storeRelay.component,
      bindingRelay.component,
      grpc.component,
    ],
    ports: () => grpc.ports(),
  };
}
