import { argv, stdout } from 'node:process';
import type { TopicSpec } from '@astrolabe/contracts';
import { createMessaging } from '../src/messaging.ts';

/**
 * A consumer in a process of its own, to be killed: prints the id of each event when it has handled
 * it. Argument: JSON with the brokers, the prefix, the group and the topic; a session and a name where it has one.
 */
const setup = JSON.parse(argv[2] ?? '') as {
  brokers: string;
  topicPrefix: string;
  group: string;
  topic: TopicSpec;
  sessionTimeoutMs?: number;
  instance?: string;
};
const silent = (): void => undefined;
const messaging = createMessaging({
  brokers: [setup.brokers],
  clientId: 'victim',
  topicPrefix: setup.topicPrefix,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  onFatal: (error) => {
    throw error;
  },
  settings: { sessionTimeoutMs: setup.sessionTimeoutMs ?? 6_000 },
  instance: setup.instance,
});
await messaging
  .consumer({
    group: setup.group,
    topics: [setup.topic],
    concurrency: 4,
    handle: async ({ id }) => {
      await new Promise<void>((written) => {
        stdout.write(`${id}\n`, () => written());
      });
      return { kind: 'done' };
    },
  })
  .start();
