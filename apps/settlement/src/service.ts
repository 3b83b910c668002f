import { TOPICS } from '@astrolabe/contracts';
import { SettlementServiceService } from '@astrolabe/contracts/settlement';
import { createGrpcServer } from '@astrolabe/grpc';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo } from '@astrolabe/mongo';
import type { Service, ServiceContext } from '@astrolabe/service';
import { METRIC, counter, orderTrace } from '@astrolabe/telemetry';
import { toMessage } from './adapters/grpc/message.ts';
import { settlementService } from './adapters/grpc/settlement-service.ts';
import { eventHandler } from './adapters/kafka/incoming.ts';
import { encodeRecorded } from './adapters/kafka/outgoing.ts';
import { createReceivables } from './adapters/mongo/receivables.ts';
import { makeRecordReturn } from './application/record-return.ts';
import { makeRecordShipment } from './application/record-shipment.ts';
import type { Config } from './config.ts';

const GROUP = 'settlement';

/** Everything of settlement, wired but not started. `overrides` replace the clock in tests. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { readonly clock?: Clock } = {},
): Promise<Service> {
  const clock = overrides.clock ?? ((): Date => new Date());
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: GROUP,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: GROUP,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => health.fatal(error),
  });
  let wake: (id: string) => void = () => undefined;
  const receivables = await createReceivables({
    db: mongo.db,
    topic: TOPICS.settlementEvents.name,
    wake: (id) => wake(id),
    clock,
    encode: (receivable) => encodeRecorded(toMessage(receivable)),
  });
  const relay = messaging.outboxRelay(receivables.outbox);
  wake = (id) => relay.wake(id);
  const lines = counter(
    METRIC.settlementLines,
    'Shipments recorded',
    ['outcome'],
    ['recorded', 'credited'].map((outcome) => ({ outcome })),
  );
  const traceId = (ref: OrderRef): string => orderTrace(ref).traceId;
  const record = makeRecordShipment({ receivables, clock, traceId });
  const recordReturn = makeRecordReturn({ receivables, clock, traceId });
  const consumer = messaging.consumer({
    group: GROUP,
    topics: [TOPICS.orderEvents, TOPICS.fulfillmentEvents],
    handle: eventHandler({
      shipped: async (shipment) => {
        const recorded = await record(shipment);
        lines.inc({ outcome: recorded.ok ? 'recorded' : recorded.error });
        return recorded;
      },
      returned: async (told) => {
        await recordReturn(told);
        lines.inc({ outcome: 'credited' });
      },
    }),
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    services: [[SettlementServiceService, settlementService(receivables)]],
  });
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [mongo.component, messaging.component, relay.component, grpc.component, consumer],
    ports: () => grpc.ports(),
  };
}
