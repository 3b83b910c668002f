import type { BatchSender } from './batch-sender.ts';
import { HEADER } from './envelope.ts';
import type { FetchedMessage, KafkaClient } from './kafka-port.ts';
import { readParked } from './parking.ts';
import { deadLetterTopic } from './topic-names.ts';

/** A message that a group gave up on. */
export type DeadLetter = {
  /** Its place among the dead letters of (topic, group); names it for a replay. */
  readonly offset: string;
  /** Topic, partition and offset where it first stood; without prefix. */
  readonly topic: string;
  readonly originalPartition: number;
  readonly originalOffset: string;
  readonly group: string;
  readonly key: string;
  /** CloudEvents id, type and subject; empty for a message that is no event of ours. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly reason: string;
  /** Equal for equal stacks; absent when the handler rejected the event. */
  readonly stackHash?: string;
  readonly attempts: number;
  readonly firstSeen: Date;
  readonly failedAt: Date;
  readonly payload: Uint8Array;
};

export type DeadLetterQuery = {
  readonly group: string;
  /** Name of the main topic, without prefix. */
  readonly topic: string;
  readonly limit: number;
  /** `next` of the page before; the oldest letter when absent. */
  readonly from?: string;
};

export type DeadLetterPage = { readonly letters: readonly DeadLetter[]; readonly next?: string };

export type DeadLetterRef = {
  readonly group: string;
  readonly topic: string;
  readonly offset: string;
};

/** Thrown for an offset at which no letter stands (any more). */
export class DeadLetterNotFound extends Error {
  override readonly name = 'DeadLetterNotFound';
}

export type DeadLetters = {
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  replay(ref: DeadLetterRef): Promise<void>;
};

const PAGE_MAX = 500;
const READ_BYTES = 1_048_576;

/** Lists what groups gave up on, oldest first, and gives single letters back to their group. */
export function createDeadLetters(
  client: KafkaClient,
  sender: BatchSender,
  topicPrefix: string,
): DeadLetters {
  return {
    list: async (query) => {
      if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > PAGE_MAX) {
        throw new RangeError(`a page has 1 to ${PAGE_MAX} letters, not ${query.limit}`);
      }
      const full = topicPrefix + deadLetterTopic(query.topic, query.group);
      const from = offsetOf(query.from ?? '0');
      const found = await readLetters(client, full, from, query.limit);
      return {
        letters: found.messages.map((message) => toLetter(message, query)),
        ...(found.next !== undefined && { next: found.next.toString() }),
      };
    },
    replay: async (ref) => {
      const letters = topicPrefix + deadLetterTopic(ref.topic, ref.group);
      const offset = offsetOf(ref.offset);
      const [message] = (await readLetters(client, letters, offset, 1)).messages;
      if (message?.offset !== offset) {
        throw new DeadLetterNotFound(`no dead letter ${ref.offset} in ${letters}`);
      }
      sender.retain();
      try {
        await sender.send([
          {
            topic: topicPrefix + ref.topic,
            key: message.key,
            value: message.value,
            headers: {
              ...ownHeaders(message.headers),
              [HEADER.replayOf]: `${letters}/${ref.offset}`,
              [HEADER.replayGroup]: ref.group,
            },
          },
        ]);
      } finally {
        await sender.release();
      }
    },
  };
}

function offsetOf(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new RangeError(`not an offset: ${text}`);
  return BigInt(text);
}

/** The headers that the message had before it failed. */
function ownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const added = new Set<string>(Object.values(HEADER));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !added.has(name)));
}

async function readLetters(
  client: KafkaClient,
  topic: string,
  from: bigint,
  limit: number,
): Promise<{ messages: FetchedMessage[]; next: bigint | undefined }> {
  const admin = client.admin();
  const reader = client.reader();
  try {
    await admin.connect();
    const range = (await admin.ranges(topic)).find(({ partition }) => partition === 0);
    if (range === undefined) return { messages: [], next: undefined };
    await reader.connect();
    const messages: FetchedMessage[] = [];
    let offset = from > range.low ? from : range.low;
    while (messages.length < limit && offset < range.high) {
      const read = await reader.read({ topic, partition: 0, offset }, READ_BYTES);
      messages.push(...read.messages);
      if (read.next === undefined || read.next <= offset) break;
      offset = read.next;
    }
    const page = messages.slice(0, limit);
    const next = (page.at(-1)?.offset ?? range.high) + 1n;
    return { messages: page, next: next < range.high ? next : undefined };
  } finally {
    await Promise.allSettled([admin.disconnect(), reader.disconnect()]);
  }
}

function toLetter(message: FetchedMessage, query: DeadLetterQuery): DeadLetter {
  const { headers } = message;
  const past = readParked(message, query.topic, new Date(0));
  const stackHash = headers[HEADER.stackHash];
  return {
    offset: message.offset.toString(),
    topic: query.topic,
    originalPartition: past.origin.partition,
    originalOffset: past.origin.offset.toString(),
    group: query.group,
    key: message.key,
    id: headers['ce_id'] ?? '',
    type: headers['ce_type'] ?? '',
    subject: headers['ce_subject'] ?? '',
    reason: headers[HEADER.error] ?? '',
    ...(stackHash !== undefined && { stackHash }),
    attempts: past.attempts,
    firstSeen: past.firstSeen,
    failedAt: new Date(headers[HEADER.failedAt] ?? 0),
    payload: message.value,
  };
}
