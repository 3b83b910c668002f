import type { TopicSpec } from '@astrolabe/contracts';
import { holdPartition, markParked, partitionKey } from './generation.ts';
import type { Generation } from './generation.ts';
import { waitFor } from './handling.ts';
import type { Admin, KafkaClient, MessagingLogger, TopicPartition } from './kafka-port.ts';
import type { Slots } from './lanes.ts';
import { retryTopic } from './topic-names.ts';

/** Thrown when the topics job has not run, or has run with another number of partitions. */
export class TopicsNotReady extends Error {
  override readonly name = 'TopicsNotReady';
}

type Preparation = {
  readonly options: {
    readonly client: KafkaClient;
    readonly group: string;
    readonly topicPrefix: string;
    readonly topics: readonly TopicSpec[];
    readonly logger: MessagingLogger;
  };
  readonly slots: Slots;
};

const RETRY_MS = 500;
const READ_BYTES = 1_048_576;

/**
 * Fills a new generation with the partitions that it holds: from where, and of retry partitions the
 * keys that have messages there, so that main partitions can run at once. Waits for handlers of
 * the generation before, so that no event is in two of them at once within this process.
 */
export async function prepareGeneration(
  member: Preparation,
  generation: Generation,
  assignment: readonly TopicPartition[],
): Promise<void> {
  requireRetryPartitions(member, assignment);
  await member.slots.idle();
  const { signal } = generation.ended;
  while (!signal.aborted) {
    const admin = member.options.client.admin();
    try {
      await admin.connect();
      await fill(admin, member, generation, assignment);
      await readParkedKeys(member, generation);
      return;
    } catch (error) {
      member.options.logger.warn({ err: error }, 'positions of the group not read yet');
      await waitFor(RETRY_MS, signal);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

async function fill(
  admin: Admin,
  { options }: Preparation,
  generation: Generation,
  assignment: readonly TopicPartition[],
): Promise<void> {
  const topics = [...new Set(assignment.map(({ topic }) => topic))];
  if (topics.length === 0) return;
  const committed = new Map(
    (await admin.committed(options.topicPrefix + options.group, topics)).map((at) => [
      partitionKey(at),
      at.offset,
    ]),
  );
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.ranges(topic)) {
      const at = { topic, partition };
      if (!assignment.some((own) => own.topic === topic && own.partition === partition)) continue;
      const known = committed.get(partitionKey(at)) ?? low;
      const start = known > low ? known : low;
      generation.partitions.set(partitionKey(at), holdPartition(at, start, high));
    }
  }
}

/**
 * Reads the retry partitions to their end and keeps the keys. What is there may be no message (control
 * records and aborted transactions of other producers); the end is where a read is empty.
 */
async function readParkedKeys({ options }: Preparation, generation: Generation): Promise<void> {
  const isRetry = new Set(
    options.topics.map(({ name }) => options.topicPrefix + retryTopic(name, options.group)),
  );
  const filled = [...generation.partitions.values()].filter(
    ({ topic, start, high }) => isRetry.has(topic) && start < high,
  );
  if (filled.length === 0) return;
  const reader = options.client.reader();
  try {
    await reader.connect();
    for (const held of filled) {
      let offset: bigint | undefined = held.start;
      while (offset !== undefined && offset < held.high && !generation.ended.signal.aborted) {
        const { topic, partition } = held;
        const { messages, next } = await reader.read({ topic, partition, offset }, READ_BYTES);
        for (const message of messages) markParked(held, message.key, message.offset);
        offset = next !== undefined && next > offset ? next : undefined;
      }
    }
  } finally {
    await reader.disconnect().catch(() => undefined);
  }
}

/** Each main partition needs its retry partition in the same hands. */
function requireRetryPartitions(
  { options }: Preparation,
  assignment: readonly TopicPartition[],
): void {
  const held = new Set(assignment.map(partitionKey));
  for (const { name } of options.topics) {
    const retry = options.topicPrefix + retryTopic(name, options.group);
    for (const { topic, partition } of assignment) {
      if (
        topic !== options.topicPrefix + name ||
        held.has(partitionKey({ topic: retry, partition }))
      )
        continue;
      throw new TopicsNotReady(`${retry} lacks partition ${partition}: run the topics job`);
    }
  }
}
