import { apply } from '../../domain/apply.ts';
import type { Command } from '../../domain/commands.ts';
import type { Outcome } from '../../domain/outcomes.ts';
import type { Page } from '../../domain/hold-store/blocks.ts';
import type { State } from '../../domain/stock.ts';
import type { Cell } from '../../domain/goods.ts';
import { createState } from '../../domain/stock.ts';
import { sameEntries, sameOutcome } from '../journal/packed-equality.ts';
import type { HashRecord, JournalRecord } from '../journal/record.ts';
import { FIRST_HASH, FORMAT_VERSION, JournalBroken } from '../journal/record.ts';
import { Reader } from '../journal/reader.ts';
import { previousOf, unpackCells, unpackCommand } from '../journal/unpack.ts';
import type { OperationIndex } from './operation-index.ts';
import { addOperation, createOperationIndex } from './operation-index.ts';

/** Of each page of holds: which part of a snapshot has it, and in which version. */
export type PackedPages = WeakMap<Page, { readonly version: number; readonly key: string }>;

/** A partition's state and how far in the journal it is. */
export type Replica = {
  readonly partition: string;
  readonly state: State;
  readonly index: OperationIndex;
  /** By a cell's number: the last record that touched it. */
  readonly touched: number[];
  readonly packed: PackedPages;
  sequence: number;
  epoch: number;
  timeMs: number;
  hash: string;
  operations: number;
};

export const createReplica = (partition: string, idempotencyWindow: number): Replica => ({
  partition,
  state: createState(),
  index: createOperationIndex(idempotencyWindow),
  touched: [],
  packed: new WeakMap(),
  sequence: 0,
  epoch: 0,
  timeMs: 0,
  hash: FIRST_HASH,
  operations: 0,
});

/**
 * Takes one record of the journal in: checks its place in the chain, decides its operations again and
 * checks that they come out as they are written. Throws JournalBroken, naming the record.
 */
export function replay(replica: Replica, record: JournalRecord, hashOf: HashRecord): void {
  checkLink(replica, record, hashOf);
  const reader = new Reader(record.body);
  const names = unpackCells(reader);
  const met: Cell[] = [];
  let index = 0;
  for (; reader.next(); index += 1) {
    const command = unpackCommand(reader);
    const decision = apply(replica.state, placed(command, reader), record.timeMs);
    const same =
      decision.changed &&
      sameOutcome(decision.outcome, reader) &&
      sameEntries(decision.entries, reader, names, met);
    if (!same) throw new JournalBroken(record, `operation ${index} replays differently`);
    rememberOperation(replica.index, command, decision.outcome, record.sequence, index);
  }
  if (index !== record.operations) throw new JournalBroken(record, 'wrong count');
  met.forEach(({ number }, position) => {
    const before = replica.touched[number] ?? 0;
    if (previousOf(reader, position) !== before) throw new JournalBroken(record, 'history is cut');
    replica.touched[number] = record.sequence;
  });
  advance(replica, record);
}

function checkLink(replica: Replica, record: JournalRecord, hashOf: HashRecord): void {
  const { partition, sequence } = replica;
  if (record.partition !== partition || record.sequence !== sequence + 1) {
    throw new JournalBroken({ partition, sequence: sequence + 1 }, 'record missing');
  }
  if (record.version !== FORMAT_VERSION) throw new JournalBroken(record, 'unknown format');
  if (record.hash !== hashOf(replica.hash, record.epoch, record.timeMs, record.body)) {
    throw new JournalBroken(record, 'hash differs: the record or one before it was altered');
  }
  if (record.epoch < replica.epoch) throw new JournalBroken(record, 'epoch goes back');
  if (record.timeMs < replica.timeMs) throw new JournalBroken(record, 'time goes back');
}

/** Moves on to a record whose operations are in the state already. */
export function advance(replica: Replica, record: JournalRecord): void {
  replica.sequence = record.sequence;
  replica.epoch = record.epoch;
  replica.timeMs = record.timeMs;
  replica.hash = record.hash;
  replica.operations += record.operations;
}

/**
 * Notes where an operation stands. One that was applied in part is not noted: its bills are recognised
 * one by one, and the same request must be able to bring in the rest.
 */
export function rememberOperation(
  index: OperationIndex,
  command: Command,
  outcome: Outcome,
  sequence: number,
  at: number,
): void {
  if (outcome.status !== 'APPLIED' || command.body.verb === 'EXPIRE') return;
  addOperation(index, command.sellerId, command.operationId, { sequence, index: at });
}

/** A default location was chosen once, by the rules of that day: the replay keeps to it. */
function placed(command: Command, reader: Reader): Command {
  const { body } = command;
  if (body.verb !== 'RESERVE' || body.lines.every((line) => line.place)) return command;
  const lines = body.lines.map(({ lineId, goodsId, quantity, kind, place: asked }, at) => ({
    lineId,
    goodsId,
    quantity,
    place: asked ?? reader.placeAhead(at),
    kind,
  }));
  return { ...command, body: { ...body, lines } };
}
