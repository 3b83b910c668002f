import { EVENTS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { Cell, StockChanged } from '@astrolabe/contracts/inventory';
import type { OutgoingEvent } from '@astrolabe/messaging';
import { VERBS } from '../../application/journal/codes.ts';
import type { CellAfter, JournalRecord } from '../../application/journal/record.ts';
import { RECORD_LIMITS } from '../../application/journal/record.ts';
import type { Reader } from '../../application/journal/reader.ts';
import { afterBody, cellsOf } from '../../application/followers/project.ts';

const SOURCE = 'inventory-service';
/** These say first of which hold they speak. */
const HOLD_VERBS = new Set<string>(
  VERBS.filter((verb) => !['INITIALISE', 'ADJUST', 'PUT_POLICY', 'REPAIR_CELL'].includes(verb)),
);

/** The parts of a record that events are made of; the body has the operations. */
export type PublishedRecord = Pick<JournalRecord, 'partition' | 'sequence' | 'timeMs' | 'body'>;

/** One event holds at most so many operations, so that no message comes near a broker's limit. */
const OPERATIONS_AT_ONCE = 256;

/**
 * StockRecorded of a record, in parts when it is long. A record that is published again keeps its
 * event ids and sequences, so consumers drop it. One message for many operations, because a message
 * with its headers costs the broker's client far more than the operations in it. Reads the packed
 * form as it is: unpacking commands that are not read would be most of the work.
 */
export function eventsOf(record: PublishedRecord): OutgoingEvent[] {
  const changes: StockChanged[] = [];
  const after = afterBody(record.body, (reader) => changes.push(changeFrom(reader)));
  const cells = Array.from(cellsOf(after), cellMessage);
  const time = new Date(record.timeMs);
  const position = { partition: record.partition, sequence: BigInt(record.sequence) };
  const events: OutgoingEvent[] = [];
  for (let from = 0; from < changes.length; from += OPERATIONS_AT_ONCE) {
    const part = changes.slice(from, from + OPERATIONS_AT_ONCE);
    const isLast = from + OPERATIONS_AT_ONCE >= changes.length;
    events.push({
      id: `${record.partition}:${record.sequence}:${from}`,
      type: EVENTS.stockRecorded.type,
      source: SOURCE,
      subject: record.partition,
      sequence: BigInt(record.sequence * RECORD_LIMITS.operations + from),
      key: record.partition,
      time,
      payload: EVENTS.stockRecorded.encode({ position, changes: part, cells: isLast ? cells : [] }),
    });
  }
  return events;
}

function changeFrom(reader: Reader): StockChanged {
  const change: StockChanged = {
    operationId: reader.text(),
    messageId: reader.text(),
    sellerId: reader.word(),
    actor: reader.word(),
    verb: VERBS[reader.int()] ?? '',
    holdRef: '',
    position: undefined,
    cells: [],
  };
  if (HOLD_VERBS.has(change.verb)) change.holdRef = reader.text();
  return change;
}

const cellMessage = ({ cell, quantity, held, unreported }: CellAfter): Cell => ({
  place: placeToMessage(cell.place),
  goodsId: cell.goodsId,
  kind: stockKindToMessage(cell.kind),
  quantityMilli: BigInt(quantity),
  heldMilli: BigInt(held),
  unreportedMilli: BigInt(unreported),
  short: held > quantity,
});
