import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fetchSeldom, patchLeanFetch } from './lean-fetch-patch.ts';

type Asked = { readonly topics: readonly { readonly topic: string }[] };
type Group = {
  offsetManager: object;
  subscriptionState: {
    assign(assigned: readonly object[]): void;
    pause(partitions: readonly object[]): void;
  };
  fetch(nodeId: string): Promise<readonly { readonly topic: string; readonly partition: number }[]>;
};

const TOPICS = ['orders', 'orders.retry'] as const;
const PARTITIONS = [0, 1, 2];
const ANSWER = { highWatermark: '5', abortedTransactions: [], preferredReadReplica: -1 };

/** A group of kafkajs that holds all partitions of the topics, and what it asks a broker for. */
function groupOf(groupId: string, messageIn: string): { group: Group; asked: string[][] } {
  patchLeanFetch();
  const asked: string[][] = [];
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup.js') as {
    prototype: object;
  };
  const SubscriptionState = createRequire(import.meta.url)(
    'kafkajs/src/consumer/subscriptionState.js',
  ) as new () => Group['subscriptionState'];
  const subscriptionState = new SubscriptionState();
  subscriptionState.assign(TOPICS.map((topic) => ({ topic, partitions: PARTITIONS })));
  const fetch = async ({ topics }: Asked) => {
    asked.push(topics.map(({ topic }) => topic));
    return {
      responses: topics.map(({ topic }) => ({
        topicName: topic,
        partitions: PARTITIONS.map((partition) => ({
          ...ANSWER,
          partition,
          messages: `${topic}/${partition}` === messageIn ? [{ offset: '4' }] : [],
        })),
      })),
    };
  };
  const group = Object.assign(Object.create(prototype), {
    groupId,
    subscriptionState,
    preferredReadReplicasPerTopicPartition: {},
    cluster: {
      refreshMetadataIfNecessary: async () => undefined,
      findBroker: async () => ({ fetch }),
    },
    offsetManager: {
      committedOffsets: () => Object.fromEntries(TOPICS.map((topic) => [topic, ['0', '0', '0']])),
      nextOffset: () => '4',
    },
    seekOffset: { has: () => false, size: 0 },
    checkForStaleAssignment: () => undefined,
    filterPartitionsByNode: (_nodeId: string, all: unknown) => all,
    seekOffsets: async () => undefined,
    recoverFromFetch: (error: Error) => {
      throw error;
    },
  }) as Group;
  return { group, asked };
}

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('a fetch gives what has come, and no partition without a message', async () => {
  const { group } = groupOf('plain', 'orders/1');
  expect(await group.fetch('1')).toMatchObject([{ topic: 'orders', partition: 1 }]);
});

test('what is not urgent is asked for twice a second, of each broker', async () => {
  fetchSeldom('seldom', ['orders.retry']);
  const { group, asked } = groupOf('seldom', 'orders/1');
  for (const nodeId of ['1', '1', '2', '1']) await group.fetch(nodeId);
  expect(asked.splice(0)).toEqual([[...TOPICS], ['orders'], [...TOPICS], ['orders']]);
  vi.advanceTimersByTime(500);
  await group.fetch('1');
  await group.fetch('1');
  expect(asked).toEqual([[...TOPICS], ['orders']]);
});

test('with nothing urgent to ask for, the rest is', async () => {
  fetchSeldom('paused', ['orders.retry']);
  const { group, asked } = groupOf('paused', 'orders.retry/1');
  group.subscriptionState.pause([{ topic: 'orders', partitions: PARTITIONS }]);
  await group.fetch('1');
  await group.fetch('1');
  expect(asked).toEqual([['orders.retry'], ['orders.retry']]);
});
