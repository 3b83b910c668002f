import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { FetchedMessage } from '../kafka-port.ts';

const NOTHING = new Uint8Array(0);

/** A fetched record in our own shape; a header that occurs twice keeps its first value. */
export function toFetched(
  topic: string,
  partition: number,
  message: Pick<KafkaMessage, 'offset' | 'key' | 'value' | 'headers'>,
): FetchedMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value ?? NOTHING,
    headers: toHeaders(message.headers ?? {}),
  };
}

function toHeaders(headers: IHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) result[name] = first.toString('utf8');
  }
  return result;
}
