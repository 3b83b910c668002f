import { EVENTS, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import type { Cell, StockChanged } from '@astrolabe/contracts/inventory';
import type { OutgoingEvent } from '@astrolabe/messaging';
import { VERBS } from '../../application/journal/codes.ts';
import type { Packed } from '../../application/journal/pack.ts';
import type { JournalRecord } from '../../application/journal/record.ts';
import { RECORD_LIMITS } from '../../application/journal/record.ts';
import { ENTRY_WIDTH, parseBody, unpackCell } from '../../application/journal/unpack.ts';

const SOURCE = 'inventory-service';
const HOLD_VERBS = new Set<string>(
  VERBS.filter((verb) => !['INITIALISE', 'ADJUST'].includes(verb)),
);

/** A cell's unchanging parts, made once per record. */
type CellHead = Pick<Cell, 'place' | 'goodsId' | 'kind'>;

/** One event holds at most so many operations, so that no message comes near a broker's limit. */
const OPERATIONS_AT_ONCE = 256;

/**
 * StockRecorded of a record, in parts when it is long. A record that is published again keeps its
 * event ids and sequences, so consumers drop it. One message for many operations, because a message
 * with its headers costs the broker's client far more than the operations in it. Reads the packed
 * form as it is: unpacking commands that nobody looks at would be most of the work.
 */
export function eventsOf(record: JournalRecord): OutgoingEvent[] {
  const { cells, operations } = parseBody(record.body);
  const heads = cells.map(headOf);
  const time = new Date(record.timeMs);
  const position = { partition: record.partition, sequence: BigInt(record.sequence) };
  const events: OutgoingEvent[] = [];
  for (let from = 0; from < operations.length; from += OPERATIONS_AT_ONCE) {
    const part = operations.slice(from, from + OPERATIONS_AT_ONCE);
    const changes = part.map((packed) => changeOf(packed as readonly Packed[], heads));
    events.push({
      id: `${record.partition}:${record.sequence}:${from}`,
      type: EVENTS.stockRecorded.type,
      source: SOURCE,
      subject: record.partition,
      sequence: BigInt(record.sequence * RECORD_LIMITS.operations + from),
      key: record.partition,
      time,
      payload: EVENTS.stockRecorded.encode({ position, changes }),
    });
  }
  return events;
}

function changeOf(operation: readonly Packed[], heads: readonly CellHead[]): StockChanged {
  const body = operation[4] as readonly Packed[];
  const verb = VERBS[body[0] as number] ?? '';
  return {
    sellerId: operation[1] as string,
    operationId: operation[0] as string,
    verb,
    holdRef: HOLD_VERBS.has(verb) ? (body[1] as string) : '',
    actor: operation[2] as string,
    messageId: operation[3] as string,
    position: undefined,
    cells: cellsAfter(operation[6] as readonly number[], heads),
  };
}

function headOf(packed: Packed): CellHead {
  const { place, goodsId, kind } = unpackCell(packed);
  return { place: placeToMessage(place), goodsId, kind: stockKindToMessage(kind) };
}

/** Each cell once, as the operation left it. */
function cellsAfter(flat: readonly number[], heads: readonly CellHead[]): Cell[] {
  const after: Cell[] = [];
  for (let at = flat.length - ENTRY_WIDTH; at >= 0; at -= ENTRY_WIDTH) {
    const head = heads[flat[at] ?? -1];
    if (!head || after.some((cell) => cell.place === head.place && isSame(cell, head))) continue;
    const quantity = flat[at + 4] ?? 0;
    const held = flat[at + 5] ?? 0;
    after.push({
      place: head.place,
      goodsId: head.goodsId,
      kind: head.kind,
      quantityMilli: BigInt(quantity),
      heldMilli: BigInt(held),
      unreportedMilli: BigInt(flat[at + 6] ?? 0),
      short: held > quantity,
    });
  }
  return after.toReversed();
}

const isSame = (cell: Cell, head: CellHead): boolean =>
  cell.goodsId === head.goodsId && cell.kind === head.kind;
