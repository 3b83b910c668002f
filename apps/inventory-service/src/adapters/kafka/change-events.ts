import { EVENTS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { Cell, StockChanged } from '@astrolabe/contracts/inventory';
import type { OutgoingEvent } from '@astrolabe/messaging';
import { VERBS } from '../../application/journal/codes.ts';
import type { Packed } from '../../application/journal/pack.ts';
import type { CellAfter, JournalRecord } from '../../application/journal/record.ts';
import { RECORD_LIMITS } from '../../application/journal/record.ts';
import { parseBody } from '../../application/journal/unpack.ts';
import { effectsOf } from '../../application/project.ts';

const SOURCE = 'inventory-service';
const HOLD_VERBS = new Set<string>(
  VERBS.filter((verb) => !['INITIALISE', 'ADJUST'].includes(verb)),
);

/** One event holds at most so many operations, so that no message comes near a broker's limit. */
const OPERATIONS_AT_ONCE = 256;

/**
 * StockRecorded of a record, in parts when it is long. A record that is published again keeps its
 * event ids and sequences, so consumers drop it. One message for many operations, because a message
 * with its headers costs the broker's client far more than the operations in it. Reads the packed
 * form as it is: unpacking commands that nobody looks at would be most of the work.
 */
export function eventsOf(record: JournalRecord): OutgoingEvent[] {
  const { operations, words } = parseBody(record.body);
  const cells = effectsOf(record).cells.map(cellMessage);
  const time = new Date(record.timeMs);
  const position = { partition: record.partition, sequence: BigInt(record.sequence) };
  const events: OutgoingEvent[] = [];
  for (let from = 0; from < operations.length; from += OPERATIONS_AT_ONCE) {
    const part = operations.slice(from, from + OPERATIONS_AT_ONCE);
    const isLast = from + OPERATIONS_AT_ONCE >= operations.length;
    const changes = part.map((packed) => changeOf(packed as readonly Packed[], words));
    events.push({
      id: `${record.partition}:${record.sequence}:${from}`,
      type: EVENTS.stockRecorded.type,
      source: SOURCE,
      subject: record.partition,
      sequence: BigInt(record.sequence * RECORD_LIMITS.operations + from),
      key: record.partition,
      time,
      payload: EVENTS.stockRecorded.encode({ position, changes, cells: isLast ? cells : [] }),
    });
  }
  return events;
}

function changeOf(operation: readonly Packed[], words: readonly string[]): StockChanged {
  const body = operation[4] as readonly Packed[];
  const verb = VERBS[body[0] as number] ?? '';
  return {
    sellerId: words[operation[1] as number] ?? '',
    operationId: operation[0] as string,
    verb,
    holdRef: HOLD_VERBS.has(verb) ? (body[1] as string) : '',
    actor: words[operation[2] as number] ?? '',
    messageId: operation[3] as string,
    position: undefined,
    cells: [],
  };
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
