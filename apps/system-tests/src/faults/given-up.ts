import { ALL_TOPICS } from '@astrolabe/contracts';
import { operatorEnvironment } from '@astrolabe/local-stack';
import { createMessaging } from '@astrolabe/messaging';
import type { Harness } from '../harness.ts';

const silent = (): void => undefined;

/** How many messages the services have given up: each would need a person. */
export async function lettersOf({ stack }: Harness): Promise<number> {
  const { KAFKA_BROKERS = '', TOPIC_PREFIX = '' } = operatorEnvironment(stack);
  const messaging = createMessaging({
    brokers: KAFKA_BROKERS.split(','),
    clientId: 'faults',
    topicPrefix: TOPIC_PREFIX,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    onFatal: silent,
  });
  await messaging.component.start();
  try {
    const counts = await messaging.deadLetters.count(ALL_TOPICS);
    return counts.reduce((sum, { letters }) => sum + letters, 0);
  } finally {
    await messaging.component.stop?.();
  }
}
