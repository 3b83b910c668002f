import { ALL_TOPICS, EVENTS, TOPICS } from '@astrolabe/contracts';
import { OrderClosed } from '@astrolabe/contracts/order';
import { tmallOrder } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { eventually, servers, testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../src/cli.ts';

const topicPrefix = testTopicPrefix();
const { kafkaBrokers } = servers();
const silent = (): void => undefined;
const messaging = createMessaging({
  brokers: kafkaBrokers.split(','),
  clientId: 'test',
  topicPrefix,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  onFatal: (error) => {
    throw error;
  },
});
const handled: string[] = [];
const consumer = messaging.consumer({
  group: 'settlement',
  topics: [TOPICS.orderEvents],
  handle: async ({ id, replayOf }) => {
    if (replayOf === undefined) return { kind: 'reject', reason: 'INCOMPLETE_SHIPMENT' };
    handled.push(id);
    return { kind: 'done' };
  },
});

beforeAll(async () => {
  const brokers = kafkaBrokers.split(',');
  await createTopics({ brokers, topicPrefix, topics: ALL_TOPICS, replicationFactor: 1 });
  await messaging.component.start();
  await consumer.start();
});
afterAll(async () => {
  await consumer.stop();
  await messaging.component.stop();
});

const PLACE = ['--group', 'settlement', '--topic', TOPICS.orderEvents.name];

async function run(
  ...words: string[]
): Promise<{ code: number; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const code = await runCli(
    ['deadletter', ...words],
    { KAFKA_BROKERS: kafkaBrokers, TOPIC_PREFIX: topicPrefix },
    { out: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>), error: silent },
  );
  return { code, lines };
}

test('letters are counted, listed by page, shown with their content and replayed when it is said so', async () => {
  const payload = EVENTS.orderClosed.encode(
    OrderClosed.fromPartial({ orderRef: tmallOrder('21230', '7'), subOrderIds: ['1'] }),
  );
  const events = [1, 2, 3].map((n) => ({
    id: `order-router/7/${n}`,
    type: EVENTS.orderClosed.type,
    source: 'order-router',
    subject: '21230/7',
    sequence: BigInt(n),
    key: '21230/7',
    time: new Date('2016-09-22T02:00:00Z'),
    payload,
  }));
  await messaging.publisher().publish(TOPICS.orderEvents, events);
  await eventually(async () =>
    expect((await run('list')).lines).toEqual([
      { group: 'settlement', topic: TOPICS.orderEvents.name, letters: 3 },
    ]),
  );
  const { lines: page } = await run('list', ...PLACE, '--limit', '2');
  expect(page).toMatchObject([
    { offset: '0', id: 'order-router/7/1', reason: 'INCOMPLETE_SHIPMENT' },
    { offset: '1', id: 'order-router/7/2' },
    { next: '2' },
  ]);
  const { lines: shown } = await run('show', '2', ...PLACE);
  expect(shown).toMatchObject([
    {
      id: 'order-router/7/3',
      content: { orderRef: { channel: 'tmall', sellerId: '21230', number: '7' } },
    },
  ]);
  const planned = await run('replay', ...PLACE, '--reason', 'INCOMPLETE', '--limit', '2');
  expect(planned.lines).toMatchObject([{ replayed: false }, { replayed: false }, { next: '2' }]);
  expect(handled).toEqual([]);
  const replayed = await run('replay', '1', '2', ...PLACE, '--apply');
  expect(replayed.lines).toMatchObject([{ replayed: true }, { replayed: true }]);
  await eventually(() => expect(handled).toEqual(['order-router/7/2', 'order-router/7/3']));
});

test('wrong words are named: a group that the topic lacks, a limit, an offset', async () => {
  const topic = ['--topic', TOPICS.orderEvents.name];
  expect((await run('list', '--group', 'nobody', ...topic)).code).toBe(2);
  expect((await run('list', ...PLACE, '--limit', '501')).code).toBe(2);
  expect((await run('show', 'x', ...PLACE)).code).toBe(2);
  expect((await run('show', '99', ...PLACE)).code).toBe(1);
});
