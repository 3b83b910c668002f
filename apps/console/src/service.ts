import { resolve } from 'node:path';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { FiguresServiceClient, FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { OrderServiceClient } from '@astrolabe/contracts/order';
import { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import { addressList, createHttpServer } from '@astrolabe/http';
import { registerPages } from '@astrolabe/http/pages';
import { createMessaging } from '@astrolabe/messaging';
import type { Component, ServiceContext } from '@astrolabe/service';
import { registerApi } from './adapters/http/api.ts';
import { registerDeadLetters } from './adapters/http/dead-letters.ts';
import type { Config } from './config.ts';

const DEADLINE_MS = 3_000;
const BODY_LIMIT_BYTES = 64 * 1024;
/** A person waits longer than a program. */
const ANSWER_WITHIN_MS = 10_000;

/** Wires the console: pages and a read-only JSON API over the services' gRPC contracts. */
export async function createService(
  context: ServiceContext<Config>,
): Promise<{ components: Component[]; ports: () => Record<string, number> }> {
  const { config, logger } = context;
  const connect = (address: string) => ({
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const backends = {
    catalog: createGrpcClient(CatalogServiceClient, connect(config.CATALOG_ADDRESS)),
    inventory: createGrpcClient(InventoryServiceClient, connect(config.INVENTORY_ADDRESS)),
    orders: createGrpcClient(OrderServiceClient, connect(config.ORDER_ADDRESS)),
    fulfillment: createGrpcClient(FulfillmentServiceClient, connect(config.FULFILLMENT_ADDRESS)),
    figures: createGrpcClient(FiguresServiceClient, connect(config.FULFILLMENT_ADDRESS)),
    settlement: createGrpcClient(SettlementServiceClient, connect(config.SETTLEMENT_ADDRESS)),
  };
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
    trustedProxies: addressList(config.TRUSTED_PROXIES),
  });
  await registerPages(http.app, resolve(config.WEB_DIST));
  registerApi(http.app, backends, {
    sellerId: config.START_SELLER,
    itemId: config.START_ITEM,
    skuId: config.START_SKU,
  });
  // Read on demand alone: the console starts and serves without Kafka.
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: 'console',
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => context.health.fatal(error),
  });
  registerDeadLetters(http.app, messaging.deadLetters);
  return {
    components: [
      {
        name: 'backends',
        stop: async () => {
          for (const backend of Object.values(backends)) backend.close();
        },
      },
      http.component,
    ],
    ports: () => ({ httpPort: http.port() }),
  };
}
