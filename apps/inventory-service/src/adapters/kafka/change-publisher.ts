import { EVENTS, TOPICS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { OutgoingEvent, Publisher } from '@astrolabe/messaging';
import type { JournalRecord } from '../../application/journal/record.ts';
import { RECORD_LIMITS } from '../../application/journal/record.ts';
import type { DurableEntry, DurableOperation } from '../../application/journal/unpack.ts';
import { parseBody, unpackCell, unpackOperation } from '../../application/journal/unpack.ts';
import type { ChangePublisher } from '../../application/ports.ts';

const SOURCE = 'inventory-service';
/** Bounds of one request to the broker, with room for headers. */
const EVENTS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 300_000;

/**
 * Publishes StockChanged for every operation of the records, in their order, under the partition's
 * key. A record that is published again keeps its event ids and sequences, so consumers drop it.
 */
export function createChangePublisher(publisher: Publisher): ChangePublisher {
  return {
    publish: async (records) => {
      let batch: OutgoingEvent[] = [];
      let bytes = 0;
      const send = async (): Promise<void> => {
        if (batch.length > 0) await publisher.publish(TOPICS.inventoryEvents, batch);
        batch = [];
        bytes = 0;
      };
      for (const record of records) {
        for (const event of eventsOf(record)) {
          batch.push(event);
          bytes += event.payload.byteLength;
          if (batch.length >= EVENTS_AT_ONCE || bytes >= BYTES_AT_ONCE) await send();
        }
      }
      await send();
    },
  };
}

function eventsOf(record: JournalRecord): OutgoingEvent[] {
  const { cells, operations } = parseBody(record.body);
  const names = cells.map(unpackCell);
  return operations.map((packed, index) => {
    const sequence = BigInt(record.sequence) * BigInt(RECORD_LIMITS.operations) + BigInt(index);
    return {
      id: `${record.partition}:${record.sequence}:${index}`,
      type: EVENTS.stockChanged.type,
      source: SOURCE,
      subject: record.partition,
      sequence,
      key: record.partition,
      time: new Date(record.timeMs),
      payload: payloadOf(record, unpackOperation(packed, names)),
    };
  });
}

function payloadOf(record: JournalRecord, { command, entries }: DurableOperation): Uint8Array {
  const { body } = command;
  return EVENTS.stockChanged.encode({
    sellerId: command.sellerId,
    operationId: command.operationId,
    verb: body.verb,
    holdRef: 'ref' in body ? body.ref : '',
    actor: command.actor,
    messageId: command.messageId,
    position: { partition: record.partition, sequence: BigInt(record.sequence) },
    cells: lastOfEach(entries).map((entry) => ({
      place: placeToMessage(entry.cell.place),
      goodsId: entry.cell.goodsId,
      kind: stockKindToMessage(entry.cell.kind),
      quantityMilli: BigInt(entry.quantity),
      heldMilli: BigInt(entry.held),
      unreportedMilli: BigInt(entry.unreported),
      short: entry.held > entry.quantity,
    })),
  });
}

const lastOfEach = (entries: readonly DurableEntry[]): DurableEntry[] => [
  ...new Map(entries.map((entry) => [entry.cell, entry])).values(),
];
