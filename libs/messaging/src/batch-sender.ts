import { METRIC, counter } from '@astrolabe/telemetry';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageTooLarge } from './kafka-port.ts';
import type { Appended, RawMessage, Sender, TopicMessages } from './kafka-port.ts';

/** One message with its full topic name. */
export type Outgoing = RawMessage & { readonly topic: string };

/** Thrown when more waits to be sent than may be held in memory. */
export class SendQueueFull extends Error {
  override readonly name = 'SendQueueFull';
}

export type BatchSender = {
  /** A user of the connection; it closes when the last one has released it. */
  retain(): void;
  release(): Promise<void>;
  /**
   * Appends all messages in one request, in order; resolves when all in-sync replicas have them
   * with the offset of each message that has a fixed partition. Rejects as a whole: then some or
   * all may still have been written.
   *
   * @throws MessageTooLarge when they are larger together than `bytesMax`, or than the topic takes.
   */
  send(messages: readonly Outgoing[], bytesMax?: number): Promise<(bigint | undefined)[]>;
  /** Throws the last failure until a send succeeds again. */
  check(): void;
};

/** Below the brokers' default `message.max.bytes` of 1,048,588, which counts a whole batch. */
export const BATCH_BYTES_MAX = 900_000;
const QUEUED_MESSAGES_MAX = 20_000;
const MESSAGE_OVERHEAD_BYTES = 100;

type Group = {
  readonly messages: readonly Outgoing[];
  readonly bytes: number;
  readonly resolve: (offsets: (bigint | undefined)[]) => void;
  readonly reject: (error: unknown) => void;
};

/** About what a message takes on the wire. */
export function messageBytes(message: RawMessage): number {
  let bytes = message.value.byteLength + Buffer.byteLength(message.key) + MESSAGE_OVERHEAD_BYTES;
  for (const [name, value] of Object.entries(message.headers)) {
    bytes += name.length + Buffer.byteLength(value) + 2;
  }
  return bytes;
}

/**
 * Coalesces what all parts of a process want to publish into one request at a time: the client has
 * no linger of its own, and only one request in flight keeps the order.
 */
export function createBatchSender(sender: Sender): BatchSender {
  const queue: Group[] = [];
  let queued = 0;
  let users = 0;
  let connected = false;
  let sending: Promise<void> | undefined;
  let failure: unknown;

  const sendNext = async (): Promise<void> => {
    const groups = takeBatch(queue);
    queued -= groups.reduce((sum, group) => sum + group.messages.length, 0);
    try {
      if (!connected) {
        await sender.connect();
        connected = true;
      }
      counter(METRIC.produceRequests, 'Batches sent to Kafka', []).inc();
      const appended = await sender.send(byTopic(groups));
      failure = undefined;
      const offsetOf = offsetReader(appended);
      for (const group of groups) group.resolve(group.messages.map(offsetOf));
    } catch (error) {
      // What is too large says nothing about the brokers.
      if (!(error instanceof MessageTooLarge)) failure = error;
      for (const group of groups) group.reject(error);
    }
  };
  const drain = async (): Promise<void> => {
    // Lets everything that became ready in the same turn of the event loop share one request.
    await nextTurn();
    while (queue.length > 0) await sendNext();
    sending = undefined;
  };

  return {
    retain: () => {
      users += 1;
    },
    release: async () => {
      users -= 1;
      if (users > 0) return;
      await sending;
      if (!connected) return;
      connected = false;
      await sender.disconnect();
    },
    send: (messages, bytesMax = BATCH_BYTES_MAX) => {
      if (messages.length === 0) return Promise.resolve([]);
      const bytes = messages.reduce((sum, message) => sum + messageBytes(message), 0);
      if (bytes > bytesMax) {
        return Promise.reject(new MessageTooLarge(`${bytes} bytes exceed ${bytesMax}`));
      }
      if (queued + messages.length > QUEUED_MESSAGES_MAX) {
        return Promise.reject(new SendQueueFull(`${queued} messages wait to be sent`));
      }
      queued += messages.length;
      return new Promise((resolve, reject) => {
        queue.push({ messages, bytes, resolve, reject });
        sending ??= drain();
      });
    },
    check: () => {
      if (failure !== undefined) throw failure;
    },
  };
}

function takeBatch(queue: Group[]): Group[] {
  let bytes = 0;
  let count = 0;
  for (const group of queue) {
    bytes += group.bytes;
    if (count > 0 && bytes > BATCH_BYTES_MAX) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function byTopic(groups: readonly Group[]): TopicMessages[] {
  const topics = new Map<string, RawMessage[]>();
  for (const { messages } of groups) {
    for (const { topic, ...message } of messages) {
      const list = topics.get(topic);
      if (list === undefined) topics.set(topic, [message]);
      else list.push(message);
    }
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

/** Counts up from the first offset of each partition, in the order in which messages were sent. */
function offsetReader(appended: readonly Appended[]): (message: Outgoing) => bigint | undefined {
  const next = new Map(
    appended.map(({ topic, partition, baseOffset }) => [`${topic}/${partition}`, baseOffset]),
  );
  return ({ topic, partition }) => {
    if (partition === undefined) return undefined;
    const at = `${topic}/${partition}`;
    const offset = next.get(at);
    if (offset !== undefined) next.set(at, offset + 1n);
    return offset;
  };
}
