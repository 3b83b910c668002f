import { TOPICS } from '@astrolabe/contracts';
import {
  InventoryAdminServiceClient,
  InventoryServiceClient,
} from '@astrolabe/contracts/inventory';
import type { Command, ExecuteStreamResponse, Outcome } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { createTopics } from '@astrolabe/messaging';
import {
  eventually,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
} from '@astrolabe/testing';
import type { Db } from 'mongodb';
import { afterEach } from 'vitest';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

/** Our own topic, with a group that reads it in tests. */
export const CHANGES = { ...TOPICS.inventoryEvents, consumers: ['test'] };

export type Running = {
  readonly client: GrpcClient<InventoryServiceClient>;
  readonly upkeep: GrpcClient<InventoryAdminServiceClient>;
  readonly port: number;
  readonly fatal: unknown[];
  execute(command: Command): Promise<Outcome>;
  stop(): Promise<void>;
};

/** The service in this process against real servers, with a database and topics of the file's own. */
export async function environment(): Promise<{
  db: Db;
  topicPrefix: string;
  start: (more?: Record<string, string>) => Promise<Running>;
}> {
  const { db, name } = await testDatabase();
  const topicPrefix = testTopicPrefix();
  const brokers = servers().kafkaBrokers.split(',');
  // A topic just made may have no leader yet; the job may be run again.
  await eventually(() =>
    createTopics({ brokers, topicPrefix, topics: [CHANGES], replicationFactor: 1 }),
  );
  const running = new Set<Running>();
  afterEach(async () => {
    for (const each of running) await each.stop();
  });
  return {
    db,
    topicPrefix,
    start: async (more = {}) => {
      const fatal: unknown[] = [];
      const started = await startService({
        schema: ConfigSchema,
        create: createService,
        env: { MONGODB_DATABASE: name, TOPIC_PREFIX: topicPrefix, LOG_LEVEL: 'fatal', ...more },
        onFatal: (error) => void fatal.push(error),
      });
      const client = started.client(InventoryServiceClient);
      const upkeep = started.client(InventoryAdminServiceClient);
      const port = Number(started.grpcAddress.split(':').at(-1));
      const one: Running = {
        client,
        upkeep,
        port,
        fatal,
        execute: async (command) => {
          const { outcome } = await client.call('execute', { command });
          if (!outcome) throw new Error('no outcome');
          return outcome;
        },
        stop: async () => {
          running.delete(one);
          await started.stop();
        },
      };
      running.add(one);
      return one;
    },
  };
}

/** Sends commands over one stream; resolves with their outcomes in the order of arrival. */
export function overStream(running: Running, commands: readonly Command[]): Promise<Outcome[]> {
  const stream = running.client.raw.executeStream(running.client.metadata());
  const outcomes: Outcome[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (response: ExecuteStreamResponse) => outcomes.push(...response.outcomes));
    stream.on('end', () => resolve(outcomes));
    stream.on('error', reject);
    for (const command of commands) stream.write({ commands: [command] });
    stream.end();
  });
}
