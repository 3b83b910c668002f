import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { FetchedMessage } from '../kafka-port.ts';

const NOTHING = new Uint8Array(0);

/**
 * A fetched record in our own shape. Everything that the protocol allows is converted: a key or value
 * that is absent is empty, a header without a value is left out, and of one that occurs twice the first
 * value counts. What cannot be an event is marked as unreadable instead of thrown.
 */
export function toFetched(
  topic: string,
  partition: number,
  message: Pick<KafkaMessage, 'offset' | 'key' | 'value' | 'headers'>,
): FetchedMessage {
  const { key } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: key?.toString('utf8') ?? '',
    value: message.value ?? NOTHING,
    headers: toHeaders(message.headers ?? {}),
    ...(key !== null && !isUtf8(key) && { unreadable: 'the key is not text in UTF-8' }),
  };
}

/**
 * kafkajs collects headers in a plain object: one named like a member of Object comes as a list whose
 * first element is that member, so only buffers count as values.
 */
function toHeaders(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const first = values.find((one) => Buffer.isBuffer(one));
      return first === undefined ? [] : [[name, first.toString('utf8')]];
    }),
  );
}
