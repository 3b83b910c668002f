import { createRequire } from 'node:module';
import { logLevel } from 'kafkajs';
import type { KafkaConfig, KafkaMessage, Logger } from 'kafkajs';
import type { Reader } from '../kafka-port.ts';
import { toFetched } from './convert.ts';

/** The parts of kafkajs 2.2.4 `src/cluster/index.js` and `src/broker/index.js` in use here. */
type FetchRequest = {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  topics: {
    topic: string;
    partitions: { partition: number; fetchOffset: string; maxBytes: number }[];
  }[];
};
type FetchedRecord = KafkaMessage & { readonly isControlRecord: boolean };
type FetchedPartition = {
  readonly messages: readonly FetchedRecord[];
  readonly abortedTransactions: unknown;
};
type FetchResponse = { responses: { partitions: FetchedPartition[] }[] };
type FilterAborted = (read: FetchedPartition) => readonly FetchedRecord[];
type InternalCluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(options: { nodeId: string }): Promise<{
    fetch(request: FetchRequest): Promise<FetchResponse>;
  }>;
};
type ClusterConstructor = new (options: Record<string, unknown>) => InternalCluster;
type InternalLoggers = {
  createLogger: (options: Pick<KafkaConfig, 'logCreator'> & { level: number }) => Logger;
};

const READ_COMMITTED = 1;
const WAIT_MS = 100;

/**
 * Reads partitions without joining a group: kafkajs offers fetching only through groups, which
 * would take seconds to form and stay behind on the broker. Uses the client's inner classes, whose
 * version is pinned.
 */
export function createReader(config: KafkaConfig, metadataMaxAge: number): Reader {
  const require = createRequire(import.meta.url);
  const Cluster = require('kafkajs/src/cluster/index.js') as ClusterConstructor;
  const { createLogger } = require('kafkajs/src/loggers/index.js') as InternalLoggers;
  const withoutAborted = require('kafkajs/src/consumer/filterAbortedMessages.js') as FilterAborted;
  const { logLevel: level = logLevel.INFO, logCreator, ...rest } = config;
  const cluster = new Cluster({
    ...rest,
    logger: createLogger({ level, ...(logCreator !== undefined && { logCreator }) }),
    metadataMaxAge,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  });
  return {
    connect: () => cluster.connect(),
    disconnect: () => cluster.disconnect(),
    read: async ({ topic, partition, offset }, maxBytes) => {
      await cluster.addTargetTopic(topic);
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`);
      const broker = await cluster.findBroker({ nodeId });
      const { responses } = await broker.fetch({
        maxWaitTime: WAIT_MS,
        minBytes: 1,
        maxBytes,
        isolationLevel: READ_COMMITTED,
        topics: [{ topic, partitions: [{ partition, fetchOffset: offset.toString(), maxBytes }] }],
      });
      const read = responses.flatMap(({ partitions }) => partitions);
      const last = read.flatMap(({ messages }) => messages).at(-1);
      const messages = read
        .flatMap(withoutAborted)
        .filter(({ isControlRecord }) => !isControlRecord)
        .map((record) => toFetched(topic, partition, record))
        .filter((message) => message.offset >= offset);
      return { messages, next: last === undefined ? undefined : BigInt(last.offset) + 1n };
    },
  };
}
