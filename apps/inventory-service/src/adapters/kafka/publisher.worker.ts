/**
 * A thread that turns journal records into events and publishes them, beside the thread of the single
 * writer: encoding for Kafka costs more than deciding.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { TOPICS } from '@astrolabe/contracts';
import { createMessaging } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import { eventsOf } from './change-events.ts';
import type { PublishAnswer, PublishRequest, PublisherSettings } from './change-publisher.ts';

const settings = workerData as PublisherSettings;
const messaging = createMessaging({
  brokers: settings.brokers,
  clientId: settings.clientId,
  topicPrefix: settings.topicPrefix,
  logger: createLogger({ service: settings.clientId, level: settings.logLevel }),
  onFatal: (error) => {
    throw error;
  },
});
await messaging.component.start?.();
const publisher = messaging.publisher();

parentPort?.on('message', (request: PublishRequest) => {
  publish(request).then(
    () => answer({ id: request.id }),
    (error: unknown) => answer({ id: request.id, failure: String(error) }),
  );
});

async function publish({ records }: PublishRequest): Promise<void> {
  const events = records.flatMap(eventsOf);
  await publisher.publish(TOPICS.inventoryEvents, events);
}

const answer = (message: PublishAnswer): void => parentPort?.postMessage(message, []);
