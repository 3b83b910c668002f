import type { TopicSpec } from '@astrolabe/contracts';
import type { BatchSender } from './batch-sender.ts';
import { HEADER } from './envelope.ts';
import { MessageTooLarge } from './kafka-port.ts';
import type { FetchedMessage, KafkaClient } from './kafka-port.ts';
import { hashOf, readParked } from './parking.ts';
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
  /** Empty when the body did not fit; `body` then tells what it was. */
  readonly payload: Uint8Array;
  /** Length and SHA-256 of a body that stayed where the message first stood. */
  readonly body?: { readonly bytes: number; readonly sha256: string };
};

/** All that is given must hold; times are those of the failure, `until` is exclusive. */
export type DeadLetterFilter = {
  readonly key?: string;
  readonly type?: string;
  readonly stackHash?: string;
  /** Part of the reason. */
  readonly reason?: string;
  readonly since?: Date;
  readonly until?: Date;
};

export type DeadLetterQuery = DeadLetterFilter & {
  readonly group: string;
  /** Name of the main topic, without prefix. */
  readonly topic: string;
  /** Letters of a page, 1 to 500. A page of a filter looks at 5,000 letters at the most. */
  readonly limit: number;
  /** `next` of the page before; the oldest letter when absent. */
  readonly from?: string;
};

/** `next` is present when there may be more, also on a page whose filter found nothing. */
export type DeadLetterPage = { readonly letters: readonly DeadLetter[]; readonly next?: string };

/** `letters` are those that were replayed; what cannot be is in `refused`, and does not keep others back. */
export type DeadLetterReplay = DeadLetterPage & {
  readonly refused: readonly { readonly letter: DeadLetter; readonly reason: string }[];
};

export type DeadLetterRef = {
  readonly group: string;
  readonly topic: string;
  readonly offset: string;
};

/** Thrown for an offset at which no letter stands (any more). */
export class DeadLetterNotFound extends Error {
  override readonly name = 'DeadLetterNotFound';
}

/** How many letters of one group and topic the brokers still keep. */
export type DeadLetterCount = {
  readonly group: string;
  readonly topic: string;
  readonly letters: number;
};

export type DeadLetters = {
  /** How many there are, for the declared groups of these topics; those without any are left out. */
  count(topics: readonly TopicSpec[]): Promise<DeadLetterCount[]>;
  list(query: DeadLetterQuery): Promise<DeadLetterPage>;
  /** Throws DeadLetterNotFound. */
  show(ref: DeadLetterRef): Promise<DeadLetter>;
  /**
   * Publishes the letter again, for its group alone. A letter stays listed; whoever handles it twice
   * finds it in the inbox.
   *
   * @throws DeadLetterNotFound also when the body of a letter without one is gone; MessageTooLarge.
   */
  replay(ref: DeadLetterRef): Promise<void>;
  /** Replays the page that `list` shows for the same query, as far as it can be replayed. */
  replayAll(query: DeadLetterQuery): Promise<DeadLetterReplay>;
};

type FoundLetters = {
  readonly messages: readonly FetchedMessage[];
  readonly next: bigint | undefined;
};

const PAGE_MAX = 500;
const LOOKED_AT_MAX = 5_000;
const READ_BYTES = 1_048_576;
/** The broker refuses what is too large for it once it is compressed; no single message is larger than this. */
const REPLAYED_BYTES_MAX = 16_777_216;

/** Lists what groups gave up on, oldest first, and gives single letters back to their group. */
export function createDeadLetters(
  client: KafkaClient,
  sender: BatchSender,
  topicPrefix: string,
): DeadLetters {
  const topicOf = ({ topic, group }: { topic: string; group: string }): string =>
    topicPrefix + deadLetterTopic(topic, group);
  const find = async (query: DeadLetterQuery): Promise<FoundLetters> => {
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > PAGE_MAX) {
      throw new RangeError(`a page has 1 to ${PAGE_MAX} letters, not ${query.limit}`);
    }
    const from = offsetOf(query.from ?? '0');
    return await readLetters(client, topicOf(query), from, query.limit, (message) =>
      isWanted(toLetter(message, query), query),
    );
  };
  const list = async (query: DeadLetterQuery): Promise<DeadLetterPage> => {
    const { messages, next } = await find(query);
    return { letters: messages.map((message) => toLetter(message, query)), ...nextOf(next) };
  };
  const read = async (ref: DeadLetterRef): Promise<FetchedMessage> => {
    const offset = offsetOf(ref.offset);
    const [message] = (await readLetters(client, topicOf(ref), offset, 1)).messages;
    if (message?.offset === offset) return message;
    throw new DeadLetterNotFound(`no dead letter ${ref.offset} in ${topicOf(ref)}`);
  };
  const publish = async (letter: FetchedMessage, ref: DeadLetterRef): Promise<void> => {
    const hasBody = letter.headers[HEADER.bodyHash] === undefined;
    const message = hasBody ? letter : await readOriginal(client, topicPrefix, letter, ref);
    const headers = {
      ...ownHeaders(message.headers),
      [HEADER.replayOf]: `${topicOf(ref)}/${ref.offset}`,
      [HEADER.replayGroup]: ref.group,
    };
    const { key, value } = message;
    const topic = topicPrefix + ref.topic;
    await sender.send([{ topic, key, value, headers }], REPLAYED_BYTES_MAX);
  };
  const replayAll = async (query: DeadLetterQuery): Promise<DeadLetterReplay> => {
    const { messages, next } = await find(query);
    const letters: DeadLetter[] = [];
    const refused: { letter: DeadLetter; reason: string }[] = [];
    // One after the other: letters of a key keep their order.
    for (const message of messages) {
      const letter = toLetter(message, query);
      try {
        await publish(message, { ...query, offset: letter.offset });
        letters.push(letter);
      } catch (error) {
        if (!(error instanceof MessageTooLarge || error instanceof DeadLetterNotFound)) throw error;
        refused.push({ letter, reason: error.message });
      }
    }
    return { letters, refused, ...nextOf(next) };
  };
  /** Keeps one connection while it sends. */
  const connected = async <T>(send: () => Promise<T>): Promise<T> => {
    sender.retain();
    try {
      return await send();
    } finally {
      await sender.release();
    }
  };
  return {
    count: (topics) => countLetters(client, topicPrefix, topics),
    list,
    show: async (ref) => toLetter(await read(ref), ref),
    replay: (ref) => connected(async () => await publish(await read(ref), ref)),
    replayAll: (query) => connected(() => replayAll(query)),
  };
}

const nextOf = (next: bigint | undefined): { next?: string } =>
  next === undefined ? {} : { next: next.toString() };

/** The message of a letter without its body, from where it first stood. */
async function readOriginal(
  client: KafkaClient,
  topicPrefix: string,
  letter: FetchedMessage,
  ref: DeadLetterRef,
): Promise<FetchedMessage> {
  const { topic, partition, offset } = readParked(letter, ref.topic, new Date(0)).origin;
  const reader = client.reader();
  try {
    await reader.connect();
    const at = { topic: topicPrefix + topic, partition, offset };
    const [message] = (await reader.read(at, READ_BYTES)).messages;
    const isIt = message?.offset === offset;
    if (isIt && hashOf(message.value) === letter.headers[HEADER.bodyHash]) return message;
  } finally {
    await reader.disconnect().catch(() => undefined);
  }
  const place = `${topic}/${partition}/${offset}`;
  throw new DeadLetterNotFound(`the body of letter ${ref.offset} is gone from ${place}`);
}

async function countLetters(
  client: KafkaClient,
  topicPrefix: string,
  topics: readonly TopicSpec[],
): Promise<DeadLetterCount[]> {
  const admin = client.admin();
  try {
    await admin.connect();
    const existing = await admin.partitionCounts();
    const counts: DeadLetterCount[] = [];
    for (const { name: topic, consumers } of topics) {
      for (const group of consumers) {
        const full = topicPrefix + deadLetterTopic(topic, group);
        if (!existing.has(full)) continue;
        const ranges = await admin.ranges(full);
        const letters = ranges.reduce((sum, { low, high }) => sum + Number(high - low), 0);
        if (letters > 0) counts.push({ group, topic, letters });
      }
    }
    return counts;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

function isWanted(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { key, type, stackHash, reason, since, until } = filter;
  return (
    (key === undefined || letter.key === key) &&
    (type === undefined || letter.type === type) &&
    (stackHash === undefined || letter.stackHash === stackHash) &&
    (reason === undefined || letter.reason.includes(reason)) &&
    (since === undefined || letter.failedAt >= since) &&
    (until === undefined || letter.failedAt < until)
  );
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

/** Up to `limit` wanted letters at and behind `from`; `next` where the following page begins. */
async function readLetters(
  client: KafkaClient,
  topic: string,
  from: bigint,
  limit: number,
  isOne: (message: FetchedMessage) => boolean = () => true,
): Promise<FoundLetters> {
  const admin = client.admin();
  const reader = client.reader();
  try {
    await admin.connect();
    const range = (await admin.ranges(topic)).find(({ partition }) => partition === 0);
    if (range === undefined) return { messages: [], next: undefined };
    await reader.connect();
    const messages: FetchedMessage[] = [];
    let lookedAt = 0;
    let offset = from > range.low ? from : range.low;
    while (messages.length < limit && lookedAt < LOOKED_AT_MAX && offset < range.high) {
      const read = await reader.read({ topic, partition: 0, offset }, READ_BYTES);
      if (read.next === undefined || read.next <= offset) return { messages, next: undefined };
      offset = read.next;
      for (const message of read.messages) {
        lookedAt += 1;
        if (isOne(message)) messages.push(message);
        if (messages.length < limit && lookedAt < LOOKED_AT_MAX) continue;
        offset = message.offset + 1n;
        break;
      }
    }
    return { messages, next: offset < range.high ? offset : undefined };
  } finally {
    await Promise.allSettled([admin.disconnect(), reader.disconnect()]);
  }
}

function toLetter(
  message: FetchedMessage,
  query: Pick<DeadLetterQuery, 'group' | 'topic'>,
): DeadLetter {
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
    ...(headers[HEADER.bodyHash] !== undefined && {
      body: {
        bytes: Number(headers[HEADER.bodyBytes] ?? 0),
        sha256: headers[HEADER.bodyHash] ?? '',
      },
    }),
  };
}
